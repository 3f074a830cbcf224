"""POST /v1/documents/extract: the bytes of one supplier document in, its normal form out."""

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from sidecar.adapters.document_reader import Busy, Refused, read_document
from sidecar.adapters.metrics import Metrics
from sidecar.errors import Problem
from sidecar.http.body import answer, too_large
from sidecar.http.guard import Guard

MOST_BYTES = 20 * 1024 * 1024


def make_blueprint(guard: Guard, metrics: Metrics) -> Blueprint:
    """The route of supplier documents."""
    blueprint = Blueprint("documents", __name__)

    @blueprint.post("/v1/documents/extract")
    def extract() -> Response:
        guard.require("documents")
        request.max_content_length = MOST_BYTES
        try:
            content = request.get_data(cache=False)
        except RequestEntityTooLarge as error:
            raise too_large() from error
        if not content:
            raise Problem(
                400, "empty_body", "the body is empty: send the file's bytes", [("body", "is empty")]
            )
        try:
            found = read_document(content)
        except Refused as error:
            raise Problem(422, "unreadable_document", str(error), [("body", str(error))]) from error
        except Busy as error:
            raise Problem(503, "busy", str(error), retryable=True, headers={"Retry-After": "5"}) from error
        metrics.scored.labels("documents", "false").inc()
        return answer({"document": found})

    return blueprint
