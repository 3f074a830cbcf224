"""Scores lines with a loaded forest and histories; the same for discounts and purchases."""

import math
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from sidecar.domain.lines import Line, LineScore, Reason
from sidecar.domain.rules import unjudged
from sidecar.scoring import discounts, purchases
from sidecar.scoring.arrays import LEVELS, Arrays, percentile, read_forest, read_histories
from sidecar.scoring.bins import read_bins
from sidecar.scoring.boosting import BoostedTrees
from sidecar.scoring.evidence import WIDTHS, Evidence
from sidecar.scoring.histories import Usual
from sidecar.scoring.memory import Memory

MODULES: dict[str, ModuleType] = {"discounts": discounts, "purchases": purchases}
_EXPLAIN_FROM = 0.9
_REASONS = 3
_LEAST = 0.1
_SOFTNESS = 4.0
Floats = NDArray[np.float64]


def excess(rows: Floats, limits: Floats) -> Floats:
    """How far each feature lies beyond its training range, in ranges.

    0 inside. A forest alone cannot see that.
    """
    return np.asarray(np.maximum(0.0, np.abs(rows) / limits - 1.0), np.float64)


def stretch(scores: Floats, rows: Floats, limits: Floats) -> Floats:
    """Forest scores, moved toward 1 by the largest excess of each row.

    Unchanged inside the training range.
    """
    return np.asarray(1.0 - (1.0 - scores) * np.exp(-excess(rows, limits).max(1) / _SOFTNESS), np.float64)


def widened(matrix: Floats, lines: list[Line], evidence: Evidence, scores: Floats) -> Floats:
    """The rows that the fault trees read: the forest's features, the record's evidence, the forest's score."""
    return np.hstack([matrix, np.array([evidence.row(line) for line in lines]), scores[:, None]])


class LineModel:
    """A forest, its histories, fault trees where the history was long enough, and the quantiles of its scores."""

    def __init__(self, subject: str, arrays: Arrays):
        """Raises KeyError or ValueError when the arrays are not a whole model of `subject`."""
        self._kind = MODULES[subject]
        self.forest = read_forest(arrays)
        self.histories = read_histories(arrays)
        self._quantiles = np.asarray(arrays["quantiles"], np.float64)
        self.limits = np.asarray(arrays["limits"], np.float64)
        if (
            self.forest.features != len(self._kind.FEATURES)
            or len(self._quantiles) != len(LEVELS)
            or self.limits.shape != (self.forest.features,)
            or not (self.limits > 0).all()
        ):
            raise ValueError(f"not a model of {subject}")
        for table in self._kind.TABLES:
            self.histories.usual(table, "")
        self._faults = self._read_faults(subject, arrays)
        self.bins = read_bins(arrays, self._kind.FEATURES)

    def _read_faults(self, subject: str, arrays: Arrays) -> tuple[Evidence, BoostedTrees] | None:
        """The trees that know faults and the record they read; None in a model with the forest alone."""
        if "trees_fault_feature" not in arrays:
            return None
        if int(arrays.get("evidence_width", 14)) != WIDTHS[subject]:
            raise ValueError(f"a model of {subject} made by an earlier version: train it again")
        feature, threshold, leaf, base = (
            arrays[f"trees_fault_{name}"] for name in ("feature", "threshold", "leaf", "base")
        )
        width = self.forest.features + WIDTHS[subject] + 1
        trees = BoostedTrees(feature, threshold, leaf, float(base), width)
        return Evidence(subject, Memory.read(arrays)), trees

    def score(self, lines: list[Line], seen: list[Floats] | None = None) -> list[LineScore]:
        """A score for each line, in order; lines that cannot be judged abstain.

        The feature rows of those that can are put into `seen` where it is given.
        """
        out: list[LineScore | None] = [None] * len(lines)
        rows: list[list[float]] = []
        judged: list[tuple[int, dict[str, Usual]]] = []
        for place, line in enumerate(lines):
            why = self._kind.unjudgeable(line)
            usual = self._kind.usuals(line, self.histories) if why is None else {}
            why = why or self._kind.blind(usual)
            if why:
                out[place] = unjudged(line, why)
            else:
                rows.append(self._kind.features(line, usual))
                judged.append((place, usual))
        if rows:
            matrix = np.array(rows)
            if seen is not None:
                seen.append(matrix)
            plain, shares = self.forest.explain(matrix)
            scores = self._combined(plain, matrix, [lines[place] for place, _ in judged])
            for at, ((place, usual), score) in enumerate(zip(judged, scores.tolist(), strict=True)):
                out[place] = self._rated(lines[place], usual, score, matrix[at], shares[at])
        return [entry for entry in out if entry is not None]

    def matrix(self, lines: list[Line]) -> Floats:
        """The forest's features of lines, each judgeable."""
        return np.array(
            [self._kind.features(line, self._kind.usuals(line, self.histories)) for line in lines]
        )

    def _combined(self, plain: Floats, matrix: Floats, lines: list[Line]) -> Floats:
        """The forest's scores or, with fault trees, their probability; beyond the training range toward 1."""
        scores = stretch(plain, matrix, self.limits)
        if self._faults is None:
            return scores
        evidence, trees = self._faults
        raw = trees.raw(widened(matrix, lines, evidence, scores))
        return stretch(1.0 / (1.0 + np.exp(-np.clip(raw, -50.0, 50.0))), matrix, self.limits)

    def _rated(
        self, line: Line, usual: dict[str, Usual], score: float, row: Floats, shares: Floats
    ) -> LineScore:
        rank = percentile(self._quantiles, score)
        reasons = self._reasons(line, usual, row, shares) if rank >= _EXPLAIN_FROM else []
        sure = float(self._kind.confidence(usual))
        return LineScore(line.id, round(score, 6), round(rank, 6), round(sure, 3), False, reasons)

    def _reasons(self, line: Line, usual: dict[str, Usual], row: Floats, shares: Floats) -> list[Reason]:
        values, beyond = row.tolist(), excess(row, self.limits).tolist()
        found = [max(share, 0.0) for share in shares.tolist()]
        if whole := sum(found):
            found = [weight / whole for weight in found]
        if (far := max(beyond)) > 0.0:
            outside, apart = 1.0 - math.exp(-far / _SOFTNESS), sum(beyond)
            found = [
                (1.0 - outside) * weight + outside * step / apart
                for weight, step in zip(found, beyond, strict=True)
            ]
        total = sum(found) or 1.0
        merged: dict[str, Reason] = {}
        for at in sorted(range(len(found)), key=lambda at: -found[at]):
            if values[at] == 0.0 or found[at] <= 0.0:
                continue
            name = self._kind.FEATURES[at]
            text = self._kind.reason_text(name, line, usual)
            merged.setdefault(text, Reason(name, text, 0.0)).weight += found[at] / total
        ranked = sorted(merged.values(), key=lambda reason: -reason.weight)
        kept = [reason for reason in ranked[:_REASONS] if reason.weight >= _LEAST]
        if not ranked and self._faults is not None:
            return [Reason("record", self._faults[0].text(line), 1.0)]
        return [Reason(reason.code, reason.text, round(reason.weight, 3)) for reason in kept or ranked[:1]]
