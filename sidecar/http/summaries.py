"""POST /v1/summaries and POST /v1/drafts."""

from collections.abc import Callable
from typing import Any

import msgspec
from flask import Blueprint, Response

from sidecar.adapters.metrics import Metrics
from sidecar.adapters.templates import Templates
from sidecar.domain.drafts import subject_line
from sidecar.domain.summaries import Case, Summary
from sidecar.errors import Problem
from sidecar.http.body import answer, read_body
from sidecar.http.guard import Guard
from sidecar.http.summary_schemas import (
    Cases,
    DraftAnswer,
    DraftCases,
    Drafts,
    FallbackBody,
    Summaries,
    SummaryBody,
)
from sidecar.services.read_cases import read_case
from sidecar.services.summarize import Writer, summarize

#: Opens a writer for one request, with that request's time; None where no model is connected.
Opener = Callable[[], Writer | None]


def _case(place: int, body: Any, subject: str = "") -> Case:
    try:
        return read_case(msgspec.to_builtins(body), subject)
    except ValueError as error:
        raise Problem(
            422, "invalid_field", str(error), [(f"documents[{place}].facts", str(error))]
        ) from error


def _fallback(found: Summary) -> FallbackBody | None:
    return FallbackBody(*found.fallback) if found.fallback else None


def _summary(found: Summary) -> SummaryBody:
    return SummaryBody(
        found.id, found.text, found.next_action, found.route, found.source, found.gist,  # type: ignore[arg-type]
        found.model, found.prompt, found.template, _fallback(found),
    )  # fmt: skip


def _draft(found: Summary, language: str, name: str) -> DraftAnswer:
    return DraftAnswer(
        found.id, subject_line(language, name), found.text, language, found.source, found.gist,  # type: ignore[arg-type]
        found.model, found.prompt, found.template, _fallback(found),
    )  # fmt: skip


def make_blueprint(guard: Guard, metrics: Metrics, templates: Templates, open_writer: Opener) -> Blueprint:
    """The routes of summaries and drafts."""
    blueprint = Blueprint("summaries", __name__)
    decoders = msgspec.json.Decoder(Cases), msgspec.json.Decoder(DraftCases)

    def counted(name: str, found: list[Summary]) -> tuple[str, bool]:
        degraded = any(each.fallback for each in found)
        metrics.scored.labels(name, str(degraded).lower()).inc(len(found))
        return next((each.model for each in found if each.model), "template"), degraded

    @blueprint.post("/v1/summaries")
    def summaries() -> Response:
        guard.require("score")
        cases = [_case(place, body) for place, body in enumerate(read_body(decoders[0]).documents)]
        writer = open_writer()
        found = [summarize(case, templates, writer) for case in cases]
        model, degraded = counted("summaries", found)
        return answer(Summaries(model, found[0].template, degraded, [_summary(each) for each in found]))

    @blueprint.post("/v1/drafts")
    def drafts() -> Response:
        guard.require("score")
        bodies = read_body(decoders[1]).documents
        cases = [_case(place, body, "ticket") for place, body in enumerate(bodies)]
        writer, found = open_writer(), []
        for body, case in zip(bodies, cases, strict=True):
            # the check for names knows English words only, so in another language the template stands alone
            mine = writer if body.language == "en" else None
            found.append(summarize(case, templates, mine, f"drafts/{body.language}", "drafts"))
        model, degraded = counted("drafts", found)
        answers = [
            _draft(each, body.language, case.name)
            for each, body, case in zip(found, bodies, cases, strict=True)
        ]
        return answer(Drafts(model, found[0].template, degraded, answers))

    return blueprint
