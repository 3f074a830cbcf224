"""Reads a JSON body into a struct; every fault names its field."""

import re
from typing import Any

import msgspec
from flask import Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from sidecar.errors import Problem

_PATH = re.compile(r"^(.*?)(?: - at `(?:key in )?\$\.?(.*?)`)?$", re.S)
_BYTE = re.compile(r"\(byte (\d+)\)")
_KEY = re.compile(rb'"((?:[^"\\]|\\.)*)"\s*:')
_encoder = msgspec.json.Encoder()


def _last_key(body: bytes, message: str) -> str:
    """The last key before the byte at which the JSON broke; `body` without one."""
    found = _BYTE.search(message)
    keys = _KEY.findall(body[: int(found.group(1)) + 1]) if found else []
    return keys[-1].decode("utf-8", "replace")[:100] if keys else "body"


def read_body(decoder: msgspec.json.Decoder[Any]) -> Any:
    """The decoded body. Raises Problem: 413 too large, 415 not JSON, 400 malformed, 422 a wrong field."""
    if request.mimetype != "application/json":
        message = "must be application/json"
        raise Problem(415, "unsupported_media_type", f"Content-Type {message}", [("Content-Type", message)])
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        raise too_large() from error
    if request.content_length is None and len(body) >= (request.max_content_length or len(body) + 1):
        raise too_large()  # a chunked body is cut at the limit without a word
    return decode(decoder, body)


def decode(decoder: msgspec.json.Decoder[Any], body: bytes) -> Any:
    """The struct in `body`. Raises Problem: 400 malformed, 422 a wrong field."""
    try:
        return decoder.decode(body)
    except msgspec.ValidationError as error:
        match = _PATH.match(str(error))
        text, place = (match.group(1), match.group(2)) if match else (str(error), None)
        missing = re.search(r"missing required field `(.*?)`", text)
        if missing:
            place = f"{place}.{missing.group(1)}" if place else missing.group(1)
        if place and place.endswith(".currency") and "enum" in text:
            text = f"{text}: not an ISO 4217 currency"
        raise Problem(422, "invalid_field", text, [(place or "body", text)]) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        text = f"the body is not valid JSON: {error}"
        raise Problem(400, "malformed_json", text, [(_last_key(body, str(error)), str(error))]) from error


def too_large() -> Problem:
    """413 with the limit."""
    text = f"the body may hold at most {request.max_content_length} bytes"
    return Problem(413, "body_too_large", text, [("body", text)])


def answer(value: object, status: int = 200) -> Response:
    """A JSON answer of a struct."""
    return Response(encode(value), status, mimetype="application/json")


def encode(value: object) -> bytes:
    """A struct as JSON."""
    return _encoder.encode(value)
