"""Scores a CSV file with a trained model: the rows in their order, their own columns, and the answers beside them."""

from pathlib import Path
from typing import Any

import pandas as pd

from sidecar.adapters.model_store import read_model
from sidecar.domain.mail_text import latest, plain
from sidecar.scoring.patterns import with_pasts
from sidecar.scoring.tabular import MODULES as TABULAR
from sidecar.training.forests import lines_of
from sidecar.training.patterns import read_weeks
from sidecar.training.records import read_frame, records_of
from sidecar.training.sources import normalise
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
        raw = read_weeks(raw, limit)
        _patterns(model, raw)
    elif subject in TABULAR:
        _records(model, subject, raw)
    else:
        _lines(model, subject, raw)
    raw.to_csv(output, index=False)
    return len(raw)


def _emails(model: Any, raw: pd.DataFrame) -> None:
    name = next((name for name in ("text", "sentence", "utterance", "body") if name in raw.columns), None)
    if name is None:
        raise ValueError("the file lacks the column text")
    found = [model.judge(latest(plain(str(text)))) for text in raw[name].fillna("")]
    raw["class"] = [entry.name for entry in found]
    raw["confidence"] = [entry.confidence for entry in found]
    raw["abstained"] = [not entry.sure for entry in found]


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
