"""Trains weekly patterns: what is usual of each role, and an isolation forest over the weeks' features."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import IsolationForest

from sidecar.scoring.arrays import LEVELS, read_forest
from sidecar.scoring.patterns import (
    COUNTS,
    FEATURES,
    LEAST_LIMITS,
    LEVELS_OF,
    Norm,
    Norms,
    look,
    pressed,
    with_pasts,
)
from sidecar.training.bins import bins_of
from sidecar.training.csv_files import numbers
from sidecar.training.forests import SEED, flatten
from sidecar.training.weeks import FIGURES, is_weeks, records_of, weeks_of

_LEAST = 50


def read_weeks(raw: pd.DataFrame, limit: float = 0.0) -> pd.DataFrame:
    """The weeks of a file with their figures as numbers: as they are, or made of its lines."""
    if not is_weeks(raw):
        return weeks_of(raw, limit)
    return raw.assign(**{name: numbers(raw, name) for name in FIGURES if name in raw.columns})


def norms_of(frame: pd.DataFrame) -> dict[str, Norm]:
    """Norms by `role|figure`, robust, and `|figure` over all roles."""
    out: dict[str, Norm] = {}
    for role, part in [("", frame), *frame.groupby("role")]:
        values = {name: part[name].astype(float) for name in LEVELS_OF if name in part.columns}
        values["value"] = np.log1p(part["value"].astype(float).clip(lower=0.0))
        for name, figure in values.items():
            usable = figure.notna()
            if usable.sum() >= 10 or not role:
                own = figure[usable].groupby([part["role"], part["party"]])
                within = (figure[usable] - own.transform("median")).abs()
                center = float(figure[usable].median()) if usable.any() else 0.0
                between = 1.2533 * float((figure[usable] - center).abs().mean()) if usable.any() else 1.0
                spread = 1.2533 * float(within.mean()) if usable.any() else 1.0
                out[f"{role}|{name}"] = Norm(center, between, spread)
        for name, base in COUNTS.items():
            total = float(part[base].astype(float).sum())
            rate = float(part[name].astype(float).sum()) / total if name in part.columns and total else 0.0
            out[f"{role}|{name}"] = Norm(rate, 0.0, 0.0)
    return out


def _tail(values: Any, limit: float) -> float:
    """Hill's estimate of the tail's exponent beyond the limit, leaning on 3 as if five rows had said so."""
    out = np.log(values[values > limit] / limit)
    return float((len(out) + 5.0) / (out.sum() + 5.0 / 3.0))


def train_patterns(frame: pd.DataFrame, trees: int = 100) -> dict[str, Any]:
    """All arrays of a model of patterns from a frame of weeks. Raises ValueError with fewer than 50 weeks."""
    weeks = [week for week in records_of(frame) if week.documents > 0]
    if len(weeks) < _LEAST:
        raise ValueError(f"{len(weeks)} weeks are too few to train on (at least {_LEAST})")
    norms = norms_of(frame)
    matrix = np.array([look(week, past, Norms(norms))[0] for week, past in with_pasts(weeks)])
    forest = IsolationForest(n_estimators=trees, max_samples=min(256, len(matrix)), random_state=SEED).fit(
        matrix
    )
    arrays = flatten(forest)
    arrays["limits"] = np.maximum(np.quantile(matrix, 0.99, axis=0), LEAST_LIMITS)
    arrays["tails"] = np.array(
        [_tail(column, limit) for column, limit in zip(matrix.T, arrays["limits"], strict=True)]
    )
    scores = pressed(read_forest(arrays).score(matrix), matrix, arrays["limits"], arrays["tails"])
    arrays["quantiles"] = np.maximum.accumulate(np.quantile(scores, LEVELS))
    arrays["norm_ids"] = np.array(list(norms), np.str_)
    arrays["norm_rows"] = np.array([[n.center, n.between, n.within] for n in norms.values()])
    return arrays | bins_of(FEATURES, matrix)
