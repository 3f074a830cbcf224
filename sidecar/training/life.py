"""`gatehouse models drift` and `reviewed`: how served models fare, from the prediction log. And `gatehouse database`."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta

import click
from sqlalchemy.exc import SQLAlchemyError

from sidecar.adapters.database import Database
from sidecar.adapters.migrate import HEAD
from sidecar.adapters.prediction_log import PredictionLog
from sidecar.config import read_config
from sidecar.domain.drift import SCORED, mix_stability, stability, word


def open_log() -> PredictionLog:
    """The configured prediction log. Raises ClickException when its database is away."""
    config = read_config()
    try:
        return PredictionLog(Database(config.database_url), config.prediction_days)
    except (SQLAlchemyError, RuntimeError) as error:
        raise click.ClickException(f"the sidecar's database: {error}") from error


@click.command()
@click.option("--days", type=click.IntRange(1, 90), default=7, show_default=True, help="The later time span.")
@click.option("--against", type=click.IntRange(1, 365), default=28, show_default=True, help="Days before it.")
def drift(days: int, against: int) -> None:
    """Compare the answers of late with those before: population stability of scores, and of classes of mails.

    Exits 1 when a subject shifted (0.25 or more): look at the data, then retrain or promote a challenger.
    """
    log, now, shifted = open_log(), datetime.now(UTC), False
    middle, start = now - timedelta(days=days), now - timedelta(days=days + against)
    for subject in SCORED:
        value = stability(log.score_counts(subject, start, middle), log.score_counts(subject, middle, now))
        click.echo(f"{subject}\tscores\t{'–' if value is None else f'{value:.3f}'}\t{word(value)}")
        shifted = shifted or word(value) == "shifted"
    value = mix_stability(log.labels("emails", start, middle), log.labels("emails", middle, now))
    click.echo(f"emails\tclasses\t{'–' if value is None else f'{value:.3f}'}\t{word(value)}")
    if shifted or word(value) == "shifted":
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True)
def reviewed(days: int) -> None:
    """Join what people said with what was answered: how often each model's answer was rejected."""
    found: dict[tuple[str, str], list[tuple[str, float | None]]] = defaultdict(list)
    for subject, version, outcome, score in open_log().reviewed(datetime.now(UTC) - timedelta(days=days)):
        found[subject, version].append((outcome, score))
    click.echo("subject\tversion\treviewed\trejected\toverride rate\tmean score")
    for (subject, version), rows in sorted(found.items()):
        rejected = sum(outcome == "rejected" for outcome, _score in rows)
        scores = [score for _outcome, score in rows if score is not None]
        mean = f"{sum(scores) / len(scores):.2f}" if scores else "–"
        click.echo(f"{subject}\t{version}\t{len(rows)}\t{rejected}\t{rejected / len(rows):.0%}\t{mean}")


@click.group()
def database() -> None:
    """The sidecar's own tables."""


@database.command("upgrade")
def upgrade_tables() -> None:
    """Bring the tables to this version; a first start does it as well."""
    try:
        before = Database(read_config().database_url).before
    except (SQLAlchemyError, RuntimeError) as error:
        raise click.ClickException(f"the sidecar's database: {error}") from error
    click.echo(
        f"at revision {HEAD}" + ("" if before == HEAD else f", was {before or 'empty or without migrations'}")
    )
