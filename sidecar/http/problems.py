"""Turns every failure into a problem body and gives every answer its request id."""

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from sidecar.adapters.metrics import Metrics
from sidecar.errors import Problem
from sidecar.http import schemas
from sidecar.http.body import answer, too_large

log = structlog.get_logger()
_ID = re.compile(r"^[A-Za-z0-9._-]{1,100}$")
_CODES = {404: "not_found", 405: "method_not_allowed", 400: "bad_request"}


def _respond(problem: Problem) -> Response:
    errors = [schemas.FieldError(field, message) for field, message in problem.errors]
    title = problem.code.replace("_", " ").capitalize()
    body = schemas.ProblemBody(
        f"urn:gatehouse:problem:{problem.code}",
        title,
        problem.status,
        str(problem.detail),
        problem.code,
        problem.retryable,
        g.get("request_id", ""),
        errors,
    )
    response = answer(body, problem.status)
    response.mimetype = "application/problem+json"
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
    log.exception("fault", request_id=g.get("request_id"), kind=type(error).__name__)
    return _respond(
        Problem(500, "internal", "an unexpected fault; the log holds it under the request id", None, True)
    )


def install(app: Flask, metrics: Metrics) -> None:
    """Handlers, request ids, the access log and the request figures."""

    @app.before_request
    def start() -> None:
        given = request.headers.get("X-Request-Id", "")
        g.request_id = given if _ID.match(given) else uuid.uuid4().hex
        g.started = time.perf_counter()

    @app.after_request
    def finish(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        route = request.url_rule.rule if request.url_rule else "unknown"
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers["X-Content-Type-Options"] = "nosniff"
        metrics.requests.labels(route, str(response.status_code)).inc()
        metrics.seconds.labels(route).observe(seconds)
        log.info(
            "request",
            request_id=g.get("request_id"),
            method=request.method,
            route=route,
            status=response.status_code,
            ms=round(seconds * 1000, 2),
            caller=g.get("caller"),
            traceparent=request.headers.get("traceparent"),
        )
        return response

    app.register_error_handler(Problem, _respond)
    app.register_error_handler(HTTPException, _on_http)
    app.register_error_handler(Exception, _on_fault)
