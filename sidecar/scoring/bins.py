"""Where the values of features fall: bins fixed by training and counted in service, so that drift is seen and no value kept."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Bins:
    """The watched features of a model, the cuts between their bins, and how the history fell into them."""

    def __init__(
        self, names: Sequence[str], columns: NDArray[np.integer], cuts: Floats, counts: NDArray[np.integer]
    ):
        """names of all features; `columns` (F,) says which are watched.

        cuts (F, K) ascend and are padded with infinity: a value falls into the bin whose number is how many cuts it
        reaches. counts (F, K + 1): rows of the history by bin. Raises ValueError on arrays that do not fit.
        """
        width = len(columns)
        if cuts.ndim != 2 or len(cuts) != width or counts.shape != (width, cuts.shape[1] + 1):
            raise ValueError("the bins of the features do not fit together")
        if np.isnan(cuts).any() or (cuts[:, 1:] < cuts[:, :-1]).any() or (counts < 0).any():
            raise ValueError("the bins of the features are damaged")
        if len({*columns.tolist()} & {*range(len(names))}) != width:
            raise ValueError("the bins name features that are not there")
        self.names = [names[at] for at in columns.tolist()]
        self._columns, self._cuts, self._counts = columns.astype(np.intp), cuts, counts

    def count(self, rows: Floats) -> dict[tuple[str, int], int]:
        """How many of `rows` (N, all features) fall into each bin of each watched feature; empty bins left out."""
        size = self._counts.shape[1]
        places = (rows[:, self._columns, None] >= self._cuts).sum(2) + np.arange(len(self.names)) * size
        found = np.bincount(places.ravel(), minlength=len(self.names) * size)
        return {(self.names[at // size], at % size): int(found[at]) for at in np.flatnonzero(found).tolist()}

    def history(self, name: str) -> dict[int, int]:
        """Rows of the training history by bin of a feature; empty for one that is not watched."""
        if name not in self.names:
            return {}
        counts = self._counts[self.names.index(name)].tolist()
        return {place: count for place, count in enumerate(counts) if count}


def read_bins(arrays: Mapping[str, NDArray[Any]], names: Sequence[str]) -> Bins | None:
    """The bins among a model's arrays; None in a model that was made before there were any.

    Raises KeyError or ValueError on damaged ones.
    """
    if "bins_columns" not in arrays:
        return None
    return Bins(names, arrays["bins_columns"], arrays["bins_cuts"], arrays["bins_counts"])
