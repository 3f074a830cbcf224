"""Turns every failure into a problem body and gives every answer its request id."""

import time

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from sidecar.errors import Problem
from sidecar.http import schemas
from sidecar.http.accounts import Accounts, request_id
from sidecar.http.body import encode, too_large

log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
_CODES = {404: "not_found", 405: "method_not_allowed", 400: "bad_request"}


def problem_body(problem: Problem, name: str) -> bytes:
    """The problem as JSON; `name` is the request's id."""
    errors = [schemas.FieldError(field, message) for field, message in problem.errors]
    title = problem.code.replace("_", " ").capitalize()
    return encode(
        schemas.ProblemBody(
            f"urn:gatehouse:problem:{problem.code}",
            title,
            problem.status,
            str(problem.detail),
            problem.code,
            problem.retryable,
            name,
            errors,
        )
    )


def fault(error: Exception, name: str) -> Problem:
    """What is answered to a fault of our own; the log holds it."""
    log.exception("fault", request_id=name, kind=type(error).__name__)
    return Problem(500, "internal", "an unexpected fault; the log holds it under the request id", None, True)


def _respond(problem: Problem) -> Response:
    response = Response(problem_body(problem, g.get("request_id", "")), problem.status, mimetype=MEDIA_TYPE)
    response.headers.update(problem.headers)
    return response


def _on_http(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return _respond(too_large())
    status = error.code or 500
    text = f"{request.method} {request.path}: {error.name}"
    headers = (
        {"Allow": ", ".join(sorted(error.valid_methods or []))} if hasattr(error, "valid_methods") else {}
    )
    field = "method" if status == 405 else "path"
    return _respond(Problem(status, _CODES.get(status, "http_error"), text, [(field, text)], False, headers))


def _on_fault(error: Exception) -> Response:
    return _respond(fault(error, g.get("request_id", "")))


def install(app: Flask, accounts: Accounts) -> None:
    """Handlers, request ids, the access log and the request figures."""

    @app.before_request
    def start() -> None:
        g.request_id = request_id(request.headers.get("X-Request-Id", ""))
        g.started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        route = request.url_rule.rule if request.url_rule else "unknown"
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers["X-Content-Type-Options"] = "nosniff"
        accounts.settle(
            g.get("request_id", ""), request.method, route, response.status_code, seconds,
            g.get("caller"), request.headers.get("traceparent"), request.headers.get("X-Linked-Traces"),
        )  # fmt: skip
        return response

    app.register_error_handler(Problem, _respond)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_fault)
