"""The OpenAPI document is valid, and the application keeps it."""

import atexit
import hashlib
import re
import tempfile
import uuid

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator

from sidecar.app import create_app
from sidecar.config import BUNDLED_MODELS, Config
from sidecar.domain.keys import ApiKey

pytestmark = pytest.mark.contract
KEY = "contract"


def _application():
    key = ApiKey(
        "contract", hashlib.sha256(KEY.encode()).hexdigest(), frozenset({"score", "classify", "documents"})
    )
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


@schema.exclude(path="/v1/documents/extract").parametrize()  # bytes of its own kinds: tests/unit/documents
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_every_operation_keeps_its_description(case):
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch(r"[!-~]{1,200}", key):
        case.headers["Idempotency-Key"] = uuid.uuid4().hex  # one key for two bodies is refused, rightly
    tell_facts_apart(case.body)
    case.call_and_validate(headers={"Authorization": f"Bearer {KEY}"})
