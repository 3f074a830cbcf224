"""Fits gradient-boosted trees with scikit-learn and flattens them to the arrays that serving reads."""

from typing import Any

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

SEED = 20261124


def fit(rows: Any, target: Any, quantile: float | None, trees: int, shape: dict[str, Any]) -> Any:
    """Trees for a probability (0/1 `target`), or for a `quantile` of a quantity."""
    common = {"max_iter": trees, "early_stopping": False, "random_state": SEED, **shape}
    if quantile is None:
        return HistGradientBoostingClassifier(**common).fit(rows, target)
    return HistGradientBoostingRegressor(loss="quantile", quantile=quantile, **common).fit(rows, target)


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
