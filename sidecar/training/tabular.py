"""Trains stock moves, orders, payments and lead times: champion against a one-line baseline on a time split.

The first 70 % of the history fit, the next 15 % choose the number of trees and calibrate, the last 15 %
compare with the baseline. A probability that ships is fitted again on everything. A quantile is fitted on the first 85 % and
moved so that it holds on the newest 15 %, which its trees never saw. Where the baseline was better, it ships; so too of the
probability of being late, which is read from the quantiles (`sidecar.training.late`).
"""

import heapq
import math
from itertools import islice
from types import ModuleType
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from sidecar.scoring.memory import Memory
from sidecar.scoring.tabular import MODULES, linked
from sidecar.training.bins import bins_of
from sidecar.training.boosting import SEED, fit, flatten, staged
from sidecar.training.faults import plant_corrections
from sidecar.training.late import choose_late
from sidecar.training.ranking import Ranking, interval

_FIT, _CHOOSE = 0.70, 0.85
_LEAST = 200
_EXTRACT = 5
_QUANTILES = {"p50": 0.5, "p90": 0.9}
_SHAPES: dict[str, dict[str, Any]] = {
    "stock-moves": {"learning_rate": 0.05, "max_depth": 6, "max_leaf_nodes": 24, "min_samples_leaf": 20},
    "orders": {"learning_rate": 0.03, "max_depth": 3, "min_samples_leaf": 60, "l2_regularization": 5.0},
    "payments": {"learning_rate": 0.05, "max_depth": 4, "min_samples_leaf": 40, "l2_regularization": 2.0},
    "lead-times": {"learning_rate": 0.04, "max_depth": 4, "min_samples_leaf": 30, "l2_regularization": 2.0},
}
_MOST_TREES = 300


def walk(kind: ModuleType, records: list[dict[str, Any]]) -> tuple[Any, Any, Memory]:
    """(rows, outcomes, memory): each row from what was known at its moment; the memory knows all.

    What stands around a record is made for one record at a time, so a million of them are not held twice.
    """
    memory = Memory()
    waiting: list[tuple[Any, int, dict[str, Any]]] = []
    rows = np.empty((len(records), len(kind.FEATURES)))
    for at, record in enumerate(kind.prepare(records)):
        while waiting and waiting[0][0] <= record["date"]:
            kind.learn(heapq.heappop(waiting)[2], memory)
        rows[at] = kind.features(record, memory)
        if not record.get("planted"):  # what was put in teaches the trees, never the record
            heapq.heappush(waiting, (record["known"], at, record))
    while waiting:
        kind.learn(heapq.heappop(waiting)[2], memory)
    return rows, np.array([record["outcome"] for record in records], np.float64), memory


def _loss(output: str, target: Any, raw: Any) -> float:
    """What the number of trees is chosen by: log loss, or the pinball loss of the quantile."""
    if output in _QUANTILES:
        gap = target - raw
        return float(np.mean(np.maximum(_QUANTILES[output] * gap, (_QUANTILES[output] - 1.0) * gap)))
    return float(np.mean(np.logaddexp(0.0, np.where(target > 0, -raw, raw))))


def _link(output: str, target: Any, raw: Any) -> tuple[float, float]:
    """Slope and shift that calibrate raw sums: Platt (1999), or the conformal shift of a quantile.

    The shift is the residual of rank ceil((n + 1) q) of n: conformalized quantile regression, one side (Romano et al., 2019).
    """
    if output in _QUANTILES:
        gaps = np.sort(target - raw)
        return 1.0, float(gaps[min(len(gaps), math.ceil((len(gaps) + 1) * _QUANTILES[output])) - 1])
    if len(set(target.tolist())) < 2:
        return 1.0, 0.0
    found = LogisticRegression(C=1e6).fit(raw[:, None], target)
    return float(found.coef_[0][0]), float(found.intercept_[0])


def _measures(output: str, target: Any, value: Any) -> dict[str, Any]:
    """The figures of one output on rows that no choice looked at."""
    if output == "score":
        ranking = Ranking(target, value)
        return {
            "ap": round(ranking.average_precision(), 4),
            "ap_95": [round(edge, 4) for edge in interval(ranking.average_precision, len(target))],
            "auroc": round(ranking.auroc(), 4),
        }
    days = np.expm1(target)
    if output == "p50":
        return {"mae_days": round(float(np.abs(days - value).mean()), 2)}
    return {"coverage": round(float((days <= value).mean()), 4)}


