"""An order through its gate, n8n, the partners, the sidecar and back."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import odoorpc.error
import pytest

from stack.client import Stack, wait_until
from stack.demo import documents, sales
from stack.demo.anomalies import ORDINARY_ORDER, OVER_BAND_ORDER, UNUSUAL_ORDER
from stack.partners import rules

EXPECTED = {"discount_anomaly", "finance_exposure", "carrier_limits", "account_data"}


def assert_partners_were_asked_once(stack: Stack, order: int, event_id: str) -> None:
    """Each partner got one question about this event, with the order's customer, amount and weight."""
    [row] = stack.call("admin", "sale.order", "read", [order], ["partner_id", "amount_total", "currency_id"])
    for partner in ("finance", "carrier", "account"):
        asked = [
            document
            for call in stack.partner_saw("calls", partner=partner)
            for document in (call["body"] or {}).get("documents", [])
            if document["id"] == event_id
        ]
        assert len(asked) == 1, partner
        assert asked[0]["customer"] == f"partner:{row['partner_id'][0]}"
        assert asked[0]["amount"] == {
            "value": f"{row['amount_total']:.2f}",
            "currency": row["currency_id"][1],
        }
        assert asked[0]["weight_kg"] > 0


@pytest.mark.covers("01-route-odoo-events 10-check-sales-order", "ordinary")
def test_an_ordinary_order_is_checked_and_free_to_ship(stack: Stack) -> None:
    order = sales.make_order(stack, ORDINARY_ORDER)
    sales.confirm(stack, order)
    row = sales.wait_for(stack, order, "clear")
    assert row["state"] == "sale"
    seen = sales.checks(stack, order)
    assert set(seen) == EXPECTED
    assert {c["verdict"] for c in seen.values()} == {"pass"}
    assert seen["discount_anomaly"]["source"] == "sidecar"
    assert seen["discount_anomaly"]["model"].startswith("discounts ")
    assert seen["finance_exposure"]["source"] == "partner"
    [event] = sales.events(stack, order)
    assert event["state"] == "acknowledged"
    assert_partners_were_asked_once(stack, order, event["event_id"])
    sales.ship(stack, row["picking_ids"][0])
    assert sales.picking_state(stack, row["picking_ids"][0]) == "done"


def test_tier_and_segment_of_the_account_master_stand_on_the_customer_with_their_tag(
    partners: Stack,
) -> None:
    customer = documents.create(partners, "admin", "res.partner", {"name": f"Account {uuid4().hex[:8]}"})
    known = rules.account({"id": "x", "customer": f"partner:{customer}"}, False)["attributes"]
    tag = documents.create(
        partners,
        "admin",
        "res.partner.category",
        {"name": known["tier"].upper(), "gatehouse_account": "tier"},
    )

    def checked() -> dict[str, Any]:
        [row] = partners.call("admin", "res.partner", "read", [customer], ["name"])
        order = sales.make_order(partners, {**ORDINARY_ORDER, "customer": row["name"], "discount": 0.0})
        sales.confirm(partners, order)
        documents.wait_for(partners, sales.MODEL, order, sales.SELLER, documents.FREE)
        names = ["gatehouse_tier", "gatehouse_segment", "gatehouse_account_at", "category_id"]
        [row] = partners.call("salesperson", "res.partner", "read", [customer], names)
        return dict(row)

    try:
        first = checked()
        assert (first["gatehouse_tier"], first["gatehouse_segment"]) == (known["tier"], known["segment"])
        assert first["category_id"] == [tag]
        partners.partner_mode("account", "garbage")
        assert checked() == first
    finally:
        partners.call("admin", "res.partner.category", "unlink", [tag])


