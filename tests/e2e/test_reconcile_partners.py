"""What partners keep is compared with Odoo: their lists come by n8n, what differs stands in the exception queue."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from stack.client import Stack, wait_until
from tests.neighbours import deliver_again

pytestmark = pytest.mark.e2e
SWITCHES = {"gatehouse_compare_bookings": True, "gatehouse_compare_balances": True}


def partner(stack: Stack, method: str, path: str, body: Any, **headers: str) -> None:
    headers["Authorization"] = f"Bearer {stack.data['partners']['key']}"
    answer = requests.request(method, stack.url("partners") + path, json=body, headers=headers, timeout=10)
    assert answer.ok, answer.text


@pytest.fixture
def comparing(partners: Stack) -> Iterator[Stack]:
    """The stack, with its first company comparing bookings and balances."""
    partners.call("admin", "res.company", "write", [1], SWITCHES)
    yield partners
    partners.call("admin", "res.company", "write", [1], dict.fromkeys(SWITCHES, False))
    partner(partners, "PUT", "/balances", {"balances": []})


def compare(stack: Stack) -> None:
    """Press *Compare with partners now* and wait until Odoo has the lists."""
    stack.call("operations", "gatehouse.reconciliation", "action_ask_partners", [])
    domain = [("type", "=", "reconciliation.requested"), ("res_id", "=", 1)]
    wait_until(
        lambda: stack.call("operations", "gatehouse.event", "search_read", domain, ["state"]),
        lambda rows: all(row["state"] == "acknowledged" for row in rows),
    )


def exceptions(stack: Stack, *domain: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = stack.call(
        "operations", "gatehouse.exception", "search_read", [("category", "=", "reconciliation"), *domain],
        ["title", "detail", "state"],
    )  # fmt: skip
    return rows


@pytest.mark.covers("91-reconcile-partners", "ordinary")
def test_a_balance_that_differs_in_finance_is_an_exception_until_it_agrees(comparing: Stack) -> None:
    customer = comparing.call("admin", "res.partner", "create", {"name": f"Owes {uuid4().hex[:8]}"})
    row = {"customer": f"partner:{customer}", "balance": {"value": "4321.00", "currency": "USD"}}
    partner(comparing, "PUT", "/balances", {"balances": [row]})
    compare(comparing)
    about = [("res_model", "=", "res.partner"), ("res_id", "=", customer)]
    [found] = exceptions(comparing, *about)
    assert "by the finance system" in found["detail"]
    partner(
        comparing,
        "PUT",
        "/balances",
        {"balances": [{**row, "balance": {"value": "0.00", "currency": "USD"}}]},
    )
    compare(comparing)
    assert [row["state"] for row in exceptions(comparing, *about)] == ["resolved"]


@pytest.mark.covers("91-reconcile-partners 70-carrier-records 70-finance-records", "again")
def test_a_booking_nobody_asked_for_is_an_exception(comparing: Stack) -> None:
    key = uuid4().hex
    recipient = {"name": "A", "street": "B 1", "city": "C", "country": "DE"}
    body = {"reference": f"X/{key[:6]}", "recipient": recipient, "weight_kg": 1}
    partner(comparing, "POST", "/v1/carrier/bookings", body, **{"Idempotency-Key": key})
    compare(comparing)
    asked = [("type", "=", "reconciliation.requested"), ("res_id", "=", 1)]
    [event] = comparing.call("operations", "gatehouse.event", "search", asked, limit=1, order="id desc")
    deliver_again(comparing, event, "91-reconcile-partners")
    [found] = exceptions(comparing, ("title", "ilike", body["reference"]))
    assert key in found["detail"]


@pytest.mark.covers("91-reconcile-partners", "down garbage")
@pytest.mark.parametrize("mode", ["down", "garbage"])
def test_partners_without_a_usable_answer_are_an_exception_each_until_they_answer(
    comparing: Stack, mode: str
) -> None:
    titles = {
        "booking": "The carrier's bookings could not be compared",
        "finance": "The finance system's balances could not be compared",
    }

    def found() -> dict[str, dict[str, Any]]:
        return {row["title"]: row for row in exceptions(comparing, ("title", "in", list(titles.values())))}

    for name in titles:
        comparing.partner_mode(name, mode)
    compare(comparing)
    for title in titles.values():
        assert found()[title]["state"] == "open"
        assert {"down": "503", "garbage": "outside the contract"}[mode] in found()[title]["detail"]
    for name in titles:
        comparing.partner_mode(name, "ok")
    compare(comparing)
    assert {row["state"] for row in found().values()} == {"resolved"}