class _Output:
    """One output of a subject: its trees and its baseline, chosen and compared on the time split."""

    def __init__(self, subject: str, output: str, rows: Any, target: Any):
        self.subject, self.output, self.quantile = subject, output, _QUANTILES.get(output)
        self.rows, self.target, self.kind = rows, target, MODULES[subject]
        self.column = self.kind.FEATURES.index(self.kind.BASELINE[output])
        #: What ships answers on the last part, as compared there: trees of the first part, moved by the second.
        self.compared: Any = None
        self.fit_end, self.choose_end = int(len(rows) * _FIT), int(len(rows) * _CHOOSE)

    def train(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """(arrays, figures). Raises ValueError when a part of the history has one outcome only."""
        early, middle, late = self._parts()
        model = fit(self.rows[early], self.target[early], self.quantile, _MOST_TREES, _SHAPES[self.subject])
        losses = [self._centred_loss(raw, middle) for raw in staged(model, self.rows[middle])]
        trees = int(np.argmin(losses)) + 1
        answers = {
            "model": (self._raw(model, trees, middle), self._raw(model, trees, late)),
            "baseline": (self.rows[middle][:, self.column], self.rows[late][:, self.column]),
        }
        figures: dict[str, Any] = {"trees": trees}
        losses_late, links, values = {}, {}, {}
        for name, (raw_middle, raw_late) in answers.items():
            links[name] = _link(self.output, self.target[middle], raw_middle)
            values[name] = linked(self.kind.LINK, raw_late, *links[name])
            figures[name] = _measures(self.output, self.target[late], values[name])
            shifted = links[name][0] * raw_late + links[name][1]
            losses_late[name] = _loss(self.output, self.target[late], shifted)
            figures[name]["loss"] = round(losses_late[name], 5)
        better = losses_late["model"] < losses_late["baseline"]
        figures["ships"] = "model" if better else "baseline"
        self.compared = values[figures["ships"]]
        return self._ship(better, trees, links), figures

    def _parts(self) -> tuple[slice, slice, slice]:
        parts = slice(0, self.fit_end), slice(self.fit_end, self.choose_end), slice(self.choose_end, None)
        if self.quantile is None and any(len(set(self.target[part].tolist())) < 2 for part in parts):
            raise ValueError(
                "each part of the history needs records of both outcomes; bring a longer history"
            )
        return parts

    def _centred_loss(self, raw: Any, part: slice) -> float:
        """The loss of a stage as it will be used: a quantile's conformal shift comes on top of it."""
        shift = _link(self.output, self.target[part], raw)[1] if self.quantile else 0.0
        return _loss(self.output, self.target[part], raw + shift)

    def _raw(self, model: Any, trees: int, part: slice) -> Any:
        """What the model's first `trees` trees answer."""
        return next(islice(staged(model, self.rows[part]), trees - 1, None))

    def _ship(self, better: bool, trees: int, links: dict[str, tuple[float, float]]) -> dict[str, Any]:
        """The arrays of what ships; a probability's link is for trees of the same shape, so it is kept."""
        if self.quantile is not None:
            return self._held(better, trees)
        if not better:
            return {
                f"baseline_{self.output}": np.array(self.column),
                f"link_{self.output}": np.array(links["baseline"]),
            }
        whole = fit(self.rows, self.target, self.quantile, trees, _SHAPES[self.subject])
        return {**flatten(whole, self.output), f"link_{self.output}": np.array(links["model"])}

    def _held(self, better: bool, trees: int) -> dict[str, Any]:
        """The arrays of a quantile that holds on the newest rows.

        Trees fitted on these too would be calibrated by what they know by heart: their quantiles lie too near.
        """
        seen, newest = slice(0, self.choose_end), slice(self.choose_end, None)
        if better:
            model = fit(self.rows[seen], self.target[seen], self.quantile, trees, _SHAPES[self.subject])
            raw, arrays = self._raw(model, trees, newest), flatten(model, self.output)
        else:
            raw = self.rows[newest][:, self.column]
            arrays = {f"baseline_{self.output}": np.array(self.column)}
        return arrays | {f"link_{self.output}": np.array(_link(self.output, self.target[newest], raw))}


def _with_extract(kind: ModuleType, records: list[dict[str, Any]], rows: Any, target: Any) -> tuple[Any, Any]:
    """The rows and, in time order among them, those of an extract of every fifth record.

    Features that look at a record's neighbours must also hold in a file that is not the whole trade.
    """
    thin_rows, thin_target, _ = walk(kind, records[::_EXTRACT])
    places = np.concatenate([np.arange(len(records)), np.arange(0, len(records), _EXTRACT)])
    order = np.argsort(places, kind="stable")
    return np.concatenate([rows, thin_rows])[order], np.concatenate([target, thin_target])[order]


def train_records(subject: str, records: list[dict[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arrays, metrics by output) of a subject from its records.

    Raises ValueError with fewer than 200 records whose outcome is known.
    """
    kind = MODULES[subject]
    records = sorted(records, key=lambda record: record["date"])
    if subject == "stock-moves" and records:
        early = records[
            : int(len(records) * _FIT)
        ]  # only what fits: choosing and comparing see real movements
        records = sorted(records + plant_corrections(early, SEED), key=lambda record: record["date"])
    rows, target, memory = walk(kind, records)
    if kind.CONTEXT:
        rows, target = _with_extract(kind, records, rows, target)
    seen = ~np.isnan(target)
    if seen.sum() < _LEAST:
        raise ValueError(
            f"{int(seen.sum())} records with a known outcome are too few to train on (at least {_LEAST}); "
            f"it stands in the column {kind.OUTCOME}"
        )
    if kind.LINK == "days":
        target = np.log1p(np.maximum(0.0, target))
    arrays: dict[str, Any] = dict(memory.arrays())
    arrays["reference"] = np.median(rows, axis=0)
    # the first rows knew nothing of anybody yet, unlike a model that serves
    arrays |= bins_of(kind.FEATURES, rows[int(len(rows) * _CHOOSE) :])
    metrics, compared = {}, {}
    for output in kind.OUTPUTS:
        part = _Output(subject, output, rows[seen], target[seen])
        made, metrics[output] = part.train()
        arrays |= made
        compared[output] = part.compared
    if subject == "lead-times":
        ended = [record for record, known in zip(records, seen, strict=True) if known]
        made, metrics["late_probability"] = choose_late(ended, ended[part.choose_end]["date"], compared)
        arrays |= made
    return arrays, metrics
