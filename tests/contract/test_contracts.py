"""The JSON Schemas under docs/contracts agree with the architecture page and with the partner service."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from stack.partners.app import PATHS, create_app
from tests.contract.schemas import SCHEMAS, errors

ROOT = Path(__file__).resolve().parents[2]
PLACEHOLDERS = {
    '"uuid4"': '"6f1c2a34-5b6d-4e7f-8a9b-0c1d2e3f4a5b"',
    '"sha256 hex"': f'"{"0" * 64}"',
    "00-<32 hex>-<16 hex>-01": f"00-{'1' * 32}-{'2' * 16}-01",
}


def section(title: str) -> list[Any]:
    """The JSON blocks under a heading of the architecture page, its placeholders filled in."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    body = re.split(r"^### ", text, flags=re.M)
    part = next(part for part in body if part.startswith(title))
    for placeholder, value in PLACEHOLDERS.items():
        part = part.replace(placeholder, value)
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", part, flags=re.S)]


@pytest.mark.parametrize("name", list(SCHEMAS))
def test_schema_is_valid_and_its_examples_fit(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])
    assert SCHEMAS[name]["examples"]
    for example in SCHEMAS[name]["examples"]:
        assert errors(name, example) == []


def test_all_contracts_are_there() -> None:
    assert set(SCHEMAS) == {"event", "delivery", "check", "partner-request", "partner-answer", "mail-message"}


def test_event_of_the_architecture_page() -> None:
    envelope, sale_data = section("Event")
    event = envelope | {"data": sale_data}
    assert errors("event", event) == []
    assert errors("delivery", {"events": [event]}) == []


def test_an_event_without_a_gate_and_one_with_a_field_of_an_addon_fit() -> None:
    event = SCHEMAS["event"]["examples"][0]
    assert errors("event", event | {"material_hash": ""}) == []
    assert errors("event", event | {"data": event["data"] | {"promised_date": "2026-12-01"}}) == []


def test_check_of_the_architecture_page() -> None:
    (check,) = section("Check")
    assert errors("check", check) == []


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("event", {"event_id": "42"}),
        ("event", {"attempt": 0}),
        ("event", {"occurred_at": "yesterday"}),
        ("event", {"data": {}}),
        ("event", {"document": {"model": "sale.order"}}),
        ("event", {"material_hash": "x"}),
        ("check", {"source": "n8n"}),
        ("check", {"score": 2}),
        ("check", {"measures": {"anomaly": 0.9}}),
        ("check", {"verdict": "pass"}),
        ("check", {"available": False}),
        ("mail-message", {"message_id": ""}),
        ("mail-message", {"received_at": "now"}),
        ("delivery", {"events": []}),
        ("partner-request", {"documents": [{}]}),
        ("partner-answer", {"documents": "x"}),
    ],
)
def test_what_does_not_fit(name: str, change: dict[str, Any]) -> None:
    assert errors(name, SCHEMAS[name]["examples"][0] | change)


@pytest.mark.parametrize("partner", list(PATHS))
@pytest.mark.parametrize("mode", ["ok", "denied"])
def test_partner_service_answers_fit(partner: str, mode: str) -> None:
    client = create_app("k").test_client()
    key = {"Authorization": "Bearer k"}
    request = SCHEMAS["partner-request"]["examples"][0]
    client.put(f"/control/{partner}", json={"mode": mode}, headers=key)
    answer = client.post(PATHS[partner], json=request, headers=key)
    assert answer.status_code == 200
    assert errors("partner-answer", answer.json) == []
    assert [d["id"] for d in answer.json["documents"]] == [d["id"] for d in request["documents"]]


@pytest.mark.parametrize("partner", list(PATHS))
def test_garbage_does_not_fit(partner: str) -> None:
    client = create_app("k").test_client()
    key = {"Authorization": "Bearer k"}
    client.put(f"/control/{partner}", json={"mode": "garbage"}, headers=key)
    answer = client.post(PATHS[partner], json=SCHEMAS["partner-request"]["examples"][0], headers=key)
    assert errors("partner-answer", answer.json)
