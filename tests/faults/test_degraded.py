"""Parts down, slow or wrong: the order waits or goes on by policy, says so, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from stack.client import Stack, stopped, wait_until
from stack.demo import documents, mails, purchases, sales
from stack.demo.anomalies import MAILS, ORDINARY_ORDER, ORDINARY_PURCHASE
from stack.demo.controls.stage import roles
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


@pytest.fixture
def impatient(hurried: Stack) -> str:
    """A customer whose orders wait a minute for their account data, the shortest deadline there is, and go on without."""
    name = f"Impatient {uuid4().hex[:8]}"
    tag = documents.create(hurried, "admin", "res.partner.category", {"name": name})
    sales_manager = "sales_team.group_sale_manager"
    check = {
        "code": "account_data", "measure": "active", "operator": ">=", "threshold": 1, "fallback": "release", "deadline_minutes": 1,
        "role_id": roles(hurried, {sales_manager})[sales_manager],
    }  # fmt: skip
    policy = [hurried.call("operations", "gatehouse.policy", "create", {
        "name": name, "control": "sale_checks", "mode": "enforcing", "partner_tag_id": tag, "check_ids": [(0, 0, check)],
    })]  # fmt: skip
    hurried.call("operations", "gatehouse.policy", "action_submit", policy)
    hurried.call("finance", "gatehouse.policy", "action_activate", policy)
    documents.create(
        hurried, "admin", "res.partner", {"name": name, "is_company": True, "category_id": [(4, tag)]}
    )
    return name


def test_with_n8n_down_an_order_waits_one_past_its_deadline_goes_on_by_policy_and_both_catch_up(
    hurried: Stack, impatient: str
) -> None:
    waiting = sales.make_order(hurried, ORDINARY_ORDER)
    going = sales.make_order(hurried, {**ORDINARY_ORDER, "customer": impatient})
    with stopped("n8n"):
        for order in (waiting, going):
            sales.confirm(hurried, order)
            assert sales.read(hurried, order)["gatehouse_status"] == "waiting"
            assert [hold["kind"] for hold in sales.holds(hurried, order)] == ["checks_pending"]
        look_at_deadlines = lambda: hurried.scheduled("Gatehouse: fall back after deadlines")  # noqa: E731
        wait_until(
            lambda: status_of(hurried, going), lambda status: status == "degraded", 120, look_at_deadlines
        )
        assert sales.holds(hurried, going) == []
        fallen = sales.checks(hurried, going)["account_data"]
        assert (fallen["verdict"], fallen["verdict_text"]) == ("unavailable", "No answer within 1 min")
        [event] = wait_until(lambda: sales.events(hurried, waiting), lambda rows: rows[0]["attempt"] >= 1)
        assert event["state"] in ("pending", "leased")
        assert status_of(hurried, waiting) == "waiting"
    # the schedule is the outbox's own, looked at every few seconds instead of every minute
    deliver = lambda: hurried.scheduled("Gatehouse: deliver events")  # noqa: E731
    for order in (waiting, going):
        wait_until(
            lambda order=order: status_of(hurried, order), lambda status: status == "clear", 200, deliver
        )
    answer = sales.checks(hurried, going)["account_data"]
    assert (answer["id"], answer["available"], answer["late"]) == (fallen["id"], True, True)


def status_of(stack: Stack, order: int) -> str:
    return str(sales.read(stack, order)["gatehouse_status"])


def test_a_slow_partner_delays_nobody_and_counts_as_no_answer(partners: Stack) -> None:
    partners.partner_mode("carrier", "slow", delay_ms=20_000)
    order = sales.make_order(partners, ORDINARY_ORDER)
    sales.confirm(partners, order)
    sales.wait_for(partners, order, "held", seconds=18)
    assert sales.checks(partners, order)["carrier_limits"]["verdict"] == "unavailable"
