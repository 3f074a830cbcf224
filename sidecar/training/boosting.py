"""Fits gradient-boosted trees with scikit-learn and flattens them to the arrays that serving reads."""

import math
from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

SEED = 20261124
_MOST_ROWS = 400_000


def fit(rows: Any, target: Any, quantile: float | None, trees: int, shape: dict[str, Any]) -> Any:
    """Trees for a probability (0/1 `target`), or for a `quantile` of a quantity; of a long history see `thinned`."""
    common = {"max_iter": trees, "early_stopping": False, "random_state": SEED, **shape}
    if quantile is None:
        return HistGradientBoostingClassifier(**common).fit(*thinned(rows, target, True))
    model = HistGradientBoostingRegressor(loss="quantile", quantile=quantile, **common)
    return model.fit(*thinned(rows, target, False))


def thinned(rows: Any, target: Any, outcomes: bool, most: int = _MOST_ROWS) -> tuple[Any, Any, Any]:
    """(rows, target, weight): all rows without weights or, of more than `most`, about that many, evenly over time.

    Of `outcomes` 0 and 1 the rarer one keeps up to half the room, so that a rare fault is not thinned away with the
    ordinary trade around it; the weights make up for what was left out.
    """
    if len(rows) <= most:
        return rows, target, None
    parts = (
        [np.flatnonzero(target == 1.0), np.flatnonzero(target != 1.0)] if outcomes else [np.arange(len(rows))]
    )
    kept, weight = np.zeros(len(rows), bool), np.zeros(len(rows))
    for at, part in enumerate(sorted(parts, key=len)):
        room = (most - int(kept.sum())) / (len(parts) - at)
        step = max(1, math.ceil(len(part) / room))
        kept[part[::step]], weight[part] = True, step
    return rows[kept], target[kept], weight[kept]


def staged(model: Any, rows: Any) -> Any:
    """Raw sums after each number of trees."""
    return (stage.ravel() for stage in model._staged_raw_predict(rows))


def _place(nodes: Any, inner: int, feature: Any, threshold: Any, leaf: Any) -> None:
    """One tree into its row of the padded arrays; a leaf fills all places beneath it."""
    todo = [(0, 0)]
    while todo:
        node, place = todo.pop()
        if not nodes[node]["is_leaf"]:
            feature[place], threshold[place] = nodes[node]["feature_idx"], nodes[node]["num_threshold"]
            todo += [(nodes[node]["left"], 2 * place + 1), (nodes[node]["right"], 2 * place + 2)]
            continue
        first = last = place
        while first < inner:
            first, last = 2 * first + 1, 2 * last + 2
        leaf[first - inner : last - inner + 1] = nodes[node]["value"]


def flatten(model: Any, output: str) -> dict[str, Any]:
    """The arrays `trees_<output>_*` that `sidecar.scoring.boosting.BoostedTrees` reads."""
    trees = [stage[0].nodes for stage in model._predictors]
    depth = max(1, *(int(nodes["depth"].max()) for nodes in trees))
    inner = 2**depth - 1
    feature = np.zeros((len(trees), inner), np.uint8)
    threshold = np.full((len(trees), inner), np.inf)
    leaf = np.zeros((len(trees), inner + 1))
    for at, nodes in enumerate(trees):
        _place(nodes, inner, feature[at], threshold[at], leaf[at])
    names = {
        "feature": feature,
        "threshold": threshold,
        "leaf": leaf,
        "base": np.array(float(np.ravel(model._baseline_prediction)[0])),
    }
    return {f"trees_{output}_{name}": array for name, array in names.items()}
