"""`gatehouse models drift` and `reviewed`: how served models fare, from the prediction log. And `gatehouse database`."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from sidecar.adapters.database import Database
from sidecar.adapters.feature_counts import moved
from sidecar.adapters.migrate import HEAD
from sidecar.adapters.model_store import Loaded, read_model
from sidecar.adapters.prediction_log import PredictionLog
from sidecar.config import BUNDLED_MODELS, read_config
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
    """Compare what was answered of late with what was before: population stability of scores, of classes of mails, and of the
    single features that were asked about, these also against the model's training history.

    Exits 1 when something shifted against the time before (0.25 or more): look at the data, then retrain or promote a challenger.
    """
    log, now, shifted = open_log(), datetime.now(UTC), False
    middle, start = now - timedelta(days=days), now - timedelta(days=days + against)
    for subject in SCORED:
        value = stability(log.score_counts(subject, start, middle), log.score_counts(subject, middle, now))
        click.echo(f"{subject}\tscores\t{_shown(value)}\t{word(value)}")
        shifted = shifted or word(value) == "shifted"
    value = mix_stability(log.labels("emails", start, middle), log.labels("emails", middle, now))
    click.echo(f"emails\tclasses\t{_shown(value)}\t{word(value)}")
    shifted = shifted or word(value) == "shifted"
    if _features(log, now.date() + timedelta(days=1), days, against) or shifted:
        raise click.exceptions.Exit(1)


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _served(subject: str) -> Loaded[Any] | None:
    """The model in service, whose training history the features are compared with; None where there is none to use."""
    roots = (read_config().models_dir, BUNDLED_MODELS)
    folder = next((root / subject for root in roots if (root / subject / "manifest.json").is_file()), None)
    if folder is None:
        return None
    try:
        return read_model(folder, subject)
    except (ValueError, KeyError, OSError, TypeError) as error:
        click.echo(f"{folder} would be refused, so nothing is compared with its history: {error}", err=True)
        return None


def _features(log: PredictionLog, end: date, days: int, against: int) -> bool:
    """Print how far each feature moved in the days before `end`; whether one of them shifted against the time before."""
    middle = end - timedelta(days=days)
    before, late = (
        log.feature_counts(middle - timedelta(days=against), middle),
        log.feature_counts(middle, end),
    )
    found = moved(before, late, _served)
    for entry in found:
        since = f"{_shown(entry.training)} {word(entry.training)} against training"
        click.echo(
            f"{entry.subject}\tfeature {entry.feature}\t{_shown(entry.before)}\t{word(entry.before)}\t{since}"
        )
    if not found:
        click.echo(f"features\t–\t{word(None)}")
    return any(word(entry.before) == "shifted" for entry in found)


@click.command()
@click.option("--days", type=click.IntRange(1, 365), default=90, show_default=True)
def reviewed(days: int) -> None:
    """Join what people said with what was answered: how often each model's answer was rejected."""
    found: dict[tuple[str, str], list[tuple[str, float | None]]] = defaultdict(list)
    for entry in open_log().reviewed(datetime.now(UTC) - timedelta(days=days)):
        found[entry.subject, entry.version].append((entry.outcome, entry.score))
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
