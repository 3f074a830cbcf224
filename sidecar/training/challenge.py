"""`gatehouse models challenge` and `shadow`: a challenger answers beside the champion, and nobody sees it but you."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
import numpy as np

from sidecar.adapters.prediction_log import Compared
from sidecar.config import read_config
from sidecar.training.life import open_log
from sidecar.training.registry import RegistryError, challenge, withdraw

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
#: The alerts that are compared: the highest scores, as many as this share of the documents.
_TOP = 0.05
_SHOWN = 10


@click.command("challenge")
@click.argument("subject")
@click.option("--challenger", type=FOLDER, help="Its folder, or the folder of models it is in")
@click.option("--end", is_flag=True, help="Take the challenger out again")
@click.option("--models", "root", type=FOLDER, default=None, help="Default: the configured folder of models")
@click.option("--reason", required=True, help="Why; goes into the history")
def challenge_model(subject: str, challenger: Path | None, end: bool, root: Path | None, reason: str) -> None:
    """Let a challenger answer every request in the champion's shadow; workers begin within three seconds."""
    models = root or read_config().models_dir
    if end == (challenger is not None):
        raise click.ClickException("name a --challenger, or --end the one there is")
    try:
        if challenger is None:
            click.echo(f"{subject}: {withdraw(models, subject, reason)} answers in the shadow no longer")
            return
        whole = challenger if (challenger / "manifest.json").is_file() else challenger / subject
        click.echo(f"{subject}: {challenge(models, subject, whole, reason)} answers in the shadow")
    except (RegistryError, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.command()
@click.argument("subject")
@click.option("--days", type=click.IntRange(1, 365), default=7, show_default=True)
def shadow(subject: str, days: int) -> None:
    """Compare champion and challenger on the documents that both answered, and show where they are furthest apart."""
    rows = open_log().shadowed(subject, datetime.now(UTC) - timedelta(days=days))
    if not rows:
        raise click.ClickException(f"no document of {subject} was answered by a champion and a challenger")
    pairs = sorted({(row.version, row.other_version) for row in rows})
    for champion, challenger in pairs:
        part = [row for row in rows if (row.version, row.other_version) == (champion, challenger)]
        click.echo(f"{subject}: champion {champion}, challenger {challenger}, {len(part)} documents")
        _labels(part) if part[0].label else _scores(part)


def _labels(rows: list[Compared]) -> None:
    same = sum(row.label == row.other_label for row in rows)
    click.echo(f"same class: {same / len(rows):.1%}")
    for row in [row for row in rows if row.label != row.other_label][:_SHOWN]:
        click.echo(f"  {row.document}\t{row.label} -> {row.other_label}")


def _scores(rows: list[Compared]) -> None:
    both = [row for row in rows if row.score is not None and row.other_score is not None]
    if not both:
        click.echo("neither gives a score: only that both answered is kept")
        return
    old, new = (np.array([getattr(row, name) for row in both]) for name in ("score", "other_score"))
    count = max(1, round(_TOP * len(both)))
    top = [set(np.argsort(-scores, kind="stable")[:count].tolist()) for scores in (old, new)]
    click.echo(
        f"mean score: {old.mean():.3f} -> {new.mean():.3f}, mean distance {np.abs(new - old).mean():.3f}"
    )
    click.echo(f"of the {count} highest of each, {len(top[0] & top[1])} are the same")
    for at in np.argsort(-np.abs(new - old), kind="stable")[:_SHOWN].tolist():
        if old[at] != new[at]:
            click.echo(f"  {both[at].document}\t{old[at]:.3f} -> {new[at]:.3f}")