def test_an_unusual_discount_is_held_with_reasons_until_the_manager_releases_it(stack: Stack) -> None:
    order = sales.make_order(stack, UNUSUAL_ORDER)
    sales.confirm(stack, order)
    row = sales.wait_for(stack, order, "held")
    check = sales.checks(stack, order)["discount_anomaly"]
    assert check["verdict"] == "fail"
    assert check["reasons"], "a held order must say why"
    [hold] = sales.holds(stack, order)
    assert hold["kind"] == "review"
    picking = row["picking_ids"][0]
    for login in ("warehouse", "operations", "admin"):
        with pytest.raises(odoorpc.error.RPCError, match="can be released by: Sales"):
            sales.ship(stack, picking, login)
    with pytest.raises(odoorpc.error.RPCError):
        documents.release(stack, "salesperson", hold["id"], "I am in a hurry")
    assert sales.picking_state(stack, picking) != "done"
    documents.release(stack, "sales_manager", hold["id"], "Agreed with the customer by phone")
    assert sales.holds(stack, order) == []
    sales.ship(stack, picking)
    assert sales.picking_state(stack, picking) == "done"


def test_a_discount_over_the_band_waits_as_quotation_and_goes_on_with_the_release(stack: Stack) -> None:
    order = sales.make_order(stack, OVER_BAND_ORDER)
    sales.confirm(stack, order)
    assert sales.read(stack, order)["state"] in ("draft", "sent")
    [hold] = sales.holds(stack, order)
    assert hold["blocks"] == "confirm"
    with pytest.raises(odoorpc.error.RPCError):
        stack.call("salesperson", "sale.order", "write", [order], {"state": "sale"})
    documents.release(stack, "sales_manager", hold["id"], "Clearance sale, agreed")
    assert sales.read(stack, order)["state"] == "sale"


def test_the_same_result_delivered_twice_changes_nothing(stack: Stack) -> None:
    order = sales.make_order(stack, ORDINARY_ORDER)
    sales.confirm(stack, order)
    sales.wait_for(stack, order, "clear")
    before = sales.checks(stack, order)
    [event] = sales.events(stack, order)
    again = {
        "check": "discount_anomaly",
        "source": "sidecar",
        "available": True,
        "measures": {
            "anomaly": {"value": 0.99, "unit": "score"},
            "anomaly_percentile": {"value": 1.0, "unit": "quantile"},
        },
        "observed_at": "2026-11-23T09:00:00Z",
    }
    result = {"event_id": event["event_id"], "checks": [again], "final": True}
    answer = stack.bot("gatehouse.event", "record_checks_batch", results=[result])
    assert answer.status_code == 200, answer.text
    assert answer.json()[0]["status"] == "duplicate"
    assert sales.checks(stack, order) == before
    assert sales.read(stack, order)["gatehouse_status"] == "clear"


def test_a_finance_partner_that_refuses_more_credit_holds_the_order(partners: Stack) -> None:
    partners.partner_mode("finance", "denied")
    order = sales.make_order(partners, ORDINARY_ORDER)
    sales.confirm(partners, order)
    sales.wait_for(partners, order, "held")
    assert sales.checks(partners, order)["finance_exposure"]["verdict"] == "fail"


def test_an_unknown_event_type_ends_in_the_exception_queue(stack: Stack) -> None:
    action = documents.create(
        stack,
        "admin",
        "ir.actions.server",
        {
            "name": "Raise an event nobody routes",
            "model_id": documents.find(stack, "admin", "ir.model", "model", "res.partner"),
            "state": "gatehouse_event",
            "gatehouse_event_type": "custom.thing.happened",
        },
    )
    partner = documents.create(stack, "admin", "res.partner", {"name": "Customer of no workflow"})
    context = {"active_model": "res.partner", "active_id": partner, "active_ids": [partner]}
    stack.call("admin", "ir.actions.server", "run", [action], context=context)
    rows = wait_until(
        lambda: stack.call(
            "operations",
            "gatehouse.exception",
            "search_read",
            [("detail", "ilike", "custom.thing.happened"), ("event_id.res_id", "=", partner)],
            ["title", "state"],
        ),
        bool,
    )
    assert rows[0]["state"] == "open"
    # the exception owns the event now; it is not delivered again
    wait_until(
        lambda: [event["state"] for event in documents.events(stack, "res.partner", partner)],
        lambda states: states == ["acknowledged"],
    )
