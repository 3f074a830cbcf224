"""Rows found by their identifier, in arrays: a table of a worker takes a tenth of the memory of a dictionary."""

from bisect import bisect_left
from typing import Any

import numpy as np
from numpy.typing import NDArray


class KeyedRows:
    """Rows of numbers under sorted identifiers, read only; '' is the row of all of them."""

    def __init__(self, ids: NDArray[np.str_], rows: NDArray[np.float64]):
        """`ids` (n,) without repeats, one of them ''; `rows` (n, columns). Raises ValueError when they do not fit."""
        if ids.ndim != 1 or rows.ndim != 2 or len(ids) != len(rows) or not np.isfinite(rows).all():
            raise ValueError("identifiers and rows do not fit together, or a number is missing")
        keys = np.char.encode(ids.astype(np.str_), "utf-8")
        order = np.argsort(keys, kind="stable").astype(np.int32)
        self._keys: NDArray[np.bytes_] = keys[order]
        self._rows = rows[order].astype(np.float64)
        if not len(ids) or self._keys[0]:
            raise ValueError("there is no row of all identifiers")
        if (self._keys[1:] == self._keys[:-1]).any():
            raise ValueError("an identifier occurs twice")
        self._order = np.argsort(order).astype(np.int32)
        self.whole: list[float] = self._rows[0].tolist()

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, key: str) -> list[float] | None:
        """The row of `key`, or None."""
        wanted = key.encode("utf-8", "replace")
        keys: Any = (
            self._keys
        )  # compared as bytes, one by one: numpy's own search would widen all for a long key
        at = bisect_left(keys, wanted)
        if at == len(keys) or keys[at] != wanted:
            return None
        row: list[float] = self._rows[at].tolist()
        return row

    def __getitem__(self, key: str) -> list[float]:
        """The row of `key`. Raises KeyError."""
        row = self.get(key) if key else self.whole
        if row is None:
            raise KeyError(key)
        return row

    def items(self) -> list[tuple[str, list[float]]]:
        """(identifier, row) of all, in the order they were given."""
        names = [key.decode() for key in self._keys[self._order].tolist()]
        return list(zip(names, self._rows[self._order].tolist(), strict=True))
