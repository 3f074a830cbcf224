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
        self._trees, self._roots = trees, np.arange(trees)
        levels = [slice(2**depth - 1, 2 ** (depth + 1) - 1) for depth in range(self._depth + 1)]
        # By level, so that the child of place p is 2p or 2p + 1 whichever its tree: half the steps of a walk.
        self._feature = [feature[:, level].astype(np.intp).ravel() for level in levels[:-1]]
        self._threshold = [threshold[:, level].astype(np.float32).ravel() for level in levels[:-1]]
        self._value = np.concatenate([value[:, level].astype(np.float64).ravel() for level in levels])
        self._leaf = self._value[-trees * 2**self._depth :]
        self._start = np.cumsum([0, *(trees * 2**depth for depth in range(self._depth))])[:, None]

    def check(self, rows: Floats) -> NDArray[np.float32]:
        """The rows as float32. Raises ValueError for a wrong width or a missing or infinite value."""
        if rows.ndim != 2 or rows.shape[1] != self.features:
            raise ValueError(f"a row needs {self.features} features")
        single = np.ascontiguousarray(rows, np.float32)
        if not np.isfinite(single).all():
            raise ValueError("a feature is missing or infinite")
        return single

    def score(self, rows: Floats, block: int = 384) -> Floats:
        """Anomaly score 0..1 of each row (equals -IsolationForest.score_samples).

        Raises ValueError as `check`.
        """
        single = self.check(rows)
        if len(single) == 1:
            return self._scores(self._leaf[self._walk_one(single[0])[0][-1]][:, None].sum(0))
        total = np.empty(len(single))
        for start in range(0, len(single), block):
            part = single[start : start + block]
            total[start : start + block] = self._leaf.take(self._walk(part)).sum(0)
        return self._scores(total)

    def explain(self, rows: Floats, block: int = 64) -> tuple[Floats, Floats]:
        """(scores, attributions): `score`, and how much each feature shortened a row's paths.

        Attributions (rows, features) are means over trees in steps, positive where a feature makes a row stranger: the
        difference that each split made to the mean path beneath it (Saabas, 2014). One walk gives both. Raises
        ValueError as `check`.
        """
        single = self.check(rows)
        if len(single) == 1:
            return self._explain_one(single[0])
        total, out = np.empty(len(single)), np.empty((len(single), self.features))
        for start in range(0, len(single), block):
            part = single[start : start + block]
            count = len(part)
            places = np.empty((self._depth + 1, self._trees, count), np.intp)
            bins = np.empty((self._depth, self._trees, count), np.intp)
            self._walk(part, places, bins)
            places += self._start[:, None]
            means = self._value.take(places)
            total[start : start + block] = means[-1].sum(0)
            shortened = np.bincount(
                bins.ravel(), weights=(means[:-1] - means[1:]).ravel(), minlength=count * self.features
            )
            out[start : start + block] = shortened.reshape(count, self.features)
        return self._scores(total), out / self._trees

    def _explain_one(self, row: NDArray[np.float32]) -> tuple[Floats, Floats]:
        """`explain` of one row (features,): without an axis of rows it takes half the time."""
        passed, asked = self._walk_one(row)
        means, trees = self._value[(np.array(passed) + self._start).ravel()], self._trees
        shortened = np.bincount(
            np.concatenate(asked), weights=means[:-trees] - means[trees:], minlength=self.features
        )
        return self._scores(means[-trees:, None].sum(0)), shortened[None] / trees

    def _walk_one(self, row: NDArray[np.float32]) -> tuple[list[NDArray[np.intp]], list[NDArray[np.intp]]]:
        """The places (trees,) that a row passes, level after level to its leaves, and the features asked at all but these."""
        passed, bins = [self._roots], []
        for feature, threshold in zip(self._feature, self._threshold, strict=True):
            place = passed[-1]
            asked = feature[place]
            passed.append(place + place + (row[asked] > threshold[place]))
            bins.append(asked)
        return passed, bins

    def _walk(
        self,
        part: NDArray[np.float32],
        places: NDArray[np.intp] | None = None,
        bins: NDArray[np.intp] | None = None,
    ) -> NDArray[np.intp]:
        """The leaves (trees, rows) of rows; into `places` (depth + 1, trees, rows) and `bins` the nodes passed and what they ask."""
        flat, count = part.ravel(), len(part)
        offset = np.arange(count) * self.features
        place = np.repeat(self._roots[:, None], count, axis=1)
        for depth, (feature, threshold) in enumerate(zip(self._feature, self._threshold, strict=True)):
            asked = feature.take(place)
            asked += offset
            if places is not None and bins is not None:
                places[depth], bins[depth] = place, asked
            right = flat.take(asked) > threshold.take(place)
            place += place
            place += right
        if places is not None:
            places[-1] = place
        return place

    def _scores(self, paths: Floats) -> Floats:
        return np.asarray(2.0 ** (-(paths / self._norm)), np.float64)
