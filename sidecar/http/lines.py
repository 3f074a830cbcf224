"""POST /v1/discounts/score and /v1/purchases/score."""

from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec

from sidecar.adapters.model_store import ModelStore
from sidecar.adapters.prediction_log import Answered
from sidecar.domain.lines import Line, LineScore
from sidecar.errors import Problem
from sidecar.http import schemas
from sidecar.http.answers import Answers, seen_of, shadow_of
from sidecar.http.front import Route
from sidecar.services.score_lines import DocumentScore, score_documents

_MOST_LINES = 2000


def sale_lines(document: schemas.SaleDocument) -> list[Line]:
    """The lines of a sales order for the scorer."""
    party, tier, rate = document.customer or "", document.customer_tier or "", document.currency_rate
    return [
        Line(
            x.id,
            x.item,
            party,
            x.category or "",
            tier,
            x.quantity,
            float(x.list_price) / rate,
            float(x.tier_price or 0) / rate,
            float(x.unit_price) / rate,
            x.discount,
        )
        for x in document.lines
    ]


def _days(start: str | None, end: str | None) -> float | None:
    try:
        return (
            float((date.fromisoformat(end[:10]) - date.fromisoformat(start[:10])).days)
            if start and end
            else None
        )
    except ValueError:
        return None


def purchase_lines(document: schemas.PurchaseDocument) -> list[Line]:
    """The lines of a purchase order for the scorer."""
    return [
        Line(
            x.id,
            x.item,
            document.vendor or "",
            x.category or "",
            "",
            x.quantity,
            0.0,
            0.0,
            float(x.unit_price) / document.currency_rate,
            x.discount,
            _days(document.order_date, x.promised_date),
            document.place or "",
        )
        for x in document.lines
    ]


def _reasons(line: LineScore, name: str | None = None) -> list[schemas.ReasonBody]:
    return [schemas.ReasonBody(reason.code, reason.text, reason.weight, name) for reason in line.reasons]


def _line(x: LineScore) -> schemas.LineBody:
    return schemas.LineBody(x.id, x.score, x.percentile, x.confidence, x.abstained, _reasons(x))


def _document(x: DocumentScore) -> schemas.DocumentBody:
    lines, top = [_line(entry) for entry in x.lines], x.top
    if top is None:
        reasons = [schemas.ReasonBody("not_judged", "no line of this document could be judged", 0.0)]
        return schemas.DocumentBody(x.id, 0.0, 0.0, 0.0, True, reasons, lines)
    return schemas.DocumentBody(
        x.id, top.score, top.percentile, top.confidence, False, _reasons(top, top.id), lines
    )


def _kept(found: list[DocumentScore]) -> list[Answered]:
    return [Answered(x.id, x.top.score if x.top else None, x.top is None) for x in found]


def make_route(
    subject: str, body: type[Any], read: Callable[[Any], list[Line]], store: ModelStore, answers: Answers
) -> Route:
    """The route of one subject."""

    def score(asked: Any) -> schemas.Scores:
        documents = asked.documents
        count = sum(len(document.lines) for document in documents)
        if count > _MOST_LINES:
            text = f"{count} lines; at most {_MOST_LINES} lines in all"
            raise Problem(422, "too_many_lines", text, [("documents", text)])
        loaded = store.get(subject)
        lines = [(document.id, read(document)) for document in documents]
        rows: list[Any] = []
        found = score_documents(subject, lines, loaded.model if loaded else None, rows)
        version = loaded.version if loaded else "rules"
        shadow = shadow_of(store, subject, lambda model: _kept(score_documents(subject, lines, model)))
        seen = seen_of(loaded, rows)
        answers.given(subject, version, loaded is None, count, _kept(found), shadow, seen)
        return schemas.Scores(subject, version, loaded is None, [_document(entry) for entry in found])

    return Route(f"/v1/{subject}/score", "score", msgspec.json.Decoder(body), score)
