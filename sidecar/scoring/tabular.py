"""Scores records of the subjects that learn from outcomes: stock moves, orders, payments, lead times."""

from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sidecar.scoring import lead_times, orders, payments, stock_moves
from sidecar.scoring.boosting import BoostedTrees
from sidecar.scoring.memory import Memory

Floats = NDArray[np.float64]
Record = dict[str, Any]
MODULES: dict[str, ModuleType] = {
    "stock-moves": stock_moves,
    "orders": orders,
    "payments": payments,
    "lead-times": lead_times,
}


def linked(kind: str, raw: Floats, slope: float, shift: float) -> Floats:
    """`probability`: the logistic of slope * raw + shift; `days`: expm1 of it, at least 0."""
    line = slope * raw + shift
    if kind == "probability":
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(line, -50.0, 50.0))))
    return np.asarray(np.maximum(0.0, np.expm1(np.clip(line, 0.0, 20.0))))


class TabularModel:
    """What is known of the keys, and for each output boosted trees or, where those lost, the baseline."""

    def __init__(self, subject: str, arrays: Mapping[str, NDArray[Any]]):
        """Raises KeyError or ValueError when the arrays are not a whole model of `subject`."""
        self.kind = MODULES[subject]
        self.memory = Memory.read(arrays)
        width = len(self.kind.FEATURES)
        self._parts: dict[str, tuple[BoostedTrees | int, float, float]] = {}
        for output in self.kind.OUTPUTS:
            slope, shift = arrays[f"link_{output}"].tolist()
            if f"baseline_{output}" in arrays:
                column = int(arrays[f"baseline_{output}"])
                if not 0 <= column < width:
                    raise ValueError(f"not a model of {subject}")
                self._parts[output] = column, slope, shift
                continue
            feature, threshold, leaf, base = (
                arrays[f"trees_{output}_{name}"] for name in ("feature", "threshold", "leaf", "base")
            )
            trees = BoostedTrees(feature, threshold, leaf, float(base), width)
            self._parts[output] = trees, slope, shift

    @property
    def baseline(self) -> bool:
        """Whether a baseline answers because no model was better."""
        return any(isinstance(part, int) for part, _, _ in self._parts.values())

    def predict(self, records: list[Record]) -> dict[str, Floats]:
        """Each output's values, in the order of `records`."""
        ready = self.kind.prepare(records)
        rows = np.array([self.kind.features(record, self.memory) for record in ready], np.float64)
        rows = rows.reshape(len(records), len(self.kind.FEATURES))
        out = {}
        for output, (part, slope, shift) in self._parts.items():
            raw = rows[:, part] if isinstance(part, int) else part.raw(rows)
            out[output] = linked(self.kind.LINK, raw, slope, shift)
        if len(out) > 1:  # a higher quantile is never below a lower one
            stacked = np.maximum.accumulate(np.stack([out[name] for name in self.kind.OUTPUTS]), axis=0)
            out = dict(zip(self.kind.OUTPUTS, stacked, strict=True))
        return out
