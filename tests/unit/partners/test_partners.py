"""The partner service: its rules, its modes and its answers to bad input."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from stack.partners.app import CALLS_KEPT, PATHS, create_app

KEY = {"Authorization": "Bearer k"}


def document(**changes: Any) -> dict[str, Any]:
    base = {
        "id": "e1",
        "customer": "partner:7",
        "country": "DE",
        "carrier": None,
        "weight_kg": 3.5,
        "amount": {"value": "119.00", "currency": "EUR"},
        "vendor": "partner:7",
        "items": [{"item": "FURN_0096", "quantity": 2.0, "needed_by": "2026-11-30"}],
    }
    return base | changes


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def client(slept: list[float]) -> FlaskClient:
    return create_app("k", slept.append).test_client()


def ask(client: FlaskClient, partner: str, *documents: dict[str, Any]) -> Any:
    return client.post(PATHS[partner], json={"documents": list(documents)}, headers=KEY)


def control(client: FlaskClient, partner: str, **body: Any) -> Any:
    return client.put(f"/control/{partner}", json=body, headers=KEY)


@pytest.mark.parametrize(
    ("items", "field"),
    [
        ([], "documents[0].items"),
        ([{"item": "", "quantity": 1, "needed_by": "2026-11-30"}], "documents[0].items[0].item"),
        ([{"item": "a", "quantity": -1, "needed_by": "2026-11-30"}], "documents[0].items[0].quantity"),
        ([{"item": "a", "quantity": 1, "needed_by": "soon"}], "documents[0].items[0].needed_by"),
    ],
)
def test_bad_items_are_named(client: FlaskClient, items: Any, field: str) -> None:
    answer = ask(client, "supplier", document(items=items))
    assert (answer.status_code, [error["field"] for error in answer.json["errors"]]) == (422, [field])


def test_the_supplier_is_later_than_needed_by_its_own_days(client: FlaskClient) -> None:
    today = datetime.now(UTC).date()
    items = [{"item": "a", "quantity": 1, "needed_by": str(today + timedelta(days=5))}]
    days = {
        vendor: ask(client, "supplier", document(vendor=vendor, items=items)).json["documents"][0][
            "measures"
        ]["days_late"]["value"]
        for vendor in ("partner:6", "partner:7", "partner:8")
    }
    assert days == {"partner:6": -3, "partner:7": 2, "partner:8": 25}


def test_finance_follows_the_stated_rule(client: FlaskClient) -> None:
    answer = ask(client, "finance", document()).json["documents"][0]
    assert answer["id"] == "e1"
    assert answer["measures"]["exposure"] == {"value": "7000.00", "currency": "EUR"}
    assert answer["measures"]["limit"] == {"value": "100000.00", "currency": "EUR"}
    assert answer["measures"]["headroom"] == {"value": "92881.00", "currency": "EUR"}
    assert answer["measures"]["overdue_days"]["value"] == 0


def test_amount_beyond_the_limit_has_negative_headroom(client: FlaskClient) -> None:
    answer = ask(client, "finance", document(amount={"value": "100000", "currency": "EUR"})).json[
        "documents"
    ][0]
    assert answer["measures"]["headroom"]["value"] == "-7000.00"
    assert answer["reasons"][0]["code"] == "over_limit"


def test_carrier_ratio(client: FlaskClient) -> None:
    light, heavy = ask(client, "carrier", document(weight_kg=630), document(id="e2", weight_kg=2520)).json[
        "documents"
    ]
    assert light["measures"]["weight_ratio"]["value"] == 0.5
    assert heavy["measures"]["weight_ratio"]["value"] == 2.0
    assert heavy["reasons"][0]["code"] == "too_heavy"
    assert light["attributes"]["parcels"] == 20


def test_account(client: FlaskClient) -> None:
    answer = ask(client, "account", document()).json["documents"][0]
    assert answer["measures"]["active"]["value"] == 1
    assert answer["attributes"] == {"tier": "Silver", "segment": "project"}


@pytest.mark.parametrize("partner", list(PATHS))
def test_modes(client: FlaskClient, slept: list[float], partner: str) -> None:
    assert control(client, partner, mode="down").status_code == 200
    down = ask(client, partner, document())
    assert (down.status_code, down.json["retryable"]) == (503, True)
    control(client, partner, mode="garbage")
    garbage = ask(client, partner, document())
    assert garbage.status_code == 200
    assert not isinstance(garbage.json["documents"], list)
    control(client, partner, mode="slow", delay_ms=1500)
    assert ask(client, partner, document()).status_code == 200
    assert slept == [1.5]
    control(client, partner, mode="denied")
    denied = ask(client, partner, document()).json["documents"][0]
    assert denied["reasons"]
    assert client.get("/control").json[partner] == {"mode": "denied", "delay_ms": 0}


def test_denied_measures_fail(client: FlaskClient) -> None:
    for partner in PATHS:
        control(client, partner, mode="denied")
    finance = ask(client, "finance", document()).json["documents"][0]["measures"]
    assert finance["headroom"]["value"].startswith("-")
    assert finance["overdue_days"]["value"] > 0
    assert ask(client, "carrier", document()).json["documents"][0]["measures"]["weight_ratio"]["value"] > 1
    assert ask(client, "account", document()).json["documents"][0]["measures"]["active"]["value"] == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": {"value": "NaN", "currency": "EUR"}}, "documents[0].amount.value"),
        ({"amount": {"value": 12, "currency": "EUR"}}, "documents[0].amount.value"),
        ({"amount": {"value": "12", "currency": "euro"}}, "documents[0].amount.currency"),
        ({"amount": None}, "documents[0].amount"),
        ({"id": ""}, "documents[0].id"),
        ({"customer": 7}, "documents[0].customer"),
        ({"weight_kg": -1}, "documents[0].weight_kg"),
        ({"weight_kg": True}, "documents[0].weight_kg"),
    ],
)
def test_bad_input_names_the_field(client: FlaskClient, change: dict[str, Any], field: str) -> None:
    answer = ask(client, "finance", document(**change))
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_other_bad_requests(client: FlaskClient) -> None:
    path = PATHS["finance"]
    assert client.post(path, json={"documents": [document()]}).status_code == 401
    assert client.post(path, data="{", headers=KEY).json["code"] == "invalid_json"
    assert client.post(path, json=[], headers=KEY).status_code == 422
    assert client.post(path, json={"documents": []}, headers=KEY).status_code == 422
    assert ask(client, "finance", *[document()] * 101).status_code == 422
    assert client.get("/nothing").content_type == "application/problem+json"
    assert client.put("/control/finance", json={"mode": "ok"}).status_code == 401
    assert control(client, "nobody", mode="ok").status_code == 404
    assert control(client, "finance", mode="odd").json["errors"][0]["field"] == "mode"
    assert control(client, "finance", mode="slow", delay_ms="1").json["errors"][0]["field"] == "delay_ms"


def test_calls_are_kept_and_bounded(client: FlaskClient) -> None:
    for _ in range(CALLS_KEPT + 5):
        client.post(PATHS["account"], json={}, headers=KEY)
    ask(client, "finance", document())
    log = client.get("/calls?partner=finance", headers=KEY).json
    assert log["count"] == CALLS_KEPT + 6
    assert [call["ids"] for call in log["calls"]] == [["e1"]]
    assert len(client.get("/calls", headers=KEY).json["calls"]) == CALLS_KEPT
    assert client.get("/healthz").json == {"status": "ok"}


def test_a_key_is_needed() -> None:
    with pytest.raises(ValueError, match="GATEHOUSE_PARTNER_KEY"):
        create_app("")
