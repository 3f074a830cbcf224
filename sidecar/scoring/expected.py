"""A handful of inputs with the answers that a model must give: a model that answers otherwise is not the one that was trained.

The hash of a model tells that its arrays are whole; only this tells that this program, on this machine, still
reads them as training did.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sidecar.domain.lines import Line
from sidecar.scoring.patterns import Week
from sidecar.scoring.tabular import MODULES as TABULAR

TOLERANCE = 1e-9
_MOMENTS = ("date", "due")
Row = Mapping[str, Any]


def answers_of(subject: str, model: Any, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What `model` answers to `rows`, one dict a row.

    rows: fields of `Line` for discounts and purchases, `{"text"}` for emails, `{"week", "past"}` for patterns, else records as
    `sidecar.scoring.tabular` reads them, with dates as ISO text.
    """
    if subject == "emails":
        return [_read(model.judge(row["text"])) | _topics(model.topics(row["text"])) for row in rows]
    if subject in TABULAR:
        outputs = model.predict([_record(row) for row in rows])
        return [
            {name: float(values[at]) for name, values in sorted(outputs.items())} for at in range(len(rows))
        ]
    return [
        {
            "score": found.score,
            "percentile": found.percentile,
            "confidence": found.confidence,
            "abstained": found.abstained,
            "reasons": [reason.code for reason in found.reasons],
        }
        for found in model.score(_weeks(rows) if subject == "patterns" else [Line(**row) for row in rows])
    ]


def check(subject: str, model: Any, expected: Mapping[str, Any]) -> None:
    """Raises ValueError naming the first row that `model` answers otherwise.

    expected: `{"rows": [...], "answers": [...]}` as written by training; numbers agree to 1e-9.
    """
    rows, answers = expected["rows"], expected["answers"]
    if len(rows) != len(answers):
        raise ValueError("the expected answers do not fit their rows")
    for at, (given, wanted) in enumerate(zip(answers_of(subject, model, rows), answers, strict=True)):
        for name in sorted({*given, *wanted}):
            if not _same(given.get(name), wanted.get(name)):
                raise ValueError(
                    f"the model of {subject} answers {name} {given.get(name)} to expected row {at}, "
                    f"training said {wanted.get(name)}: this program and the model do not fit; train again"
                )


def _weeks(rows: Sequence[Row]) -> list[tuple[Week, list[Week]]]:
    return [(Week(**row["week"]), [Week(**each) for each in row["past"]]) for row in rows]


def _record(row: Row) -> dict[str, Any]:
    return {name: datetime.fromisoformat(value) if name in _MOMENTS else value for name, value in row.items()}


def _read(found: Any) -> dict[str, Any]:
    return {"class": found.name, "sure": found.sure, "scores": {k: float(v) for k, v in found.scores.items()}}


def _topics(found: Any) -> dict[str, Any]:
    return asdict(found) if found else {}


def _same(given: Any, wanted: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(given, dict):
        return given.keys() == wanted.keys() and all(_same(given[name], wanted[name]) for name in wanted)
    if isinstance(wanted, float) and isinstance(given, float):
        return abs(given - wanted) <= TOLERANCE * max(1.0, abs(wanted))
    return bool(given == wanted)
