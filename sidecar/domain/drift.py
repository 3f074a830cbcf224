"""How far answers moved: the population stability index.

PSI = sum over bins of (a - e) * ln(a / e), with e and a the shares of the earlier and the later time. By the usual
reading below 0.1 is stable, 0.1 to 0.25 worth a look, above 0.25 a shift (Siddiqi, Credit Risk Scorecards, 2006).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

BINS = 10
#: Scores are counted by thousandths, so that a span of any length takes as many numbers.
STEPS = 1000
SCORED = ("discounts", "purchases", "stock-moves", "orders", "payments", "emails")
#: Answers a time span needs before a figure means anything.
ENOUGH = 100
#: Rows of a feature that are enough: there are dozens of them, and of 400 rows chance alone makes about 0.05.
ENOUGH_ROWS = 400
STABLE, SHIFTED = 0.1, 0.25
Kind = TypeVar("Kind", bound=Hashable)


def stability(expected: Mapping[int, int], actual: Mapping[int, int]) -> float | None:
    """PSI of two samples of scores counted by steps, over about the deciles of the first; None when either is too small."""
    whole = sum(expected.values())
    if whole < ENOUGH or sum(actual.values()) < ENOUGH:
        return None
    cuts: list[int] = []
    below = 0
    for step in sorted(expected):
        if below >= whole * (len(cuts) + 1) / BINS:
            cuts.append(step)
        below += expected[step]
    return index(_binned(expected, cuts), _binned(actual, cuts))


def mix_stability(
    expected: Mapping[Kind, int], actual: Mapping[Kind, int], enough: int = ENOUGH
) -> float | None:
    """PSI of two mixes of classes or bins; None when either has fewer than `enough`."""
    if sum(expected.values()) < enough or sum(actual.values()) < enough:
        return None
    names = [*expected, *(name for name in actual if name not in expected)]
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


def _binned(counts: Mapping[int, int], cuts: Sequence[int]) -> list[int]:
    found = [0] * (len(cuts) + 1)
    for step, count in counts.items():
        found[sum(step >= cut for cut in cuts)] += count
    return found
