"""The OpenAPI 3.1 document, joined from the structs' schemas."""

from typing import Any

import msgspec

from sidecar import __version__
from sidecar.http import job_schemas as jobs
from sidecar.http import pattern_schemas as patterns
from sidecar.http import priority_schemas as priorities
from sidecar.http import record_schemas as records
from sidecar.http import schemas
from sidecar.http import summary_schemas as summaries
from sidecar.http.documents import DocumentRequest

_ROUTES: tuple[tuple[str, str, str, type, type, str], ...] = (
    (
        "/v1/discounts/score",
        "scoreDiscounts",
        "Score the discounts of sales orders",
        schemas.SaleDocuments,
        schemas.Scores,
        "score",
    ),
    (
        "/v1/purchases/score",
        "scorePurchases",
        "Score the lines of purchase orders",
        schemas.PurchaseDocuments,
        schemas.Scores,
        "score",
    ),
    *(
        (f"/v1/{subject}/score", f"score{name}", text, body, result, "score")
        for subject, name, text, body, result in (
            (
                "stock-moves",
                "StockMoves",
                "How likely movements are corrections",
                records.StockMoves,
                records.Risks,
            ),
            ("orders", "Orders", "How likely orders go wrong", records.Orders, records.Risks),
            ("payments", "Payments", "How likely invoices are paid late", records.Payments, records.Risks),
            ("lead-times", "LeadTimes", "Days until goods come", records.LeadTimes, records.Arrivals),
        )
    ),
    (
        "/v1/patterns/score",
        "scorePatterns",
        "Score the newest week of salespersons, buyers, vendors, customers and stock keepers",
        patterns.PatternDocuments,
        patterns.PatternScores,
        "score",
    ),
    (
        "/v1/priorities/rank",
        "rankPriorities",
        "Rank open work by what waiting costs",
        priorities.WorkList,
        priorities.RankedList,
        "score",
    ),
    (
        "/v1/summaries",
        "writeSummaries",
        "Summarize blocked orders, approvals and tickets",
        summaries.Cases,
        summaries.Summaries,
        "score",
    ),
    (
        "/v1/drafts",
        "writeDrafts",
        "Draft answers to customers, for a person to approve",
        summaries.DraftCases,
        summaries.Drafts,
        "score",
    ),
    (
        "/v1/jobs",
        "askJob",
        "Ask for work in the background, or for what came of it",
        jobs.JobRequest,
        jobs.JobBody,
        "train",
    ),
    (
        "/v1/emails/classify",
        "classifyEmails",
        "Classify e-mails and find references",
        schemas.Messages,
        schemas.Classes,
        "classify",
    ),
    (
        "/v1/feedback",
        "giveFeedback",
        "Say whether a check was right",
        schemas.Feedback,
        schemas.FeedbackBody,
        "score or classify",
    ),
)
_PROBLEMS = {
    "400": "Malformed JSON or a header is missing",
    "401": "Key missing or unknown",
    "403": "Scope missing",
    "413": "Body too large",
    "415": "Not JSON",
    "422": "A field is wrong",
    "429": "Too many requests",
}
_SYSTEM = (
    ("/healthz", "health", "Is the process alive"),
    ("/readyz", "readiness", "Can it answer, and by which models"),
)


def _ref(kind: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}


def _json(kind: type, text: str) -> dict[str, Any]:
    return {"description": text, "content": {"application/json": {"schema": _ref(kind)}}}


def _problem(text: str) -> dict[str, Any]:
    return {
        "description": text,
        "content": {"application/problem+json": {"schema": _ref(schemas.ProblemBody)}},
    }


def _operation(name: str, summary: str, body: type, result: type, scope: str) -> dict[str, Any]:
    responses = {"200": _json(result, "Done")} | {code: _problem(text) for code, text in _PROBLEMS.items()}
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "description": f"Needs the scope {scope}. {(result.__doc__ or '').strip()}",
        "security": [{"bearer": []}],
        "requestBody": {"required": True, "content": {"application/json": {"schema": _ref(body)}}},
        "responses": responses,
    }
    if body is jobs.JobRequest:
        responses["409"] = _problem("The name stands for another job")
        responses["503"] = _problem("The database is away")
    if body is schemas.Feedback:
        responses["201"] = _json(result, "Stored")
        responses["409"] = _problem("The same key is being stored")
        schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"}
        operation["parameters"] = [
            {"name": "Idempotency-Key", "in": "header", "required": True, "schema": schema}
        ]
    return operation


def _extract_operation() -> dict[str, Any]:
    """The one operation that takes bytes, or JSON with vendors' templates beside the file."""
    content: dict[str, Any] = {
        "application/octet-stream": {"schema": {"type": "string", "format": "binary"}},
        "application/json": {"schema": _ref(DocumentRequest)},
    }
    answer = {"type": "object", "required": ["document"], "properties": {"document": {"type": "object"}}}
    problems = {code: text for code, text in _PROBLEMS.items() if code != "415"} | {"503": "Readers are busy"}
    return {
        "operationId": "extractDocument",
        "summary": "Read a supplier document",
        "description": "Needs the scope documents. UBL, CII, Factur-X, PDF with text, EDIFACT, CSV, XLSX; told by its bytes. "
        "The fields are in docs/documents.md.",
        "security": [{"bearer": []}],
        "requestBody": {"required": True, "content": content},
        "responses": {
            "200": {"description": "Done", "content": {"application/json": {"schema": answer}}},
            **{code: _problem(text) for code, text in problems.items()},
        },
    }


def _look_operation() -> dict[str, Any]:
    """A job looked at, which changes nothing."""
    problems = {code: _PROBLEMS[code] for code in ("401", "403", "429")}
    problems |= {"404": "No such job", "503": "The database is away"}
    schema = {"type": "string", "minLength": 1, "maxLength": 100, "pattern": "^[A-Za-z0-9:._-]+$"}
    return {
        "operationId": "lookAtJob",
        "summary": "Look what came of work in the background",
        "description": "Needs the scope train.",
        "security": [{"bearer": []}],
        "parameters": [{"name": "id", "in": "path", "required": True, "schema": schema}],
        "responses": {"200": _json(jobs.JobBody, "The job as it stands")}
        | {code: _problem(text) for code, text in problems.items()},
    }


def document() -> dict[str, Any]:
    """The whole description as JSON-ready data."""
    kinds: list[type] = [schemas.ProblemBody, schemas.Health, DocumentRequest]
    kinds += [kind for route in _ROUTES for kind in route[3:5]]
    _, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    paths: dict[str, Any] = {route[0]: {"post": _operation(*route[1:])} for route in _ROUTES}
    paths["/v1/jobs/{id}"] = {"get": _look_operation()}
    paths["/v1/documents/extract"] = {"post": _extract_operation()}
    for path, name, summary in _SYSTEM:
        responses = {"200": _json(schemas.Health, "Yes")}
        if path == "/readyz":
            responses["503"] = _json(schemas.Health, "The database is away")
        paths[path] = {
            "get": {"operationId": name, "summary": summary, "security": [], "responses": responses}
        }
    plain = {
        "200": {"description": "Prometheus text", "content": {"text/plain": {"schema": {"type": "string"}}}}
    }
    paths["/metrics"] = {
        "get": {
            "operationId": "metrics",
            "summary": "Figures for Prometheus",
            "security": [],
            "responses": plain,
        }
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Gatehouse sidecar",
            "version": __version__,
            "description": "Measures with reasons for orders, e-mails and supplier documents. Rules and people decide.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }
