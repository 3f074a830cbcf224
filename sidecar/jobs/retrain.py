"""A challenger trained from Odoo and measured beside the champion on the same newest days; and its promotion.

The challenger learns from what lies before the days that are measured, and exactly what was measured is what may be
promoted: it waits under `.candidates`, named by its hash, until Odoo says that this hash is signed off.
"""

from __future__ import annotations

import math
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from sidecar.adapters.model_store import read_model
from sidecar.governance.changes import mark_of
from sidecar.scoring.patterns import with_pasts
from sidecar.scoring.tabular import MODULES
from sidecar.training.forests import lines_of
from sidecar.training.judge import Figure, as_rows, better, figures_of, judge, table
from sidecar.training.odoo import read_odoo, read_odoo_weeks
from sidecar.training.odoo_records import read_odoo_records
from sidecar.training.registry import champion_of, install, manifest_of
from sidecar.training.registry import mark as version_of
from sidecar.training.run import train_model
from sidecar.training.trials import PATTERNS, TRIALS, spoil, with_habit
from sidecar.training.weeks import records_of

CANDIDATES = ".candidates"
#: Measured challengers of a subject that are kept; an open sign-off is always about the newest.
_KEPT = 3
#: With fewer rows the figures say nothing.
_LEAST_ROWS = 50
#: Days until what became of an order is known of most: its delivery, and thirty days in which nothing came back.
_SETTLING = {"orders": 60}


def retrain(client: Any, models: Path, *, subject: str, days: int = 28, limit: float = 0.0) -> dict[str, Any]:
    """Figures of champion and challenger, and whether the challenger is the better one.

    Lines (`discounts`, `purchases`) and weeks (`patterns`, with the approval's `limit`) have no outcome in Odoo: the honest ones of
    the newest days stand beside copies of them with faults or habits that no training saw (`sidecar.training.trials`). Other subjects
    are measured on what became of their records, of orders on the newest days that are 60 days ago.

    Raises ValueError where there is too little to train on or to measure; odoorpc's errors, URLError and OSError when
    Odoo or the folder is away.
    """
    split, end = _measured_days(subject, days)
    champion = champion_of(models, subject)
    if champion is None:
        raise ValueError(f"no champion of {subject} serves: train and promote a first one by hand")
    with TemporaryDirectory(prefix="retrain-") as scratch:
        new, manifest = train_model(
            subject, [], Path(scratch) / "new", odoo=True, until=split, source="Odoo", say=_say, limit=limit
        )
        rivals = {"champion": champion, "challenger": new}
        if subject == "patterns":
            figures = _of_weeks(read_odoo_weeks(client, limit, until=end), rivals, split)
        else:
            figures = _figures(client, subject, rivals, split, end, Path(scratch))
        first, second = figures["champion"][0], figures["challenger"][0]
        candidate = _keep(models, subject, new, manifest)
    served = manifest_of(champion)
    is_better = better(subject, second, first) and second.value != first.value
    return {
        "subject": subject,
        "better": is_better,
        "why": _why(subject, first, second, is_better),
        "champion": version_of(served),
        "challenger": version_of(manifest),
        "mark": mark_of(manifest_of(candidate)),
        "rows": second.rows,
        "trained_rows": manifest["rows"],
        "since": f"{split:%Y-%m-%d}",
        "until": f"{end:%Y-%m-%d}",
        "champion_saw_the_days": str(served.get("created", "")) > f"{split:%Y-%m-%d}",
        "figures": {name: as_rows(rows) for name, rows in figures.items()},
        "table": table([(name, row) for name, rows in figures.items() for row in rows]),
    }


def promote(client: Any, models: Path, *, subject: str, mark: str, reason: str) -> dict[str, Any]:
    """Let the challenger of that hash serve, if Odoo's record of its change says that it may.

    Raises ValueError when the sign-offs are missing or the challenger is not kept any more.
    """
    signed = client.execute_kw(
        "gatehouse.change", "search_read",
        [[("kind", "=", "model"), ("mark", "=", mark), ("state", "in", ("approved", "applied"))]],
        {"fields": ["name"], "limit": 1},
    )  # fmt: skip
    if not signed:
        raise ValueError(f"no signed-off change in Odoo is about {mark[:16]}: nothing was promoted")
    serving = models / subject
    if (serving / "manifest.json").is_file() and mark_of(manifest_of(serving)) == mark:
        version = version_of(manifest_of(serving))
        return {"subject": subject, "mark": mark, "before": version, "after": version}
    candidate = models / CANDIDATES / subject / mark[:16]
    if not (candidate / "manifest.json").is_file() or mark_of(manifest_of(candidate)) != mark:
        raise ValueError(f"the challenger {mark[:16]} of {subject} is not kept any more: train again")
    before, after = install(models, subject, candidate, f"{signed[0]['name']}: {reason}", {"mark": mark})
    return {"subject": subject, "mark": mark, "before": before, "after": after}


