"""Gradient-boosted trees flattened to arrays: predictions with numpy alone.

Each tree is padded to a perfect binary tree of depth D in level order, as in `sidecar.scoring.forest`:
`feature` and `threshold` (T, 2**D - 1), `leaf` (T, 2**D). A row goes left where its value is at most the threshold.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class BoostedTrees:
    """Sums the leaves of all trees onto a base; stateless, so threads may share it."""

    def __init__(
        self, feature: NDArray[np.integer], threshold: Floats, leaf: Floats, base: float, features: int
    ):
        """Raises ValueError on arrays that do not fit together."""
        trees, inner = feature.shape
        if threshold.shape != feature.shape or leaf.shape != (trees, inner + 1) or (inner + 1) & inner:
            raise ValueError("the trees' arrays do not fit together")
        if int(feature.max(initial=0)) >= features or int(feature.min(initial=0)) < 0:
            raise ValueError("the trees name features that are not there")
        if not np.isfinite(leaf).all() or np.isnan(threshold).any() or not np.isfinite(base):
            raise ValueError("the trees hold values out of range")
        self.features, self._depth, self._base = features, (inner + 1).bit_length() - 1, float(base)
        self._feature = feature.astype(np.intp).ravel()
        self._threshold = threshold.astype(np.float64).ravel()
        self._leaf = leaf.astype(np.float64).ravel()
        self._inner_base = np.arange(trees, dtype=np.intp) * inner
        self._leaf_base = np.arange(trees, dtype=np.intp) * (inner + 1)
        self._inner = inner

    def raw(self, rows: Floats, block: int = 256) -> Floats:
        """The sum for each row. Raises ValueError for a wrong width or a missing or infinite value."""
        if rows.ndim != 2 or rows.shape[1] != self.features:
            raise ValueError(f"a row needs {self.features} features")
        if not np.isfinite(rows).all():
            raise ValueError("a feature is missing or infinite")
        if len(rows) == 1:
            return np.asarray(self._leaf[self._walk_one(rows[0])].sum(keepdims=True) + self._base)
        total = np.empty(len(rows))
        for start in range(0, len(rows), block):
            part = np.ascontiguousarray(rows[start : start + block], np.float64)
            flat, offset = part.ravel(), (np.arange(len(part)) * self.features)[:, None]
            node = np.zeros((len(part), len(self._inner_base)), np.intp)
            for _ in range(self._depth):
                at = node + self._inner_base
                right = flat.take(self._feature.take(at) + offset) > self._threshold.take(at)
                node = 2 * node + 1 + right
            total[start : start + block] = self._leaf.take(node - self._inner + self._leaf_base).sum(1)
        return total + self._base

    def _walk_one(self, row: Floats) -> NDArray[np.intp]:
        """The leaves (trees,) of one row (features,): without an axis of rows it takes half the time."""
        node = np.zeros(len(self._inner_base), np.intp)
        for _ in range(self._depth):
            at = node + self._inner_base
            node = node + node + 1 + (row[self._feature[at]] > self._threshold[at])
        return np.asarray(node - self._inner + self._leaf_base, np.intp)
