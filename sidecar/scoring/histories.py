"""Histories as tables: what is usual for an item, a customer, a vendor; looked up by identifier."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(slots=True)
class Usual:
    """What is usual of one quantity.

    `count` rows, robust `center` and `scale` (shrunk), the 10 and 90 % quantiles.
    """

    count: float
    center: float
    scale: float
    low: float
    high: float
    known: bool = True

    def deviation(self, value: float, limit: float = 25.0) -> float:
        """Robust z of `value`, cut at +-limit."""
        return max(-limit, min(limit, (value - self.center) / self.scale))


class Histories:
    """Named tables of sorted identifiers and their statistics (rows of count, center, scale, low, high)."""

    def __init__(self, tables: dict[str, tuple[NDArray[np.str_], NDArray[np.float64]]]):
        """`tables` must hold, for each name, a row with the identifier '' .

        The global one. Raises ValueError else.
        """
        self._index: dict[str, dict[str, int]] = {}
        self._stats: dict[str, NDArray[np.float64]] = {}
        self._global: dict[str, Usual] = {}
        for name, (ids, stats) in tables.items():
            if stats.shape != (len(ids), 5) or not np.isfinite(stats).all() or (stats[:, 2] <= 0).any():
                raise ValueError(f"history {name} is damaged")
            index = {str(key): row for row, key in enumerate(ids.tolist())}
            if "" not in index:
                raise ValueError(f"history {name} has no global row")
            self._index[name], self._stats[name] = index, stats.astype(np.float64)
            row = self._stats[name][index[""]].tolist()
            self._global[name] = Usual(row[0], row[1], row[2], row[3], row[4], False)

    def usual(self, table: str, key: str) -> Usual:
        """What is usual for `key`; the global row, marked unknown, when the history has none."""
        row = self._index[table].get(key) if key else None
        if row is None:
            return self._global[table]
        return Usual(*self._stats[table][row].tolist())
