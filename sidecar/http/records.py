"""POST /v1/stock-moves/score, /v1/orders/score, /v1/payments/score and /v1/lead-times/score."""

from typing import Any

import msgspec
from flask import Blueprint, Response

from sidecar.adapters.model_store import ModelStore
from sidecar.adapters.prediction_log import Answered
from sidecar.http import record_schemas, schemas
from sidecar.http.answers import Answers
from sidecar.http.body import answer, read_body
from sidecar.http.guard import Guard
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
    return record_schemas.Days(found.id, values["p50"], values["p90"], found.values is None, _reasons(found))


def make_blueprint(subject: str, store: ModelStore, guard: Guard, answers: Answers) -> Blueprint:
    """The route of one subject."""
    blueprint, decoder = Blueprint(subject, __name__), msgspec.json.Decoder(BODIES[subject])

    @blueprint.post(f"/v1/{subject}/score")
    def score() -> Response:
        guard.require("score")
        records = [msgspec.structs.asdict(record) for record in read_body(decoder).records]
        loaded = store.get(subject)
        found = predict(records, loaded.model if loaded else None)
        version, baseline = (loaded.version, loaded.model.baseline) if loaded else ("none", False)
        if subject == "lead-times":
            days = [_days(entry) for entry in found]
            kept = [Answered(x.id, None, x.abstained) for x in days]
            answers.given(subject, version, loaded is None, len(records), kept)
            return answer(record_schemas.Arrivals(subject, version, loaded is None, baseline, days))
        risks = [_risk(entry) for entry in found]
        kept = [Answered(x.id, x.score, x.abstained) for x in risks]
        answers.given(subject, version, loaded is None, len(records), kept)
        return answer(record_schemas.Risks(subject, version, loaded is None, baseline, risks))

    return blueprint
