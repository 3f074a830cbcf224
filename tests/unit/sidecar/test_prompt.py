"""What the worker takes without gunicorn's parser, that parser reads the same."""

from __future__ import annotations

from typing import Any

import pytest
from gunicorn.config import Config
from gunicorn.http.parser import RequestParser
from hypothesis import example, given
from hypothesis import strategies as st

from sidecar.http.prompt import MOST_BYTES, read

BODY = b'{"records": []}'
FIELDS = (
    b"Host: x",
    b"Content-Type: application/json",
    b"Authorization: Bearer k",
    b"Content-Length: 15",
    b"traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
)
#: Headers that have made servers disagree, and those by which a client asks for more than an answer.
REFUSED = (
    b"Content-Length: 15", b"Content-Length: 016", b"Content-Length: +15", b"Content-Length: 15, 15", b"Content_Length: 3", b"Content-Length : 15",
    b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", b"Connection: close", b"Connection: keep-alive, te", b"Upgrade: h2c",
    b"Expect: 100-continue", b"X-Forwarded-Proto: https", b"Host: y", b" folded: yes", b"\tmore", b"X-Request-Id: a\x00b", b"X-Request-Id: a\rb",
    b"X-Request-Id: a\nb", b"X-Request-Id: \xc3\xa9", b"X-Request-Id:", b"Cookie: a=b",
)  # fmt: skip
TAKEN = (
    b"X-Request-Id: a ",
    b"X-Forwarded-For: 10.0.0.1",
    b"Accept: */*",
    b"User-Agent: n8n",
    b"accept-encoding:gzip",
    b"Connection: keep-alive",
)


def request(fields: tuple[bytes, ...] = FIELDS, start: bytes = b"POST /v1/orders/score HTTP/1.1") -> bytes:
    return b"\r\n".join((start, *fields, b"", b"")) + BODY


def by_gunicorn(seen: bytes) -> tuple[dict[str, Any], int]:
    """The same as `read`, by gunicorn's parser; raises what it raises."""
    parser = RequestParser(Config(), iter([seen]), ("127.0.0.1", 1))
    parsed = next(parser)
    assert parsed.version == (1, 1)
    assert not parsed.query
    said = {"REQUEST_METHOD": parsed.method, "PATH_INFO": parsed.path}
    for name, value in parsed.headers:
        key = name.replace("-", "_")
        key = key if key.startswith("CONTENT_") else f"HTTP_{key}"
        assert key not in said
        said[key] = value
    body = parsed.body.read()
    return said | {"body": body}, len(seen) - len(parser.unreader.buf.getvalue())


def agree(seen: bytes) -> bool:
    """Whether `seen` is taken; then gunicorn read the same of it."""
    taken = read(seen)
    if taken is None:
        return False
    said, length = taken
    ours = {key: value for key, value in said.items() if key != "wsgi.input"} | {
        "body": said["wsgi.input"].read()
    }
    assert (ours, length) == by_gunicorn(seen)
    return True


def test_a_plain_request_is_taken_and_what_follows_it_is_left():
    assert agree(request())
    assert read(request() + request())[1] == len(request())


@pytest.mark.parametrize("cut", [1, 16, 40, 200])
def test_a_request_that_is_not_whole_is_not_taken(cut):
    assert read(request()[:-cut]) is None


@given(st.lists(st.sampled_from((*FIELDS, *REFUSED, *TAKEN, b"")), max_size=9), st.integers(0, 40))
@example(list(FIELDS), 0)
def test_headers_in_any_mixture_are_read_as_gunicorn_reads_them_or_left_to_it(fields, more):
    agree(request(tuple(fields)) + b"P" * more)


@given(st.integers(0, len(request()) - 1), st.binary(max_size=3))
def test_a_request_changed_by_a_few_bytes_is_read_as_gunicorn_reads_it_or_left_to_it(at, put):
    whole = request()
    agree(whole[:at] + put + whole[at + 1 :])


@pytest.mark.parametrize("field", REFUSED)
def test_a_request_with_a_header_that_is_not_plain_is_left_to_gunicorn(field):
    assert read(request((*FIELDS, field))) is None


@pytest.mark.parametrize("field", TAKEN)
def test_a_request_with_a_further_plain_header_is_taken(field):
    assert agree(request((*FIELDS, field)))


@pytest.mark.parametrize(
    "start",
    [
        b"GET /v1/orders/score HTTP/1.1", b"POST /v1/orders/score HTTP/1.0", b"POST /v1/orders/score?x=1 HTTP/1.1",
        b"POST /v1/../score HTTP/1.1", b"POST http://x/v1/orders/score HTTP/1.1", b"POST /v1/documents/extract HTTP/1.1",
    ],
)  # fmt: skip
def test_another_route_or_method_is_left_to_gunicorn(start):
    assert read(request(start=start)) is None


def test_a_length_that_says_more_than_is_looked_at_is_left_to_gunicorn():
    fields = tuple(field for field in FIELDS if not field.startswith(b"Content-Length"))
    whole = request((*fields, b"Content-Length: 99999"))
    assert read((whole + b"x" * 99999)[:MOST_BYTES]) is None
