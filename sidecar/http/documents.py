"""POST /v1/documents/extract: one supplier document in, as bytes or with its vendors' templates, its normal form out."""

import base64
import binascii
from typing import Annotated, Any, Literal

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from sidecar.adapters.document_reader import Busy, Refused, read_document
from sidecar.adapters.metrics import Metrics
from sidecar.errors import Problem
from sidecar.http.body import answer, read_body, too_large
from sidecar.http.guard import Guard

MOST_BYTES = 20 * 1024 * 1024
#: The same file in base64, with templates.
MOST_JSON_BYTES = 32 * 1024 * 1024

_Text = Annotated[str, msgspec.Meta(max_length=200)]
_Place = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class Anchor(msgspec.Struct, forbid_unknown_fields=True):
    """Where a layout has a field: the labels beside and above its value, and the place it stood at."""

    kind: Literal["date", "amount", "reference", "text"]
    left: _Text = ""
    above: _Text = ""
    page: _Place = 1
    row: _Place = 0
    column: _Place = 0


class VendorTemplate(msgspec.Struct, forbid_unknown_fields=True):
    """A vendor's template as Odoo keeps it."""

    id: int
    marks: Annotated[list[_Text], msgspec.Meta(max_length=50)]
    anchors: Annotated[dict[_Text, Anchor], msgspec.Meta(max_length=50)]


class DocumentRequest(msgspec.Struct, forbid_unknown_fields=True):
    """A file in base64 and the templates of vendors it may be from."""

    content: str
    templates: Annotated[list[VendorTemplate], msgspec.Meta(max_length=500)] = []


_decoder = msgspec.json.Decoder(DocumentRequest)


def make_blueprint(guard: Guard, metrics: Metrics) -> Blueprint:
    """The route of supplier documents."""
    blueprint = Blueprint("documents", __name__)

    @blueprint.post("/v1/documents/extract")
    def extract() -> Response:
        guard.require("documents")
        content, templates = _with_templates() if request.mimetype == "application/json" else (_bytes(), [])
        if not content:
            raise Problem(
                400, "empty_body", "the body is empty: send the file's bytes", [("body", "is empty")]
            )
        try:
            found = read_document(content, templates)
        except Refused as error:
            raise Problem(422, "unreadable_document", str(error), [("body", str(error))]) from error
        except Busy as error:
            raise Problem(503, "busy", str(error), retryable=True, headers={"Retry-After": "5"}) from error
        metrics.scored.labels("documents", "false").inc()
        return answer({"document": found})

    return blueprint


def _bytes() -> bytes:
    """The body as it is. Raises Problem 413."""
    request.max_content_length = MOST_BYTES
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise too_large() from error


def _with_templates() -> tuple[bytes, list[dict[str, Any]]]:
    """The file and the templates of a JSON body. Raises Problem 400, 413 and 422."""
    request.max_content_length = MOST_JSON_BYTES
    asked: DocumentRequest = read_body(_decoder)
    try:
        content = base64.b64decode(asked.content, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Problem(
            422, "invalid_field", "content is not base64", [("content", "is not base64")]
        ) from error
    return content, [msgspec.to_builtins(template) for template in asked.templates]
