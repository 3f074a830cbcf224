"""Figures of a model on a labelled file, for the table and for champion against challenger."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import f1_score

from sidecar.training.csv_files import moments, numbers, read_frame, texts
from sidecar.training.late import late_gap
from sidecar.training.peers import peers
from sidecar.training.ranking import Ranking, Times, Weighted, interval
from sidecar.training.score import score_file

#: Columns of numbers that `gatehouse models score` adds.
ANSWERS = {"score", "p50", "p90", "late_p50", "late_p90"}
Measure = Callable[[pd.DataFrame], Weighted]


@dataclass(frozen=True)
class Figure:
    """One figure with its 95 % bootstrap interval over rows; `group` is all, a kind of fault, a class or a size."""

    name: str
    group: str
    value: float
    low: float
    high: float
    rows: int


def _truth(subject: str, scored: pd.DataFrame) -> pd.DataFrame:
    """The judged rows with the column `truth`. Raises ValueError when the file has no outcomes."""
    if subject == "payments" and {"due", "paid"} <= set(scored.columns):
        paid, due = moments(scored, "paid"), moments(scored, "due")
        scored = scored.assign(truth=(paid > due).astype(float).where(paid.notna()))
    else:
        names = {"emails": ("label", "true_class", "intent"), "lead-times": ("lead_days", "lt")}
        name = next((n for n in names.get(subject, ("y",)) if n in scored.columns), None)
        if name is None:
            wanted = " or ".join(names.get(subject, ("y",)))
            raise ValueError(f"the file lacks the outcomes: a column {wanted}")
        scored = scored.assign(truth=texts(scored, name) if subject == "emails" else numbers(scored, name))
    for name in ANSWERS & set(scored.columns):
        scored[name] = numbers(scored, name)
    return scored[scored["truth"].notna() & (scored["truth"] != "")]


def _measures(subject: str) -> dict[str, Measure]:
    """The figures of a subject; the first one decides a promotion."""
    if subject == "emails":
        return {"macro_f1": _macro_f1}
    if subject == "lead-times":
        return {
            "mae_days": lambda f: _mean((f["truth"] - f["p50"]).abs()),
            "coverage_p90": lambda f: _mean(f["truth"] <= f["p90"]),
            "late_gap": _late_gap,
        }
    return {
        "average_precision": lambda f: Ranking(f["truth"], f["score"]).average_precision,
        "auroc": lambda f: Ranking(f["truth"], f["score"]).auroc,
    }


def _late_gap(frame: pd.DataFrame) -> Weighted:
    """`late_gap` by what the probability of being late is read from: quantiles of its own, or the answered ones."""
    own = {"late_p50", "late_p90"} <= set(frame.columns)
    middle, high = ("late_p50", "late_p90") if own else ("p50", "p90")
    return late_gap(*(frame[name].to_numpy(float) for name in (middle, high, "truth")))


def _mean(values: pd.Series) -> Weighted:
    numbers = values.to_numpy(float)
    return lambda times: float(np.average(numbers, weights=times))


def _macro_f1(frame: pd.DataFrame) -> Weighted:
    truth, found = frame["truth"].to_numpy(), frame["class"].to_numpy()

    def measure(times: Times) -> float:
        rows = np.arange(len(truth)) if times is None else np.repeat(np.arange(len(truth)), times)
        return float(f1_score(truth[rows], found[rows], average="macro"))

    return measure


def _groups(subject: str, frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """All rows; each kind of fault among the honest ones; each language; customers by size."""
    groups = {"all": frame}
    if subject in ("discounts", "purchases", "patterns") and "kind" in frame.columns:
        honest = frame[frame["truth"] == 0]
        for kind in sorted(set(frame["kind"].dropna()) - {""}):
            groups[f"kind {kind}"] = pd.concat([honest, frame[frame["kind"] == kind]])
    for column in ("language", "source"):
        if subject == "emails" and column in frame.columns:
            groups |= {f"{column} {name}": part for name, part in frame.groupby(column)}
    customer = next(
        (name for name in ("customer", "CustomerID", "vendor", "Vendor") if name in frame.columns), None
    )
    if customer and subject != "emails":
        size = frame.groupby(customer)[customer].transform("size")
        edges = size.quantile([1 / 3, 2 / 3]).tolist()
        for label, part in (
            (f"small {customer}", frame[size <= edges[0]]),
            (f"large {customer}", frame[size > edges[1]]),
        ):
            groups[label] = part
    return {name: part for name, part in groups.items() if part["truth"].nunique() > 1}


def judge(subject: str, folder: Path, labelled: Path, groups: bool = True) -> list[Figure]:
    """Every figure of a model on a labelled CSV; the first is the deciding one on all rows.

    Raises ValueError, KeyError or OSError for a model or file that cannot be used.
    """
    return figures_of(subject, _scored(subject, folder, labelled), groups)


def beside_peers(
    subject: str, name: str, folder: Path, labelled: Path, history: Path
) -> list[tuple[str, Figure]]:
    """(who, figure) of a model called `name` and of its peers, which are fitted on `history`; all on the same rows."""
    frame = _scored(subject, folder, labelled)
    rows = [(name, figure) for figure in figures_of(subject, frame, True)]
    for peer, answers in peers(subject, read_frame(history), frame).items():
        rows += [(peer, figure) for figure in figures_of(subject, frame.assign(**answers), True)]
    return rows


def _scored(subject: str, folder: Path, labelled: Path) -> pd.DataFrame:
    """The rows of a labelled file with the model's answers and the column `truth`."""
    with TemporaryDirectory() as scratch:
        output, source = Path(scratch) / "scored.csv", labelled
        if subject == "emails":
            source = _relabelled(labelled, Path(scratch) / "in.csv")
        score_file(subject, folder, source, output)
        return _truth(subject, read_frame(output))


