"""How far answers moved: the population stability index.

PSI = sum over bins of (a - e) * ln(a / e), with e and a the shares of the earlier and the later time. By the usual
reading below 0.1 is stable, 0.1 to 0.25 worth a look, above 0.25 a shift (Siddiqi, Credit Risk Scorecards, 2006).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

BINS = 10
#: Answers a time span needs before a figure means anything.
ENOUGH = 100
STABLE, SHIFTED = 0.1, 0.25


def stability(expected: Sequence[float], actual: Sequence[float]) -> float | None:
    """PSI of two samples of scores, over the deciles of the first; None when either is too small."""
    if len(expected) < ENOUGH or len(actual) < ENOUGH:
        return None
    ordered = sorted(expected)
    cuts = sorted({ordered[len(ordered) * step // BINS] for step in range(1, BINS)})
    return index(_counts(expected, cuts), _counts(actual, cuts))


def mix_stability(expected: Mapping[str, int], actual: Mapping[str, int]) -> float | None:
    """PSI of two mixes of classes; None when either is too small."""
    if sum(expected.values()) < ENOUGH or sum(actual.values()) < ENOUGH:
        return None
    names = sorted({*expected, *actual})
    return index([expected.get(name, 0) for name in names], [actual.get(name, 0) for name in names])


def index(expected: Sequence[int], actual: Sequence[int]) -> float:
    """PSI of counts by bin; half an answer is added to each bin, so that an empty one stays finite."""
    before, after = sum(expected) + 0.5 * len(expected), sum(actual) + 0.5 * len(actual)
    total = 0.0
    for old, new in zip(expected, actual, strict=True):
        e, a = (old + 0.5) / before, (new + 0.5) / after
        total += (a - e) * math.log(a / e)
    return total


def word(value: float | None) -> str:
    """The reading of a PSI."""
    if value is None:
        return "too few answers"
    return "stable" if value < STABLE else "look" if value < SHIFTED else "shifted"


def _counts(values: Sequence[float], cuts: Sequence[float]) -> list[int]:
    counts = [0] * (len(cuts) + 1)
    for value in values:
        counts[sum(value >= cut for cut in cuts)] += 1
    return counts
