"""The partner service of the stack keeps the contracts that docs/partners tells other partners to keep."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
import yaml
from flask import Flask, jsonify
from hypothesis import HealthCheck, settings
from schemathesis import checks

from stack.partners.app import create_app

pytestmark = pytest.mark.contract
DOCS = Path(__file__).resolve().parents[2] / "docs" / "partners"
KEY = {"Authorization": "Bearer contract"}
CHECKS = (
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
)
PERSON = {"name": "A", "street": "B 1", "city": "C", "country": "DE"}


def document(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DOCS / f"{name}.openapi.yaml").read_text())
    return found


def application(name: str) -> Flask:
    app = create_app("contract", lambda seconds: None)
    app.add_url_rule(f"/{name}.json", f"{name}_json", lambda: jsonify(document(name)))
    return app


APPS = {name: application(name) for name in ("carrier", "finance")}
carrier = schemathesis.openapi.from_wsgi("/carrier.json", APPS["carrier"])
finance = schemathesis.openapi.from_wsgi("/finance.json", APPS["finance"])


@carrier.parametrize()
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_the_carrier_keeps_its_contract(case: Any) -> None:
    case.call_and_validate(headers=KEY, checks=CHECKS)


@finance.parametrize()
@settings(max_examples=15, suppress_health_check=list(HealthCheck))
def test_the_finance_system_keeps_its_contract(case: Any) -> None:
    case.call_and_validate(headers=KEY, checks=CHECKS)


def test_lists_come_by_pages_and_since_a_moment() -> None:
    client = create_app("contract", lambda seconds: None).test_client()
    for number in range(205):
        body = {"reference": f"WH/OUT/{number}", "recipient": PERSON, "weight_kg": 1}
        made = client.post(
            "/v1/carrier/bookings", json=body, headers={**KEY, "Idempotency-Key": f"k{number}"}
        )
        assert made.status_code == 200
    first = client.get("/v1/carrier/bookings", headers=KEY).get_json()
    rest = client.get(f"/v1/carrier/bookings?cursor={first['next']}", headers=KEY).get_json()
    assert (len(first["bookings"]), len(rest["bookings"]), rest["next"]) == (200, 5, None)
    later = client.get("/v1/carrier/bookings?since=2099-01-01T00:00:00Z", headers=KEY).get_json()
    assert later == {"bookings": [], "next": None}
    assert client.get("/v1/carrier/bookings?since=soon", headers=KEY).status_code == 422


def test_balances_are_what_was_put_in() -> None:
    client = create_app("contract", lambda seconds: None).test_client()
    row = {"customer": "partner:7", "balance": {"value": "12.00", "currency": "EUR"}}
    assert client.put("/balances", json={"balances": [row]}, headers=KEY).status_code == 200
    assert client.get("/v1/finance/balances", headers=KEY).get_json() == {"balances": [row], "next": None}
    assert client.put("/balances", json={"balances": [{}]}, headers=KEY).status_code == 422
