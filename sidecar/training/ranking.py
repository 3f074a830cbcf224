"""How well scores rank outcomes, in one pass over sorted rows, so that a bootstrap sorts once and not each round."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sidecar.training.boosting import SEED

Floats = NDArray[np.float64]
Times = NDArray[np.int64] | None
#: A figure of rows that count so many times each, once where that is None; nan where it has no meaning.
Weighted = Callable[[Times], float]
_ROUNDS = 200


def interval(measure: Weighted, rows: int) -> tuple[float, float]:
    """95 % bootstrap interval over rows (Efron, 1979) of a measure; (nan, nan) where no draw has a meaning."""
    rng = np.random.default_rng(SEED)
    draws = (np.bincount(rng.integers(0, rows, rows), minlength=rows) for _ in range(_ROUNDS))
    found = np.array([measure(times) for times in draws])
    if np.isnan(found).all():
        return float("nan"), float("nan")
    low, high = np.nanquantile(found, [0.025, 0.975])
    return float(low), float(high)


class Ranking:
    """Outcomes (rows,) of 0 and 1, sorted by score (rows,), the strangest first; equal scores count as one step."""

    def __init__(self, truth: Any, score: Any):
        """Arrays or columns of equal length, at least one row."""
        outcomes, scores = np.asarray(truth, np.float64), np.asarray(score, np.float64)
        self._order = np.argsort(-scores, kind="stable")
        self._bad, ranked = outcomes[self._order], scores[self._order]
        self._ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))

    def _counts(self, times: Times) -> tuple[Floats, Floats]:
        """Bad and good rows down to each step; `times` says how often each row counts, once by default."""
        often = np.ones(len(self._bad)) if times is None else np.asarray(times, np.float64)[self._order]
        return np.cumsum(often * self._bad)[self._ends], np.cumsum(often * (1.0 - self._bad))[self._ends]

    def average_precision(self, times: Times = None) -> float:
        """Mean precision over the steps at which recall grows, 0..1; nan when only one outcome counts."""
        bad, good = self._counts(times)
        if not bad[-1] or not good[-1]:
            return float("nan")
        precision = bad / np.maximum(bad + good, 1e-300)
        return float(np.diff(bad, prepend=0.0) @ precision / bad[-1])

    def auroc(self, times: Times = None) -> float:
        """Probability that a bad row ranks above a good one, ties half, 0..1; nan when only one outcome counts."""
        bad, good = self._counts(times)
        if not bad[-1] or not good[-1]:
            return float("nan")
        middle = bad - np.diff(bad, prepend=0.0) / 2.0
        return float(np.diff(good, prepend=0.0) @ middle / (bad[-1] * good[-1]))