def figures_of(subject: str, frame: pd.DataFrame, groups: bool = True) -> list[Figure]:
    """Every figure of scored rows with the column `truth`, the deciding one on all rows first."""
    parts = _groups(subject, frame) if groups else {"all": frame}
    if not parts:
        raise ValueError("the file has one outcome only: nothing can be measured")
    return [
        _figure(name, group, measure, part)
        for group, part in parts.items()
        for name, measure in _measures(subject).items()
    ]


def _figure(name: str, group: str, measure: Measure, part: pd.DataFrame) -> Figure:
    counted = measure(part)
    low, high = interval(counted, len(part))
    return Figure(name, group, round(counted(None), 4), round(low, 4), round(high, 4), len(part))


def _relabelled(labelled: Path, target: Path) -> Path:
    """The scorer writes its answer into `class`, so the truth moves to `label`."""
    frame = read_frame(labelled)
    if "class" in frame.columns and "label" not in frame.columns:
        frame = frame.rename(columns={"class": "label"})
    frame.to_csv(target, index=False)
    return target


def better(subject: str, challenger: Figure, champion: Figure) -> bool:
    """Whether the deciding figure is at least as good: fewer days of error, or more of anything else."""
    if subject == "lead-times":
        return challenger.value <= champion.value
    return challenger.value >= champion.value


def table(figures: list[tuple[str, Figure]]) -> str:
    """A Markdown table of (model, figure)."""
    lines = ["| model | rows | figure | value | 95 % |", "|---|---|---|---|---|"]
    lines += [
        f"| {model} | {f.group} ({f.rows}) | {f.name} | {f.value:.4f} | {f.low:.4f} to {f.high:.4f} |"
        for model, f in figures
    ]
    return "\n".join(lines)


def as_rows(figures: list[Figure]) -> list[dict[str, Any]]:
    """The figures as plain rows for a file."""
    return [{name: getattr(f, name) for name in Figure.__dataclass_fields__} for f in figures]
