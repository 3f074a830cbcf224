"""Measures a line model on labelled faults; reads them only to report, never to choose."""

from pathlib import Path
from typing import Any

import pandas as pd

from sidecar.scoring.lines import LineModel
from sidecar.training.csv_files import numbers, read_frame
from sidecar.training.forests import lines_of
from sidecar.training.line_models import train_lines
from sidecar.training.ranking import Ranking, interval
from sidecar.training.sources import normalise, read_history


def evaluate(subject: str, history: Path, labelled: Path) -> dict[str, Any]:
    """AUROC, average precision and top-2-% recall of a model trained on what came before `labelled`."""
    raw = read_frame(labelled)
    unseen = normalise(raw, subject)
    truth = numbers(raw, "y").loc[unseen.index].to_numpy()
    frame = read_history(history, subject)
    frame = frame[frame["date"] < unseen["date"].min()]
    model = LineModel(subject, train_lines(subject, frame))
    scores = pd.Series([entry.score for entry in model.score(lines_of(unseen))])
    ranking = Ranking(truth, scores)
    cut = scores.quantile(0.98)
    return {
        "trained_rows": len(frame),
        "unseen_rows": len(unseen),
        "faults": int(truth.sum()),
        "auroc": round(ranking.auroc(), 3),
        "average_precision": round(ranking.average_precision(), 3),
        "average_precision_95": [round(edge, 4) for edge in interval(ranking.average_precision, len(truth))],
        "recall_top_2_percent": round(float(truth[(scores >= cut).to_numpy()].sum() / truth.sum()), 3),
    }
