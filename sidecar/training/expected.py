"""Chooses the rows whose answers a model ships with, so that what serves it later can be held to them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import pandas as pd

from sidecar.adapters.model_store import build_model
from sidecar.domain.lines import Line
from sidecar.scoring.expected import answers_of
from sidecar.scoring.patterns import with_pasts
from sidecar.training.weeks import records_of

_ROWS = 6
_FORGOTTEN = {"outcome", "known", "delay", "paid"}
#: Nobody's mail: what people wrote stays out of a model's folder.
_TEXTS = (
    "Where is my parcel? Order SO12345 was due on Monday and the tracking has not moved since.",
    "Die Rechnung ist falsch: der vereinbarte Rabatt fehlt, bitte senden Sie eine Gutschrift.",
    "Je voudrais renvoyer deux chaises cassées et être remboursé.",
    "Por favor, cambien la dirección de entrega de nuestro pedido.",
    "Buongiorno, mancano tre pezzi nella consegna di ieri.",
    "Bedankt en tot volgende week!",
)


def places(count: int) -> list[int]:
    """At most six places among `count`, evenly from first to last."""
    return list(range(count)[:: max(1, count // _ROWS)][:_ROWS])


def spread(entries: Sequence[Any]) -> list[Any]:
    """At most six entries, evenly from first to last."""
    return [entries[at] for at in places(len(entries))]


def line_samples(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Given lines of the history, a decimal slip of the first, and an item that nobody knows."""
    kept = [replace(line, id=f"row:{at}") for at, line in enumerate(lines)]
    slip = replace(kept[0], id="slip", unit_price=kept[0].unit_price * 10.0)
    unknown = replace(kept[0], id="unknown", item="?", party="?", category="", tier="")
    return [_plain(asdict(line)) for line in (*kept, slip, unknown)]


def record_samples(records: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Records of the history without what became of them."""
    return [
        _plain({name: value for name, value in record.items() if name not in _FORGOTTEN})
        for record in spread(records)
    ]


def week_samples(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Weeks with the eight before them; whose they are stays out of a model's folder."""
    kept = spread([(week, past[-8:]) for week, past in with_pasts(records_of(frame)) if len(past) >= 8])
    return [
        {"week": asdict(replace(week, party="")), "past": [asdict(replace(each, party="")) for each in past]}
        for week, past in kept
    ]


def text_samples() -> list[dict[str, Any]]:
    """One short text a language."""
    return [{"text": text} for text in _TEXTS]


def expected_of(subject: str, arrays: dict[str, Any], samples: list[dict[str, Any]]) -> bytes:
    """The file that a model ships beside its arrays. Raises ValueError for arrays that are no model."""
    rows = json.loads(json.dumps(samples))
    answers = answers_of(subject, build_model(subject, arrays), rows)
    return (json.dumps({"rows": rows, "answers": answers}, indent=1, ensure_ascii=False) + "\n").encode()


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """Values as JSON has them: moments as ISO text, numbers of numpy as numbers."""
    return {
        name: value.isoformat()
        if isinstance(value, datetime)
        else value.item()
        if hasattr(value, "item")
        else value
        for name, value in row.items()
    }
