"""Fits an isolation forest and flattens it; the features come from histories that did not see the row."""

from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import IsolationForest
from sklearn.ensemble._iforest import _average_path_length

from sidecar.domain.lines import Line
from sidecar.scoring import discounts, purchases
from sidecar.scoring.arrays import LEVELS, read_forest, read_histories
from sidecar.scoring.histories import Histories
from sidecar.scoring.lines import stretch
from sidecar.training.bins import bins_of
from sidecar.training.histories import discount_histories, purchase_histories
from sidecar.training.parallel import each

SEED = 20261123
_FOLDS = 5
_LONG, _MOST_ROWS = 200_000, 100_000
_BUILD = {"discounts": discount_histories, "purchases": purchase_histories}
_KIND: dict[str, ModuleType] = {"discounts": discounts, "purchases": purchases}


def _down(values: Any) -> Any:
    """float64 thresholds rounded down to float32, so that float32 rows compare as in scikit-learn."""
    single = values.astype(np.float32)
    above = single.astype(np.float64) > values
    single[above] = np.nextafter(single[above], np.float32(-np.inf))
    return single


def flatten(forest: IsolationForest) -> dict[str, Any]:
    """The arrays that `sidecar.scoring.forest.FlatForest` reads."""
    depth = max(1, *(tree.tree_.max_depth for tree in forest.estimators_))
    trees, inner = len(forest.estimators_), 2**depth - 1
    feature = np.zeros((trees, inner), np.uint8)
    threshold = np.full((trees, inner), np.inf, np.float32)
    value = np.zeros((trees, 2 * inner + 1))
    for at, (estimator, columns) in enumerate(
        zip(forest.estimators_, forest.estimators_features_, strict=True)
    ):
        tree, cuts = estimator.tree_, _down(estimator.tree_.threshold)
        paths = forest._decision_path_lengths[at] + forest._average_path_length_per_tree[at] - 1.0
        means = _means(tree, paths)
        todo = [(0, 0, 0)]
        while todo:
            node, place, level = todo.pop()
            if tree.children_left[node] == -1:
                _fill(value[at], place, paths[node], inner)
                continue
            value[at, place] = means[node]
            feature[at, place], threshold[at, place] = columns[tree.feature[node]], cuts[node]
            todo.append((tree.children_left[node], 2 * place + 1, level + 1))
            todo.append((tree.children_right[node], 2 * place + 2, level + 1))
    norm = trees * float(_average_path_length([forest._max_samples])[0])
    return {
        "forest_feature": feature,
        "forest_threshold": threshold,
        "forest_value": value,
        "forest_norm": np.array(norm),
        "forest_features": np.array(forest.n_features_in_),
    }


def _means(tree: Any, paths: Any) -> Any:
    """Mean path length of the training rows beneath each node."""
    means = np.array(paths, np.float64)
    for node in range(tree.node_count - 1, -1, -1):
        left, right = tree.children_left[node], tree.children_right[node]
        if left != -1:
            a, b = tree.n_node_samples[left], tree.n_node_samples[right]
            means[node] = (a * means[left] + b * means[right]) / (a + b)
    return means


def _fill(values: Any, place: int, path: float, inner: int) -> None:
    """A leaf's path length for the leaf and all padding beneath it."""
    first, last = place, place
    while first <= 2 * inner:
        values[first : last + 1] = path
        first, last = 2 * first + 1, 2 * last + 2


def lines_of(frame: pd.DataFrame) -> list[Line]:
    """The frame's rows as lines; `net` counts as the unit price without a further discount; `place` may be missing."""
    lead = frame["lead_days"].astype(object).where(frame["lead_days"].notna(), None)
    if "place" not in frame.columns:
        frame = frame.assign(place="")
    names = ("item", "party", "category", "tier", "quantity", "list_price", "net", "place")
    return [
        Line("", item, party, category, tier, quantity, price, 0.0, net, 0.0, days, place)
        for item, party, category, tier, quantity, price, net, place, days in zip(
            *(frame[name] for name in names), lead, strict=True
        )
    ]


def rows_of(subject: str, frame: pd.DataFrame, histories: Histories) -> Any:
    """The feature matrix of a frame against given histories."""
    kind = _KIND[subject]
    return np.array(
        [kind.features(line, kind.usuals(line, histories)) for line in lines_of(frame)], np.float64
    )


def build_histories(subject: str, frame: pd.DataFrame) -> dict[str, Any]:
    """The history arrays of a subject."""
    return _BUILD[subject](frame)


def thinned(frame: pd.DataFrame, most: int) -> pd.DataFrame:
    """The frame, or of a longer one `most` rows or fewer, evenly from first to last."""
    return frame.iloc[:: -(-len(frame) // most)] if len(frame) > most else frame


def _unseen(subject: str, frame: pd.DataFrame) -> Any:
    """Features of rows against histories that did not contain them.

    Of every row, a fold at a time; of a long history of some rows, evenly over its time, against all others, since a
    forest of 256 rows a tree and its quantiles learn nothing more from a million.
    """
    if len(frame) > _LONG:
        kept = thinned(frame, _MOST_ROWS)
        return _against(subject, kept, frame.drop(kept.index))
    fold = np.arange(len(frame)) % _FOLDS
    matrix = np.empty((len(frame), len(_KIND[subject].FEATURES)))
    parts = [(subject, frame[fold == at], frame[fold != at]) for at in range(_FOLDS)]
    for number, part in enumerate(each(_against, parts)):
        matrix[fold == number] = part
    return matrix


def _against(subject: str, frame: pd.DataFrame, others: pd.DataFrame) -> Any:
    """The feature matrix of a frame against the histories of others."""
    return rows_of(subject, frame, read_histories(build_histories(subject, others)))


def train_forest(subject: str, frame: pd.DataFrame, trees: int = 100) -> dict[str, Any]:
    """The arrays of forest, limits, quantiles and histories. Raises ValueError with fewer than 50 usable rows."""
    if len(frame) < 50:
        raise ValueError(f"{len(frame)} usable rows are too few to train on (at least 50)")
    matrix = _unseen(subject, frame)
    forest = IsolationForest(n_estimators=trees, max_samples=min(256, len(matrix)), random_state=SEED).fit(
        matrix
    )
    arrays = flatten(forest)
    limits = np.maximum(np.quantile(np.abs(matrix), 0.99, axis=0), _KIND[subject].LEAST_LIMITS)
    arrays["limits"] = limits
    scores = stretch(read_forest(arrays).score(matrix), matrix, limits)
    arrays["quantiles"] = np.maximum.accumulate(np.quantile(scores, LEVELS))
    return arrays | bins_of(_KIND[subject].FEATURES, matrix) | build_histories(subject, frame)
