"""Scores records of the subjects that learn from outcomes: stock moves, orders, payments, lead times."""

import math
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sidecar.domain.lines import Reason
from sidecar.scoring import lead_times, orders, payments, stock_moves
from sidecar.scoring.bins import read_bins
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
        self.bins = read_bins(arrays, self.kind.FEATURES)
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
        #: What being late is read from instead of the outputs, where that was better; of lead times alone.
        self.late = lead_times.VendorDays.read(arrays) if subject == "lead-times" else None
        #: The median row of the training history, which reasons compare with; models made before have none.
        self._reference: Floats | None = arrays.get("reference")
        if self._reference is not None and self._reference.shape != (width,):
            raise ValueError(f"not a model of {subject}")

    @property
    def baseline(self) -> bool:
        """Whether a baseline answers because no model was better."""
        return any(isinstance(part, int) for part, _, _ in self._parts.values())

    def predict(self, records: list[Record]) -> dict[str, Floats]:
        """Each output's values, in the order of `records`; also `late_p50` and `late_p90` where being late is read from these."""
        found = self.outputs(self.rows(records))
        if self.late is not None:
            days = np.array([self.late.of(record["vendor"]) for record in records], np.float64).reshape(-1, 2)
            found |= {"late_p50": days[:, 0], "late_p90": days[:, 1]}
        return found

    def reasons(self, rows: Floats, most: int = 3) -> list[list[Reason]]:
        """Why each row's first output is higher than a usual record's, strongest first, in words; `rows` as of `rows`.

        A feature's weight is how far the raw answer falls when the feature is set to the history's median
        (one-at-a-time occlusion; Robnik-Sikonja and Kononenko, 2008), as a share of all that raise it.
        """
        output = self.kind.OUTPUTS[0]
        part, slope, _ = self._parts[output]
        if self._reference is None:
            return [[] for _ in rows]
        width = len(self.kind.FEATURES)
        columns = [at for at, name in enumerate(self.kind.FEATURES) if name in self.kind.WORDS]
        usual = np.repeat(rows[:, None, :], len(columns), axis=1)
        for place, at in enumerate(columns):
            usual[:, place, at] = self._reference[at]
        flat = usual.reshape(-1, width)
        raw, changed = (self._raw(part, each) for each in (rows, flat))
        drops = slope * (raw[:, None] - changed.reshape(len(rows), len(columns)))
        return [
            self._worded(rows[at], drops[at], [self.kind.FEATURES[column] for column in columns], most)
            for at in range(len(rows))
        ]

    def _worded(self, row: Floats, drops: Floats, names: list[str], most: int) -> list[Reason]:
        total = float(drops[drops > 0].sum())
        found = []
        for place in np.argsort(-drops)[:most]:
            if drops[place] <= 0.05 * total or drops[place] <= 1e-9:
                break
            name = names[place]
            value = float(row[self.kind.FEATURES.index(name)])
            shown = math.expm1(value) if name in self.kind.LOGS else value
            weight = round(float(drops[place]) / total, 3)
            found.append(Reason(name, self.kind.WORDS[name].format(shown), weight))
        return found

    @staticmethod
    def _raw(part: BoostedTrees | int, rows: Floats) -> Floats:
        return rows[:, part] if isinstance(part, int) else part.raw(rows)

    def rows(self, records: list[Record]) -> Floats:
        """Each record's features, in the order of the subject's FEATURES."""
        rows = np.empty((len(records), len(self.kind.FEATURES)))
        for at, record in enumerate(self.kind.prepare(records)):
            rows[at] = self.kind.features(record, self.memory)
        return rows

    def outputs(self, rows: Floats) -> dict[str, Floats]:
        """Each output's values for rows as of `rows`."""
        out = {}
        for output, (part, slope, shift) in self._parts.items():
            out[output] = linked(self.kind.LINK, self._raw(part, rows), slope, shift)
        if len(out) > 1:  # a higher quantile is never below a lower one
            stacked = np.maximum.accumulate(np.stack([out[name] for name in self.kind.OUTPUTS]), axis=0)
            out = dict(zip(self.kind.OUTPUTS, stacked, strict=True))
        return out
