"""Trains a whole line model: the isolation forest, and on a long history the trees that know faults."""

from typing import Any

import numpy as np
import pandas as pd

from sidecar.domain.lines import Line
from sidecar.scoring.arrays import LEVELS
from sidecar.scoring.boosting import BoostedTrees
from sidecar.scoring.evidence import WIDTHS, Evidence
from sidecar.scoring.lines import LineModel, stretch, widened
from sidecar.scoring.memory import Memory
from sidecar.training.boosting import fit, flatten
from sidecar.training.faults import inject
from sidecar.training.forests import SEED, lines_of, thinned, train_forest
from sidecar.training.parallel import each
from sidecar.training.record import record_of

_LEAST = 1000
#: Where in a history the past ends that a part of the later lines is scored by: several moments, so that trees see records of
#: several lengths, and lines as soon after them as those that will be asked about; of the long histories of sales one is enough.
_ORIGINS = {"discounts": (0.6,), "purchases": (0.4, 0.55, 0.7, 0.85)}
_SHARE = 0.1
_ENOUGH = 40_000
#: Of a long history this many of the later lines teach the trees, evenly over its time; the record holds all earlier ones.
_MOST_LATER = 80_000
_MOST_COPIES = 15
#: Purchases are fewer and wilder than sales, so their trees are held shorter; chosen on faults put into histories.
_SHAPES: dict[str, dict[str, Any]] = {
    "discounts": {"learning_rate": 0.05, "max_depth": 6, "max_leaf_nodes": 24, "min_samples_leaf": 20},
    "purchases": {
        "learning_rate": 0.03,
        "max_depth": 5,
        "max_leaf_nodes": 16,
        "min_samples_leaf": 150,
        "max_features": 0.5,
    },
}
_TREES = {"discounts": 150, "purchases": 200}
_PENALTY = {"discounts": 2.0, "purchases": 10.0}


def train_lines(subject: str, frame: pd.DataFrame) -> dict[str, Any]:
    """All arrays of a model of `subject`. Raises ValueError with fewer than 50 usable rows."""
    arrays = train_forest(subject, frame)
    if len(frame) < _LEAST:
        return arrays
    trees, quantiles = _fault_trees(subject, frame)
    return (
        arrays
        | trees
        | record_of(subject, frame, least_pairs=2)
        | {"quantiles": quantiles, "evidence_width": np.array(WIDTHS[subject])}
    )


def _fault_trees(subject: str, frame: pd.DataFrame) -> tuple[dict[str, Any], Any]:
    """(arrays, quantiles of honest scores): trees that tell spoilt later lines from honest ones by their past alone.

    Two halves score each other for the quantiles, so no line is ranked by trees that saw it.
    """
    cuts = [int(len(frame) * origin) for origin in _ORIGINS[subject]]
    spans = list(zip(cuts, [*cuts[1:], len(frame)], strict=True))
    spoilt, honest = [], []
    for start, end in spans:
        past, later = frame.iloc[:start], thinned(frame.iloc[start:end], _MOST_LATER // len(spans))
        model = LineModel(subject, train_forest(subject, past))
        evidence = Evidence(subject, Memory.read(record_of(subject, past)))
        for half in (0, 1):
            spoilt.append(_spoilt(subject, model, evidence, later.iloc[half::2], len(spans)))
            honest.append((_rows(model, evidence, lines_of(later.iloc[half::2])), model))
    halves = [_joined(spoilt[half::2]) for half in (0, 1)]
    scores = []
    for half, trees in enumerate(each(_fit, [(subject, *part) for part in reversed(halves)])):
        for rows, model in honest[half::2]:
            scores.append(stretch(_probability(trees, rows), rows[:, : model.forest.features], model.limits))
    ranked = np.maximum.accumulate(np.quantile(np.concatenate(scores), LEVELS))
    return flatten(_fit(subject, *_joined(halves)), "fault"), ranked


def _joined(parts: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    rows, marks = zip(*parts, strict=True)
    return np.concatenate(rows), np.concatenate(marks)


def _fit(subject: str, rows: Any, marks: Any) -> Any:
    shape = {**_SHAPES[subject], "l2_regularization": _PENALTY[subject]}
    return fit(rows, marks, None, _TREES[subject], shape)


def _probability(trees: Any, rows: Any) -> Any:
    arrays = flatten(trees, "fault")
    feature, threshold, leaf, base = (
        arrays[f"trees_fault_{name}"] for name in ("feature", "threshold", "leaf", "base")
    )
    flat = BoostedTrees(feature, threshold, leaf, float(base), rows.shape[1])
    return 1.0 / (1.0 + np.exp(-flat.raw(rows)))


def _rows(model: LineModel, evidence: Evidence, lines: list[Line]) -> Any:
    matrix = model.matrix(lines)
    return widened(matrix, lines, evidence, stretch(model.forest.score(matrix), matrix, model.limits))


def _spoilt(
    subject: str, model: LineModel, evidence: Evidence, frame: pd.DataFrame, parts: int
) -> tuple[Any, Any]:
    """(rows, marks) of the frame's lines with faults put in, several times over where they are few; the frame is one of `parts`."""
    lines = lines_of(frame)
    copies = max(1, min(_MOST_COPIES, _ENOUGH // parts // max(1, len(lines))))
    made = each(_spoilt_once, [(subject, model, evidence, lines, SEED + copy) for copy in range(copies)])
    return _joined(made)


def _spoilt_once(
    subject: str, model: LineModel, evidence: Evidence, lines: list[Line], seed: int
) -> tuple[Any, Any]:
    spoilt, mark = inject(subject, lines, _SHARE, seed)
    return _rows(model, evidence, spoilt), mark
