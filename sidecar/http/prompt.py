"""The plainest request to a measuring route, told by its bytes.

This is no parser of HTTP. It knows one shape: `POST /v1/<subject>/score` (or `classify`), one length, and headers of a short list, each once
and in printable ASCII. Whatever differs by a byte is left to gunicorn's parser. What is taken here gunicorn reads the same, which a property
test holds it to, so there are no two opinions on where a request ends (RFC 9112, section 11.2).
"""

from __future__ import annotations

import re
from io import BytesIO
from wsgiref.types import WSGIEnvironment

#: A request of at most this many bytes, headers included: some 80 lines, or one mail of 15 kB.
MOST_BYTES = 16_384
_START = re.compile(rb"POST (/v1/[a-z-]{1,40}/(?:score|classify)) HTTP/1\.1\r\n")
_FIELD = re.compile(rb"([A-Za-z-]{1,40}):[ \t]*([!-~](?:[ -~]*[!-~])?)[ \t]*")
_LENGTH = re.compile(r"[0-9]{1,5}")
#: Headers that change neither how a request is read nor where it ends, by their names in WSGI.
_TAKEN = {
    b"host": "HTTP_HOST",
    b"content-type": "CONTENT_TYPE",
    b"content-length": "CONTENT_LENGTH",
    b"connection": "HTTP_CONNECTION",
    b"authorization": "HTTP_AUTHORIZATION",
    b"accept": "HTTP_ACCEPT",
    b"accept-encoding": "HTTP_ACCEPT_ENCODING",
    b"user-agent": "HTTP_USER_AGENT",
    b"x-request-id": "HTTP_X_REQUEST_ID",
    b"x-forwarded-for": "HTTP_X_FORWARDED_FOR",
    b"traceparent": "HTTP_TRACEPARENT",
    b"x-linked-traces": "HTTP_X_LINKED_TRACES",
}


def read(seen: bytes) -> tuple[WSGIEnvironment, int] | None:
    """The request at the beginning of `seen` in WSGI's terms (PEP 3333), and its bytes; None where it is not plain, or not whole."""
    start, end = _START.match(seen), seen.find(b"\r\n\r\n")
    if start is None:
        return None
    said: WSGIEnvironment = {"REQUEST_METHOD": "POST", "PATH_INFO": start[1].decode()}
    for line in seen[start.end() : end].split(b"\r\n") if end > 0 else ():
        field = _FIELD.fullmatch(line)
        name = field and _TAKEN.get(field[1].lower())
        if not field or not name or name in said:
            return None
        said[name] = field[2].decode()
    whole = (
        end + 4 + int(said["CONTENT_LENGTH"])
        if _LENGTH.fullmatch(said.get("CONTENT_LENGTH", ""))
        else len(seen) + 1
    )
    if (
        whole > len(seen)
        or "HTTP_HOST" not in said
        or said.get("HTTP_CONNECTION", "keep-alive").lower() != "keep-alive"
    ):
        return None
    said["wsgi.input"] = BytesIO(seen[end + 4 : whole])
    return said, whole
