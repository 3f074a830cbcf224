"""POST /v1/stock-moves/score, /v1/orders/score, /v1/payments/score and /v1/lead-times/score."""

from typing import Any

import msgspec

from sidecar.adapters.model_store import ModelStore
from sidecar.adapters.prediction_log import Answered
from sidecar.http import record_schemas, schemas
from sidecar.http.answers import Answers, seen_of, shadow_of
from sidecar.http.front import Route
from sidecar.services.predict_records import Prediction, predict

BODIES: dict[str, type[Any]] = {
    "stock-moves": record_schemas.StockMoves,
    "orders": record_schemas.Orders,
    "payments": record_schemas.Payments,
    "lead-times": record_schemas.LeadTimes,
}


def _reasons(found: Prediction) -> list[schemas.ReasonBody]:
    return [schemas.ReasonBody(reason.code, reason.text, reason.weight) for reason in found.reasons]


def _risk(found: Prediction) -> record_schemas.Risk:
    score = found.values["score"] if found.values else 0.0
    return record_schemas.Risk(found.id, score, found.values is None, _reasons(found))


def _days(found: Prediction) -> record_schemas.Days:
    values = found.values or {"p50": 0.0, "p90": 0.0}
    return record_schemas.Days(
        found.id,
        values["p50"],
        values["p90"],
        found.values is None,
        _reasons(found),
        values.get("late_probability"),
    )


def _kept(subject: str, found: list[Prediction]) -> list[Answered]:
    """Lead times are days: kept as a score is the probability of being late, where a day was promised."""
    late = subject == "lead-times"
    none = None if late else 0.0
    return [
        Answered(
            x.id,
            x.values.get("late_probability" if late else "score") if x.values else none,
            x.values is None,
        )
        for x in found
    ]


def make_route(subject: str, store: ModelStore, answers: Answers) -> Route:
    """The route of one subject."""

    def score(asked: Any) -> record_schemas.Risks | record_schemas.Arrivals:
        records = [msgspec.structs.asdict(record) for record in asked.records]
        loaded = store.get(subject)
        rows: list[Any] = []
        found = predict(records, loaded.model if loaded else None, rows)
        shadow = shadow_of(store, subject, lambda model: _kept(subject, predict(records, model)))
        version, baseline = (loaded.version, loaded.model.baseline) if loaded else ("none", False)
        kept, seen = _kept(subject, found), seen_of(loaded, rows)
        answers.given(subject, version, loaded is None, len(records), kept, shadow, seen)
        if subject == "lead-times":
            days = [_days(entry) for entry in found]
            late = baseline or bool(loaded and loaded.model.late)
            return record_schemas.Arrivals(subject, version, loaded is None, baseline, late, days)
        risks = [_risk(entry) for entry in found]
        return record_schemas.Risks(subject, version, loaded is None, baseline, risks)

    return Route(f"/v1/{subject}/score", "score", msgspec.json.Decoder(BODIES[subject]), score)
