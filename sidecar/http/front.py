"""Answers the measuring routes before Flask: one JSON body in, one out, a tenth of a millisecond less each.

A `Route` is registered with Flask too, which answers whatever is not plain (another method, another media type, a body without a
length or over the limit) and gives the same bytes; a test holds the two together.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import msgspec
from flask import Blueprint, Response

from sidecar.errors import Problem
from sidecar.http.accounts import Accounts, request_id
from sidecar.http.body import answer, decode, encode, read_body
from sidecar.http.guard import Guard
from sidecar.http.problems import MEDIA_TYPE, fault, problem_body

_JSON = "application/json"
_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Route:
    """`POST path` with a key of `scope`: `measure` turns the decoded body into the answer, or raises Problem."""

    path: str
    scope: str
    decoder: msgspec.json.Decoder[Any]
    measure: Callable[[Any], msgspec.Struct]


def make_blueprint(routes: Iterable[Route], guard: Guard) -> Blueprint:
    """The routes as Flask knows them."""
    blueprint = Blueprint("measures", __name__)
    for route in routes:
        blueprint.add_url_rule(
            route.path, route.path.strip("/").replace("/", "_"), _view(route, guard), methods=["POST"]
        )
    return blueprint


def _view(route: Route, guard: Guard) -> Callable[[], Response]:
    def view() -> Response:
        guard.require(route.scope)
        return answer(route.measure(read_body(route.decoder)))

    return view


class Front:
    """The WSGI application before Flask's."""

    def __init__(
        self,
        flask: WSGIApplication,
        routes: Iterable[Route],
        guard: Guard,
        accounts: Accounts,
        most_bytes: int,
    ) -> None:
        self._flask, self._guard, self._accounts, self._most = flask, guard, accounts, most_bytes
        self._routes = {route.path: route for route in routes}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a plain request to a measuring route; everything else goes to Flask."""
        route = self._routes.get(environ["PATH_INFO"])
        if route is None or not self._plain(environ):
            return self._flask(environ, start_response)
        started, caller = time.perf_counter(), None
        name = request_id(environ.get("HTTP_X_REQUEST_ID", ""))
        status, kind, headers = 200, _JSON, []
        try:
            caller = self._guard.admit(environ.get("HTTP_AUTHORIZATION", ""), route.scope)
            body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
            content = encode(route.measure(decode(route.decoder, body)))
        except Exception as error:
            problem = error if isinstance(error, Problem) else fault(error, name)
            status, kind, headers = problem.status, MEDIA_TYPE, list(problem.headers.items())
            content = problem_body(problem, name)
        start_response(
            _STATUS[status],
            [
                ("Content-Type", kind),
                ("Content-Length", str(len(content))),
                *headers,
                ("X-Request-Id", name),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        self._accounts.settle(
            name,
            "POST",
            route.path,
            status,
            time.perf_counter() - started,
            caller,
            environ.get("HTTP_TRACEPARENT"),
            environ.get("HTTP_X_LINKED_TRACES"),
        )
        return (content,)

    def _plain(self, environ: WSGIEnvironment) -> bool:
        length = environ.get("CONTENT_LENGTH", "")
        return (
            environ["REQUEST_METHOD"] == "POST"
            and environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() == _JSON
            and length.isascii()
            and length.isdigit()
            and int(length) <= self._most
            and "HTTP_TRANSFER_ENCODING" not in environ
        )
