"""An isolation forest flattened to arrays: scores and attributions with numpy alone.

Each tree is padded to a perfect binary tree of depth D, nodes in level order. `feature` (T, 2**D - 1) and
`threshold` (float32, rounded down so that float32 rows compare as in scikit-learn) lead a row to a leaf;
`value` (T, 2**(D+1) - 1) holds a leaf's path length and, for inner nodes, the mean over the rows beneath.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class FlatForest:
    """Scores rows of `features` columns; stateless after construction, so threads may share it."""

    def __init__(
        self,
        feature: NDArray[np.integer],
        threshold: NDArray[np.float32],
        value: Floats,
        norm: float,
        features: int,
    ):
        """`norm` is trees x the average path of an unsuccessful search.

        Raises ValueError on arrays that do not fit.
        """
        trees, inner = feature.shape
        if threshold.shape != feature.shape or value.shape != (trees, 2 * inner + 1) or (inner + 1) & inner:
            raise ValueError("the forest's arrays do not fit together")
        if (
            int(feature.max()) >= features
            or int(feature.min()) < 0
            or not np.isfinite(value).all()
            or norm <= 0
        ):
            raise ValueError("the forest's arrays hold values out of range")
        self.features, self._depth, self._norm = features, (inner + 1).bit_length() - 1, norm
        self._feature = feature.astype(np.intp).ravel()
        self._threshold = threshold.astype(np.float32).ravel()
        self._value = value.astype(np.float64).ravel()
        self._base = np.arange(trees, dtype=np.intp) * inner
        self._value_base = np.arange(trees, dtype=np.intp) * (2 * inner + 1)
        self._root_feature = self._feature[self._base]
        self._root_threshold = self._threshold[self._base]

    def check(self, rows: Floats) -> NDArray[np.float32]:
        """The rows as float32. Raises ValueError for a wrong width or a missing or infinite value."""
        if rows.ndim != 2 or rows.shape[1] != self.features:
            raise ValueError(f"a row needs {self.features} features")
        single = np.ascontiguousarray(rows, np.float32)
        if not np.isfinite(single).all():
            raise ValueError("a feature is missing or infinite")
        return single

    def score(self, rows: Floats, block: int = 64) -> Floats:
        """Anomaly score 0..1 of each row (equals -IsolationForest.score_samples).

        Raises ValueError as `check`.
        """
        single = self.check(rows)
        total = np.empty(len(single))
        for start in range(0, len(single), block):
            part = single[start : start + block]
            flat = part.ravel()
            offset = (np.arange(len(part)) * self.features)[:, None]
            node = np.add(flat.take(offset + self._root_feature) > self._root_threshold, 1, dtype=np.intp)
            for _ in range(self._depth - 1):
                at = node + self._base
                right = flat.take(self._feature.take(at) + offset) > self._threshold.take(at)
                node += node
                node += right
                node += 1
            total[start : start + block] = self._value.take(node + self._value_base).sum(1)
        return np.asarray(2.0 ** (-(total / self._norm)), np.float64)

    def attribute(self, row: Floats) -> Floats:
        """How much each feature shortened the row's paths (mean over trees, in steps.

        Positive makes it stranger).
        """
        flat = self.check(row[None, :])[0]
        node = np.zeros(len(self._base), np.intp)
        before = self._value.take(self._value_base)
        out = np.zeros(self.features)
        for _ in range(self._depth):
            at = node + self._base
            used = self._feature.take(at)
            node = 2 * node + 1 + (flat.take(used) > self._threshold.take(at))
            after = self._value.take(node + self._value_base)
            out += np.bincount(used, weights=before - after, minlength=self.features)
            before = after
        return out / len(self._base)
