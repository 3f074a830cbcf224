"""How sure a share over papers is. Layouts are drawn, not papers: papers of one layout go right or wrong together."""

from collections.abc import Sequence

import numpy as np


def interval(parts: Sequence[tuple[int, int]], draws: int = 2000, seed: int = 7) -> tuple[float, float]:
    """95 % bootstrap interval of sum(right) / sum(asked), `parts` holding (right, asked) by layout.

    A draw that asks nothing is left out; (nan, nan) where every draw does. The same parts give the same interval.
    """
    if not sum(asked for _, asked in parts):
        return float("nan"), float("nan")
    counts = np.asarray(parts, dtype=float)
    chosen = np.random.default_rng(seed).integers(len(counts), size=(draws, len(counts)))
    right, asked = counts[chosen].sum(axis=1).T
    low, high = np.quantile(right[asked > 0] / asked[asked > 0], [0.025, 0.975])
    return float(low), float(high)
