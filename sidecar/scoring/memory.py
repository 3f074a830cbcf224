"""Running statistics by key: what is known of a customer, a vendor or an item up to a moment."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sidecar.scoring.keyed_rows import KeyedRows

_PREFIX = "memory_"


class Memory:
    """Named tables of (count, mean, sum of squared deviations) by key, after Welford (1962).

    Training walks through the history oldest first, asks and then adds, so that a training row never sees itself or
    what came after it. A served model only asks: its tables are arrays.
    """

    def __init__(self) -> None:
        self._tables: dict[str, dict[str, list[float]]] = {}
        self._read: dict[str, KeyedRows] = {}

    def _table(self, name: str) -> dict[str, list[float]] | KeyedRows | None:
        return self._read.get(name) or self._tables.get(name)

    def add(self, table: str, key: str, value: float) -> None:
        """Counts one more `value`; the table's own row '' counts all of them."""
        rows = self._tables.setdefault(table, {})
        for name in {key, ""}:
            row = rows.setdefault(name, [0.0, 0.0, 0.0])
            row[0] += 1.0
            step = value - row[1]
            row[1] += step / row[0]
            row[2] += step * (value - row[1])

    def count(self, table: str, key: str) -> float:
        """Rows seen of `key`."""
        rows = self._table(table)
        row = rows.get(key) if rows and key else None
        return row[0] if row else 0.0

    def mean(self, table: str, key: str, weight: float = 5.0) -> float:
        """Mean of `key`, shrunk toward the table's mean as if `weight` rows had it; 0 in an empty table."""
        rows = self._table(table)
        if not rows:
            return 0.0
        overall, row = rows[""], rows.get(key) if key else None
        if row is None:
            return overall[1]
        return (row[0] * row[1] + weight * overall[1]) / (row[0] + weight)

    def deviation(self, table: str, key: str, value: float, limit: float = 25.0) -> float:
        """`value` against `key` in shrunk standard deviations, cut at +-`limit`; 0 for an unknown key."""
        rows = self._table(table)
        row = rows.get(key) if rows and key else None
        if not rows or row is None:
            return 0.0
        overall = rows[""]
        spread = overall[2] / overall[0] + 1e-4
        scale = math.sqrt((row[2] + 3.0 * spread) / (row[0] + 3.0))
        return max(-limit, min(limit, (value - self.mean(table, key, 1.0)) / scale))

    def rows(self, table: str) -> list[tuple[str, float, float]]:
        """(key, count, mean) of all keys of a table."""
        rows = self._table(table)
        return [(key, row[0], row[1]) for key, row in rows.items() if key] if rows else []

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All tables as arrays for a model file."""
        out: dict[str, NDArray[Any]] = {}
        for name, rows in self._tables.items():
            out[f"{_PREFIX}{name}_ids"] = np.array(list(rows), np.str_)
            out[f"{_PREFIX}{name}_rows"] = np.array(list(rows.values()), np.float64)
        return out

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]]) -> "Memory":
        """The tables among `arrays`. Raises KeyError or ValueError when one is damaged."""
        memory = cls()
        for key in arrays:
            if key.startswith(_PREFIX) and key.endswith("_ids"):
                name = key[len(_PREFIX) : -len("_ids")]
                ids, rows = arrays[key], arrays[f"{_PREFIX}{name}_rows"]
                if rows.shape != (len(ids), 3):
                    raise ValueError(f"the table {name} is damaged: a row is not count, mean and spread")
                try:
                    memory._read[name] = KeyedRows(ids, rows)
                except ValueError as error:
                    raise ValueError(f"the table {name} is damaged: {error}") from None
        return memory