def _measured_days(subject: str, days: int) -> tuple[datetime, datetime]:
    """(first moment, end) of what is measured: the newest days, of weeks full ones, of orders those that have settled."""
    today = datetime.now(UTC).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)
    if subject == "patterns":
        monday = today - timedelta(days=today.weekday())
        return monday - timedelta(weeks=math.ceil(days / 7)), monday
    if subject in _SETTLING:
        settled = today - timedelta(days=_SETTLING[subject])
        return settled - timedelta(days=days), settled
    return today - timedelta(days=days), today + timedelta(days=1)


def _figures(
    client: Any, subject: str, rivals: dict[str, Path], split: datetime, end: datetime, scratch: Path
) -> dict[str, list[Figure]]:
    """Each rival's figures on the same rows, the deciding one first."""
    if subject in MODULES:
        rows = scratch / "later.csv"
        later = read_odoo_records(client, subject, since=split, until=end)
        if "y" in later:
            later = later[later["y"].notna()]
        if len(later) < _LEAST_ROWS:
            raise ValueError(
                f"{len(later)} records of {subject} since {split:%Y-%m-%d} are too few to measure on"
            )
        later.to_csv(rows, index=False)
        return {name: judge(subject, folder, rows, groups=False) for name, folder in rivals.items()}
    later = read_odoo(client, subject, _say, since=split, until=end)
    if len(later) < _LEAST_ROWS:
        raise ValueError(f"{len(later)} lines since {split:%Y-%m-%d} are too few to measure {subject} on")
    known, honest = lines_of(read_odoo(client, subject, _say, until=split)), lines_of(later)
    spoilt = {kind: spoil(subject, kind, honest, known) for kind in TRIALS[subject]}
    asked = [*honest, *(line for lines in spoilt.values() for line in lines)]
    kinds = [None] * len(honest) + [kind for kind, lines in spoilt.items() for _ in lines]
    return {name: _told_apart(subject, folder, asked, kinds) for name, folder in rivals.items()}


def _of_weeks(frame: pd.DataFrame, rivals: dict[str, Path], split: datetime) -> dict[str, list[Figure]]:
    """Each rival's figures on the weeks since `split`, as they were and with habits put in."""
    newest = [
        (week, past)
        for week, past in with_pasts(records_of(frame))
        if week.documents > 0 and week.week >= f"{split:%Y-%m-%d}"
    ]
    if len(newest) < _LEAST_ROWS:
        raise ValueError(f"{len(newest)} weeks since {split:%Y-%m-%d} are too few to measure patterns on")
    spoilt = {kind: with_habit(newest, kind) for kind in PATTERNS}
    asked = [*newest, *(pair for pairs in spoilt.values() for pair in pairs)]
    kinds = [None] * len(newest) + [kind for kind, pairs in spoilt.items() for _ in pairs]
    return {name: _told_apart("patterns", folder, asked, kinds) for name, folder in rivals.items()}


def _told_apart(subject: str, folder: Path, asked: list[Any], kinds: list[str | None]) -> list[Figure]:
    """How well a model tells what has a kind of fault from what has none."""
    scores = [entry.score for entry in read_model(folder, subject).model.score(asked)]
    truth = [int(kind is not None) for kind in kinds]
    return figures_of(subject, pd.DataFrame({"truth": truth, "score": scores, "kind": kinds}))


def _keep(models: Path, subject: str, source: Path, manifest: dict[str, Any]) -> Path:
    """Put a measured challenger aside under its hash; the oldest ones go."""
    shelf = models / CANDIDATES / subject
    target = shelf / mark_of(manifest)[:16]
    part = shelf / f".{target.name}"
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(source, part)
    shutil.rmtree(target, ignore_errors=True)
    part.rename(target)
    kept = sorted(shelf.glob("[0-9a-f]*"), key=lambda path: path.stat().st_mtime)
    for old in kept[:-_KEPT]:
        shutil.rmtree(old)
    return target


def _why(subject: str, champion: Figure, challenger: Figure, is_better: bool) -> str:
    """The decision in one sentence, with the figures."""
    word = "better" if is_better else "not better"
    return (
        f"The challenger is {word}: {challenger.name} {challenger.value:.4f} ({challenger.low:.4f} to {challenger.high:.4f}) against "
        f"{champion.value:.4f} ({champion.low:.4f} to {champion.high:.4f}) of the champion, on the same {challenger.rows} rows"
    )


def _say(text: str) -> None:
    print(text, file=sys.stderr)
