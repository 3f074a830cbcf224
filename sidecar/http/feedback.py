"""POST /v1/feedback."""

import re

import msgspec
from flask import Blueprint, Response, request

from sidecar.adapters.database import Busy, Database, KeyReused
from sidecar.adapters.metrics import Metrics
from sidecar.errors import Problem
from sidecar.http import schemas
from sidecar.http.body import answer, read_body
from sidecar.http.guard import Guard
from sidecar.services.record_feedback import record_feedback

_HEADER = "Idempotency-Key"
_VALID = re.compile(r"[!-~]{1,200}\Z")


def make_blueprint(database: Database, guard: Guard, metrics: Metrics) -> Blueprint:
    """The route of the feedback."""
    blueprint, decoder = Blueprint("feedback", __name__), msgspec.json.Decoder(schemas.Feedback)

    @blueprint.post("/v1/feedback")
    def feedback() -> Response:
        caller = guard.require("score", "classify")
        key = request.headers.get(_HEADER, "")
        if not _VALID.match(key):
            text = "must hold 1 to 200 printable ASCII characters without spaces"
            raise Problem(400, "idempotency_key", f"{_HEADER} {text}", [(_HEADER, text)])
        body = read_body(decoder)
        values: dict[str, str | bool] = {
            "event_id": body.event_id,
            "check_name": body.check,
            "outcome": body.outcome,
            "comment": body.comment,
        }
        if (
            not body.warned
        ):  # left out where it is as ever, so that a repeat from before there was this field is the same body
            values["warned"] = False
        for name, value in values.items():
            if isinstance(value, str) and "\x00" in value:
                field = "check" if name == "check_name" else name
                raise Problem(422, "invalid_field", "a zero byte is not text", [(field, "holds a zero byte")])
        try:
            number, created = record_feedback(database, caller, key, values)
        except KeyReused as error:
            text = "was used before with another body"
            raise Problem(422, "idempotency_key_reused", f"{_HEADER} {text}", [(_HEADER, text)]) from error
        except Busy as error:
            text = "another request with this key is being stored; try again"
            raise Problem(409, "in_progress", text, [(_HEADER, text)], True, {"Retry-After": "1"}) from error
        if created:
            metrics.feedback.labels(body.check, body.outcome).inc()
        return answer(schemas.FeedbackBody(number, created), 201 if created else 200)

    return blueprint
