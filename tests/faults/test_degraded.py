"""Parts down, slow or wrong: the order waits or goes on by policy, says so, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from stack.client import Stack, stopped, wait_until
from stack.demo import mails, purchases, sales
from stack.demo.anomalies import MAILS, ORDINARY_ORDER, ORDINARY_PURCHASE
from tests.neighbours import away, garbage, newest


@pytest.mark.covers("10-check-sales-order 20-check-purchase-order 50-triage-inbound-email", "down")
def test_without_the_sidecar_orders_go_on_marked_degraded_and_a_mail_is_a_ticket_for_a_person(
    stack: Stack,
) -> None:
    message = {**MAILS[0], "message_id": f"<{uuid4()}@customer.example>"}
    with stopped("sidecar"):
        order = sales.make_order(stack, ORDINARY_ORDER)
        sales.confirm(stack, order)
        bought = purchases.make_order(stack, ORDINARY_PURCHASE)
        purchases.confirm(stack, bought)
        mails.send(stack, message)
        sales.wait_for(stack, order, "degraded")
        assert sales.checks(stack, order)["discount_anomaly"]["verdict"] == "unavailable"
        assert sales.holds(stack, order) == []
        purchases.wait_for(stack, bought, "degraded")
        assert purchases.checks(stack, bought)["purchase_anomaly"]["verdict"] == "unavailable"
        assert purchases.holds(stack, bought) == []
        ticket = mails.read_ticket(stack, message["message_id"])
        assert (ticket["gatehouse_degraded"], ticket["gatehouse_class"]) == (True, False)
    stack.call("salesperson", "sale.order", "action_recheck", [order])
    sales.wait_for(stack, order, "clear")


@pytest.mark.covers("10-check-sales-order", "down garbage")
@pytest.mark.parametrize("mode", ["down", "garbage"])
@pytest.mark.parametrize(
    ("partner", "check", "status"),
    [
        ("finance", "finance_exposure", "held"),
        ("carrier", "carrier_limits", "held"),
        ("account", "account_data", "degraded"),
    ],
)
def test_a_partner_that_is_down_or_answers_garbage_has_no_answer_and_the_policy_decides(
    partners: Stack, partner: str, check: str, status: str, mode: str
) -> None:
    partners.partner_mode(partner, mode)
    order = sales.make_order(partners, ORDINARY_ORDER)
    sales.confirm(partners, order)
    sales.wait_for(partners, order, status)
    seen = sales.checks(partners, order)
    assert {code for code, row in seen.items() if row["verdict"] == "unavailable"} == {check}
    told = " ".join(reason["text"] for reason in seen[check]["reasons"])
    assert {"down": "HTTP 503", "garbage": "outside the contract"}[mode] in told
    event = sales.events(partners, order)[0]
    asked = [
        row for row in partners.partner_saw("calls", partner=partner) if event["event_id"] in str(row["body"])
    ]
    assert asked, "the partner was asked about this order"
    if mode == "garbage":
        key, names = ("key", "=like", f"contract:{check}:%"), ["state", "detail", "role_id"]
        [told] = partners.call("operations", "gatehouse.exception", "search_read", [key], names)
        assert told["state"] == "open"
        assert told["role_id"]
        assert "outside the contract" in told["detail"]
        assert "mend the service or the sub-workflow that asks it" in told["detail"]


@pytest.mark.covers("01-route-odoo-events 10-check-sales-order", "down garbage")
@pytest.mark.parametrize(
    "meet",
    [lambda stack: away(stack, "odoo"), lambda stack: garbage(stack, neighbour="odoo")],
    ids=["down", "garbage"],
)
def test_checks_that_odoo_did_not_take_come_with_the_next_delivery_once_each(
    stack: Stack, meet: Callable[[Stack], Any]
) -> None:
    before = newest(stack, "10-check-sales-order", "error")
    with meet(stack):
        order = sales.make_order(stack, ORDINARY_ORDER)
        sales.confirm(stack, order)
        wait_until(lambda: newest(stack, "10-check-sales-order", "error"), lambda number: number > before)
    [event] = sales.events(stack, order)
    assert (sales.checks(stack, order), event["state"]) == ({}, "delivered")
    stack.call("admin", "gatehouse.event", "action_requeue", [event["id"]])
    sales.wait_for(stack, order, "clear")
    [event] = sales.events(stack, order)
    assert event["state"] == "acknowledged"
    kept = stack.call("admin", "gatehouse.check", "search_count", [("event_id", "=", event["id"])])
    assert kept == len(sales.checks(stack, order)) == 4


@pytest.fixture
def hurried(stack: Stack) -> Iterator[Stack]:
    """The stack with a schedule of retries that a test can wait for: seconds instead of minutes and hours."""
    before = stack.call("admin", "ir.config_parameter", "get_param", "gatehouse.retry_delays")
    stack.call("admin", "ir.config_parameter", "set_param", "gatehouse.retry_delays", "0" + ",3" * 60)
    yield stack
    stack.call("admin", "ir.config_parameter", "set_param", "gatehouse.retry_delays", before)


def test_with_n8n_down_the_order_waits_and_catches_up(hurried: Stack) -> None:
    with stopped("n8n"):
        order = sales.make_order(hurried, ORDINARY_ORDER)
        sales.confirm(hurried, order)
        assert sales.read(hurried, order)["gatehouse_status"] == "waiting"
        [event] = wait_until(lambda: sales.events(hurried, order), lambda rows: rows[0]["attempt"] >= 1)
        assert event["state"] in ("pending", "leased")
    # the schedule is the outbox's own, looked at every few seconds instead of every minute
    wait_until(
        lambda: sales.read(hurried, order)["gatehouse_status"],
        lambda status: status == "clear",
        200,
        lambda: hurried.scheduled("Gatehouse: deliver events"),
    )


def test_a_slow_partner_delays_nobody_and_counts_as_no_answer(partners: Stack) -> None:
    partners.partner_mode("carrier", "slow", delay_ms=20_000)
    order = sales.make_order(partners, ORDINARY_ORDER)
    sales.confirm(partners, order)
    sales.wait_for(partners, order, "held", seconds=18)
    assert sales.checks(partners, order)["carrier_limits"]["verdict"] == "unavailable"
