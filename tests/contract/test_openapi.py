"""The OpenAPI document is valid, and the application keeps it."""

import atexit
import base64
import hashlib
import re
import tempfile
import uuid

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import positive_data_acceptance

from sidecar.app import create_app
from sidecar.config import BUNDLED_MODELS, Config
from sidecar.domain.keys import ApiKey

pytestmark = pytest.mark.contract
KEY = "contract"
HEADERS = {"Authorization": f"Bearer {KEY}"}
EXTRACT = "/v1/documents/extract"
INVOICE = b"""<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
    xmlns:c="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"><c:ID>R-1</c:ID></Invoice>"""


def _application():
    scopes = frozenset({"score", "classify", "documents", "train"})
    key = ApiKey("contract", hashlib.sha256(KEY.encode()).hexdigest(), scopes)
    folder = tempfile.TemporaryDirectory(prefix="openapi-")
    atexit.register(folder.cleanup)
    url = f"sqlite:///{folder.name}/side.db"
    return create_app(
        Config(url, BUNDLED_MODELS, (key,), max_body_bytes=1 << 26, rate_limit=0, log_level="ERROR")
    )


APP = _application()
schema = schemathesis.openapi.from_wsgi("/openapi.json", APP)


def test_the_document_is_openapi_3_1():
    body = APP.test_client().get("/openapi.json").json
    assert body["openapi"].startswith("3.1")
    for name, part in body["components"]["schemas"].items():
        Draft202012Validator.check_schema(part)
        assert name
    for path in ("/v1/discounts/score", "/v1/purchases/score", "/v1/emails/classify", "/v1/feedback"):
        assert body["paths"][path]["post"]["security"] == [{"bearer": []}]


def tell_facts_apart(body):
    """Give the second fact of an id another one: a schema cannot say that two with one id are refused, rightly."""
    documents = body.get("documents") if isinstance(body, dict) else None
    for document in documents if isinstance(documents, list) else []:
        facts = document.get("facts") if isinstance(document, dict) else None
        seen = set()
        for at, fact in enumerate(facts if isinstance(facts, list) else []):
            if isinstance(fact, dict) and isinstance(fact.get("id"), str):
                fact["id"] = f"twin-{at}" if fact["id"] in seen else fact["id"]
                seen.add(fact["id"])


def name_anew(case):
    """Another name for each: one key for two bodies, and one name for two jobs, are refused, rightly."""
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch(r"[!-~]{1,200}", key):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex
    name = case.body.get("id") if case.path == "/v1/jobs" and isinstance(case.body, dict) else None
    if isinstance(name, str) and re.fullmatch(r"[A-Za-z0-9:._-]{1,100}", name):
        case.body["id"] = uuid.uuid4().hex


def write_whole_numbers_whole(body):
    """A job's 28.0 as 28: an integer to JSON Schema, while the decoder wants it written as one and says so."""
    job = body.get("job") if isinstance(body, dict) else None
    for name, value in job.items() if isinstance(job, dict) else ():
        if name in ("days", "weeks", "company") and isinstance(value, float) and value.is_integer():
            job[name] = int(value)


@schema.exclude(path=EXTRACT).parametrize()
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_its_description(case):
    name_anew(case)
    tell_facts_apart(case.body)
    write_whole_numbers_whole(case.body)
    case.call_and_validate(headers=HEADERS)


@schema.include(path=EXTRACT).parametrize()
@settings(max_examples=8, suppress_health_check=list(HealthCheck))  # each starts a reader's process
def test_a_document_of_any_bytes_is_answered_as_described(case):
    # No schema says which bytes are a document: those that are none are refused, rightly.
    case.call_and_validate(headers=HEADERS, excluded_checks=[positive_data_acceptance])


@pytest.mark.parametrize(
    ("media_type", "body"),
    [
        ("application/octet-stream", INVOICE),
        ("application/json", {"content": base64.b64encode(INVOICE).decode(), "templates": []}),
    ],
)
def test_a_document_that_can_be_read_is_answered_as_described(media_type, body):
    case = schema[EXTRACT]["POST"].Case(body=body, media_type=media_type)
    answer = case.call_and_validate(headers=HEADERS)
    assert answer.status_code == 200
    assert "R-1" in str(answer.json()["document"])


def test_a_job_asked_for_can_be_looked_at_as_described():
    name = uuid.uuid4().hex
    asked = {"id": name, "job": {"kind": "retrain", "subject": "discounts"}}
    answer = schema["/v1/jobs"]["POST"].Case(body=asked).call_and_validate(headers=HEADERS)
    assert (answer.status_code, answer.json()["state"]) == (200, "queued")
    looked = schema["/v1/jobs/{id}"]["GET"].Case(path_parameters={"id": name})
    assert looked.call_and_validate(headers=HEADERS).json() == answer.json()
    twice = schema["/v1/jobs"]["POST"].Case(
        body={**asked, "job": {"kind": "patterns", "company": 1, "week": "2026-11-23"}}
    )
    refused = twice.call_and_validate(headers=HEADERS, excluded_checks=[positive_data_acceptance])
    assert refused.status_code == 409
