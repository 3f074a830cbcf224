"""Scores a CSV file with a trained model: the rows in their order, their own columns, and the answers beside them."""

from pathlib import Path
from typing import Any

import pandas as pd

from sidecar.adapters.model_store import read_model
from sidecar.scoring.patterns import with_pasts
from sidecar.scoring.tabular import MODULES as TABULAR
from sidecar.services.classify_emails import classify_message
from sidecar.training.csv_files import named, read_frame, require, write_frame
from sidecar.training.emails import TEXTS
from sidecar.training.forests import lines_of
from sidecar.training.records import records_of
from sidecar.training.sources import normalise
from sidecar.training.weeks import is_weeks, weeks_of
from sidecar.training.weeks import records_of as weeks_records


def score_file(subject: str, folder: Path, source: Path, output: Path, limit: float = 0.0) -> int:
    """Scores a CSV and writes it with the answers; returns the number of rows.

    `limit` is for patterns made of lines, see `weeks_of`. A row that cannot be judged gets the score 0 and `abstained` true. Raises ValueError, KeyError or OSError for
    a model or a file that cannot be used.
    """
    model = read_model(folder, subject).model
    raw = read_frame(source)
    if subject == "emails":
        _emails(model, raw)
    elif subject == "patterns":
        raw = raw if is_weeks(raw) else weeks_of(raw, limit)
        _patterns(model, raw)
    elif subject in TABULAR:
        _records(model, subject, raw)
    else:
        _lines(model, subject, raw)
    write_frame(raw, output)
    return len(raw)


def _emails(model: Any, raw: pd.DataFrame) -> None:
    texts = named(raw, TEXTS, ("text", "subject"))
    require(texts, ("text",), raw.columns)
    subjects = texts["subject"] if "subject" in texts.columns else [""] * len(texts)
    found = [
        classify_message("", subject, text, model)
        for subject, text in zip(subjects, texts["text"], strict=True)
    ]
    raw["class"] = [verdict.name for verdict in found]
    raw["confidence"] = [verdict.confidence for verdict in found]
    raw["abstained"] = [verdict.abstained for verdict in found]


def _records(model: Any, subject: str, raw: pd.DataFrame) -> None:
    records, index = records_of(subject, raw)
    for name, values in model.predict(records).items():
        raw[name] = pd.Series(values, index).reindex(raw.index).fillna(0.0).round(6)
    raw["abstained"] = ~raw.index.isin(index)
    raw["baseline"] = model.baseline


def _patterns(model: Any, weeks: pd.DataFrame) -> None:
    found = model.score(with_pasts(weeks_records(weeks)))
    weeks["score"] = [entry.score for entry in found]
    weeks["percentile"] = [entry.percentile for entry in found]
    weeks["abstained"] = [entry.abstained for entry in found]
    weeks["reasons"] = ["; ".join(reason.text for reason in entry.reasons) for entry in found]


def _lines(model: Any, subject: str, raw: pd.DataFrame) -> None:
    usable = normalise(raw, subject)
    scores = model.score(lines_of(usable))
    for name in ("score", "percentile"):
        values = pd.Series([getattr(entry, name) for entry in scores], usable.index, dtype=float)
        raw[name] = values.reindex(raw.index).fillna(0.0)
    judged = pd.Series([not entry.abstained for entry in scores], usable.index, dtype=bool)
    raw["abstained"] = ~judged.reindex(raw.index, fill_value=False)
    texts = pd.Series(["; ".join(reason.text for reason in entry.reasons) for entry in scores], usable.index)
    raw["reasons"] = texts.reindex(raw.index).fillna("")
