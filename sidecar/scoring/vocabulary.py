"""The words a text model knows, and what each weighs: kept packed until the first text is read.

Thousands of strings in a dictionary take many times the bytes of their letters, and most workers never read a mail.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


class Vocabulary:
    """Words, or parts of words, with their inverse document frequency and their weight for each class."""

    def __init__(self, names: NDArray[np.str_], idf: Floats, weights: NDArray[np.floating]) -> None:
        """names: (N,) without line breaks; idf: (N,); weights: (N, classes). Raises ValueError when they do not fit together."""
        if idf.shape != names.shape or weights.ndim != 2 or len(weights) != len(names):
            raise ValueError("the text model's arrays do not fit together")
        self.columns = weights.shape[1]
        self._packed, self._idf, self._weights = "\n".join(names.tolist()).encode(), idf, weights

    @cached_property
    def places(self) -> dict[str, int]:
        """The row of each word."""
        return {name: at for at, name in enumerate(self._packed.decode().split("\n"))}

    @cached_property
    def _single(self) -> Floats:
        return self._weights.astype(np.float32)

    def half(self, rows: NDArray[np.int32]) -> NDArray[np.float64]:
        """(classes,) What words at these rows say, as often as they stand there: sublinear TF-IDF of length one, weighed."""
        if not len(rows):
            return np.zeros(self.columns)
        unique, counts = np.unique(rows, return_counts=True)
        value = (np.log(counts) + 1.0) * self._idf.take(unique)
        return np.asarray(value @ self._single.take(unique, 0) / np.sqrt(value @ value), np.float64)

    def fold(self) -> None:
        """Pack up again."""
        for name in ("places", "_single"):
            self.__dict__.pop(name, None)
