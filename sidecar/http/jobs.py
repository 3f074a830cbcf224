"""POST /v1/jobs asks for work of a process of its own; GET /v1/jobs/{id} looks what came of it."""

from collections.abc import Callable
from typing import TypeVar

import msgspec
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from sidecar.adapters.job_board import Job, JobBoard, OtherJob
from sidecar.errors import Problem
from sidecar.http.body import answer, read_body
from sidecar.http.guard import Guard
from sidecar.http.job_schemas import JobBody, JobRequest

T = TypeVar("T")


def make_blueprint(board: JobBoard, guard: Guard) -> Blueprint:
    """The routes of the jobs. A worker only writes down what is asked; `gatehouse jobs work` does it."""
    blueprint, decoder = Blueprint("jobs", __name__), msgspec.json.Decoder(JobRequest)

    @blueprint.post("/v1/jobs")
    def ask() -> Response:
        guard.require("train")
        body: JobRequest = read_body(decoder)
        parameters = msgspec.to_builtins(body.job)
        kind = parameters.pop("kind")
        try:
            return _answered(_kept(lambda: board.ask(body.id, kind, parameters)))
        except OtherJob as error:
            text = f"{body.id} is the name of another job; give this one a name of its own"
            raise Problem(409, "job_name_taken", text, [("id", text)]) from error

    @blueprint.get("/v1/jobs/<name>")
    def look(name: str) -> Response:
        guard.require("train")
        job = _kept(lambda: board.find(name))
        if job is None:
            text = "no job of that name was asked for in the last 90 days"
            raise Problem(404, "unknown_job", text, [("id", text)])
        return _answered(job)

    return blueprint


def _kept(call: Callable[[], T]) -> T:
    """What the board says. Raises Problem 503 while its database is away."""
    try:
        return call()
    except SQLAlchemyError as error:
        text = "the database of the jobs does not answer; try again"
        raise Problem(503, "database_away", text, retryable=True, headers={"Retry-After": "5"}) from error


def _answered(job: Job) -> Response:
    return answer(JobBody(job.id, job.kind, job.state, job.attempts, job.problem, job.result))  # type: ignore[arg-type]
