"""Fixes the bins by which the drift of single features is watched."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sidecar.scoring.bins import Bins

_PARTS = 10
#: Of these a week always differs from the month before it.
CALENDAR = frozenset({"month", "month_day", "due_month"})


def bins_of(
    names: Sequence[str], rows: Any, fixed: Mapping[str, Sequence[float]] | None = None
) -> dict[str, Any]:
    """Arrays for `sidecar.scoring.bins.read_bins`: about the deciles of each feature of `rows` (N, features).

    A value that fills a decile, such as the 0 of what is not known, gets a bin of its own. `fixed` names the cuts of
    features that are codes. Features of the calendar are not watched.
    """
    columns = [at for at, name in enumerate(names) if name not in CALENDAR]
    cuts = [
        np.array((fixed or {}).get(names[at], ()), np.float64) if names[at] in (fixed or {}) else _cuts(rows[:, at])
        for at in columns
    ]  # fmt: skip
    padded = np.full((len(cuts), max(map(len, cuts))), np.inf)
    for at, own in enumerate(cuts):
        padded[at, : len(own)] = own
    counts = np.zeros((len(cuts), padded.shape[1] + 1), np.int64)
    found = Bins(names, np.array(columns), padded, counts).count(rows)
    watched = [names[at] for at in columns]
    for (name, place), count in found.items():
        counts[watched.index(name), place] = count
    return {"bins_columns": np.array(columns), "bins_cuts": padded, "bins_counts": counts}


def _cuts(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inner deciles, each a value of the history, and right behind each that comes more than once another cut."""
    deciles = np.quantile(values, np.arange(1, _PARTS) / _PARTS, method="inverted_cdf")
    unique, times = np.unique(deciles, return_counts=True)
    return np.unique(np.concatenate([unique, np.nextafter(unique[times > 1], np.inf)]))
