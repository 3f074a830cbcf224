"""How often each feature of a model fell into each of its bins, by day: what drift of features is told from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

from sidecar.adapters.model_store import Loaded
from sidecar.adapters.tables import FEATURE_COUNT
from sidecar.domain.drift import ENOUGH_ROWS, mix_stability
from sidecar.scoring.bins import Bins

#: (subject, model, feature)
Key = tuple[str, str, str]
Counts = Mapping[Key, Mapping[int, int]]


@dataclass(frozen=True, slots=True)
class Seen:
    """The feature rows of a request, and the bins and the name of the model they are of. Held until they are counted."""

    model: str
    bins: Bins
    rows: Sequence[NDArray[np.float64]]


class Moved(NamedTuple):
    """Population stability of one feature, against the time before and against the training history; None: too few rows."""

    subject: str
    model: str
    feature: str
    before: float | None
    training: float | None


def tally(asked: Iterable[tuple[date, str, Seen | None]]) -> list[dict[str, Any]]:
    """Rows of the table from (day, subject, seen) of requests, each key once.

    In one order, so that workers that add to the same rows at once wait for each other instead of locking each other out.
    """
    grouped: dict[tuple[date, str, str], tuple[Bins, list[NDArray[np.float64]]]] = {}
    for day, subject, seen in asked:
        if seen is not None and seen.rows:
            grouped.setdefault((day, subject, seen.model), (seen.bins, []))[1].extend(seen.rows)
    return [
        {"day": day, "subject": subject, "model": model, "feature": feature, "bin": place, "total": total}
        for (day, subject, model), (bins, rows) in sorted(grouped.items(), key=lambda entry: entry[0])
        for (feature, place), total in sorted(bins.count(np.concatenate(rows)).items())
    ]


def add(connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add to what is counted, on the transaction that is open."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    statement = insert(FEATURE_COUNT)
    total = FEATURE_COUNT.c.total + statement.excluded.total
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=list(FEATURE_COUNT.primary_key.columns), set_={"total": total}
        ),
        rows,
    )


def between(connection: sa.Connection, since: date, until: date) -> Counts:
    """What was counted from day `since` to before day `until`."""
    keys = (FEATURE_COUNT.c.subject, FEATURE_COUNT.c.model, FEATURE_COUNT.c.feature, FEATURE_COUNT.c.bin)
    query = (
        sa.select(*keys, sa.func.sum(FEATURE_COUNT.c.total))
        .where(FEATURE_COUNT.c.day >= since, FEATURE_COUNT.c.day < until)
        .group_by(*keys)
        .order_by(*keys)
    )
    found: dict[Key, dict[int, int]] = {}
    for subject, model, feature, place, total in connection.execute(query):
        found.setdefault((subject, model, feature), {})[int(place)] = int(total)
    return found


def moved(before: Counts, late: Counts, served: Callable[[str], Loaded[Any] | None]) -> list[Moved]:
    """How far each feature moved that was asked about often enough of late; models are compared with themselves alone.

    The training history is that of the model in service, `served` of a subject.
    """
    serving = {subject: served(subject) for subject in {key[0] for key in late}}
    out = []
    for key in sorted(late):
        subject, model, feature = key
        loaded = serving[subject]
        bins = loaded.model.bins if loaded and loaded.mark == model else None
        history = bins.history(feature) if bins else {}
        found = [mix_stability(counts, late[key], ENOUGH_ROWS) for counts in (before.get(key, {}), history)]
        if found != [None, None]:
            out.append(Moved(subject, model, feature, *found))
    return out
