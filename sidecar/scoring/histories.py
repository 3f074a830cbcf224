"""Histories as tables: what is usual for an item, a customer, a vendor; looked up by identifier."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sidecar.scoring.keyed_rows import KeyedRows


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


def _usual(row: list[float], known: bool) -> Usual:
    return Usual(row[0], row[1], row[2], row[3], row[4], known)


class Histories:
    """Named tables of sorted identifiers and their statistics (rows of count, center, scale, low, high)."""

    def __init__(self, tables: dict[str, tuple[NDArray[np.str_], NDArray[np.float64]]]):
        """`tables` must hold, for each name, a row with the identifier '' .

        The global one. Raises ValueError else.
        """
        self._tables: dict[str, KeyedRows] = {}
        self._global: dict[str, Usual] = {}
        for name, (ids, stats) in tables.items():
            if stats.shape != (len(ids), 5) or (stats[:, 2] <= 0).any():
                raise ValueError(f"history {name} is damaged")
            try:
                rows = self._tables[name] = KeyedRows(ids, stats)
            except ValueError as error:
                raise ValueError(f"history {name} is damaged: {error}") from None
            self._global[name] = _usual(rows.whole, False)

    def usual(self, table: str, key: str) -> Usual:
        """What is usual for `key`; the global row, marked unknown, when the history has none."""
        row = self._tables[table].get(key) if key else None
        return self._global[table] if row is None else _usual(row, True)
