"""Summaries and drafts: the template always, a paragraph of a language model where one is connected and keeps to the facts."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Protocol

from sidecar.domain.grounding import ungrounded
from sidecar.domain.redaction import Redactor
from sidecar.domain.summaries import Case, Summary, next_action
from sidecar.domain.writing import NotWritten, Written

#: What the model may read of a case; amounts, holds, limits and next steps are the template's alone.
_GIST_LIMIT = 600
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["gist", "cites"],
    "properties": {
        "gist": {"type": "string", "minLength": 1, "maxLength": _GIST_LIMIT},
        "cites": {"type": "array", "minItems": 1, "maxItems": 50, "items": {"type": "string"}},
    },
}


class Writer(Protocol):
    """A language model behind its limits."""

    def write(self, purpose: str, payload: str, schema: dict[str, Any]) -> Written:
        """The model's answer to a payload. Raises NotWritten."""

    def judged(self, call: int, outcome: str) -> None:
        """Remember what became of an answer."""


class Renderer(Protocol):
    """Templates by name."""

    def render(self, name: str, case: Case) -> str:
        """The text of a case."""

    def version(self, name: str) -> str:
        """The template's version."""


def summarize(
    case: Case, templates: Renderer, writer: Writer | None, template: str = "", purpose: str = "summaries"
) -> Summary:
    """The summary of a case. The model only ever adds a marked paragraph; whatever is wrong with it costs that paragraph."""
    name = template or f"summaries/{case.subject}"
    action, route = next_action(case)
    found = Summary(case.id, templates.render(name, case), action, route, template=templates.version(name))
    if writer is None:
        return found
    try:
        gist, cites, written = _gist(case, writer, purpose)
    except NotWritten as error:
        found.fallback = (error.code, error.reason)
        return found
    found.source, found.gist, found.facts_used = "model", gist, cites
    found.prompt, found.model = written.prompt, written.model
    return found


def _gist(case: Case, writer: Writer, purpose: str) -> tuple[str, list[str], Written]:
    redactor = Redactor([*case.names, case.party])
    payload, sources = _payload(case, redactor.mask)
    written = writer.write(purpose, payload, SCHEMA)
    try:
        gist, cites = _read(written.content, set(sources))
        _keep_to_facts(gist, cites, case, sources)
    except NotWritten as error:
        writer.judged(written.call, error.code)
        raise
    writer.judged(written.call, "used")
    return redactor.unmask(gist), cites, written


def _payload(case: Case, mask: Callable[[str], str]) -> tuple[str, dict[str, str]]:
    """What the model gets, masked, and each fact's own words by its id."""
    facts = []
    for fact in case.facts:
        given = {
            name: mask(value) for name, value in asdict(fact).items() if value and name not in ("id", "kind")
        }
        facts.append({"id": fact.id, "kind": fact.kind, **given})
    head = {"subject": case.subject, "name": mask(case.name), "state": mask(case.state), "topic": case.topic}
    sources = {
        fact["id"]: " ".join(value for key, value in fact.items() if key not in ("id", "kind"))
        for fact in facts
    }
    return json.dumps({**head, "facts": facts}, ensure_ascii=False), sources


def _read(content: str, known: set[str]) -> tuple[str, list[str]]:
    try:
        answer = json.loads(content)
    except ValueError as error:
        raise NotWritten("not_json", f"the answer is not JSON: {error}") from error
    if not isinstance(answer, dict) or set(answer) != {"gist", "cites"}:
        raise NotWritten("schema", "the answer has not exactly the fields gist and cites")
    gist, cites = answer["gist"], answer["cites"]
    if not isinstance(gist, str) or not 0 < len(gist.strip()) <= _GIST_LIMIT:
        raise NotWritten("schema", f"gist is not a text of 1 to {_GIST_LIMIT} characters")
    if (
        not isinstance(cites, list)
        or not cites
        or not all(isinstance(name, str) and name in known for name in cites)
    ):
        raise NotWritten("schema", "cites does not name facts of the case")
    return " ".join(gist.split()), list(dict.fromkeys(cites))


def _keep_to_facts(gist: str, cites: list[str], case: Case, sources: dict[str, str]) -> None:
    """What somebody wrote is no source: only what Odoo says is."""
    said = {fact.id for fact in case.of("said")}
    trusted = [text for name, text in sources.items() if name in cites and name not in said]
    problem = ungrounded(gist, [*trusted, case.name, case.state, case.subject, case.topic.replace("_", " ")])
    if problem:
        raise NotWritten("ungrounded", problem)
