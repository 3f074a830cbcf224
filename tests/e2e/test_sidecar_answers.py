"""A sidecar that answers 200 with garbage, and deliveries that come twice: nothing of it is taken for a measure or lost."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from stack.client import Stack, wait_until
from stack.demo import documents, mails, purchases, sales
from stack.demo.anomalies import MAILS, ORDINARY_PURCHASE, UNUSUAL_ORDER
from tests.neighbours import away, deliver_again, garbage, newest

pytestmark = pytest.mark.e2e


@pytest.mark.covers("20-check-purchase-order", "garbage")
def test_a_purchase_goes_on_degraded_when_the_sidecar_answers_garbage(stack: Stack) -> None:
    order = purchases.make_order(stack, ORDINARY_PURCHASE)
    with garbage(stack) as asked:
        purchases.confirm(stack, order)
        purchases.wait_for(stack, order, "degraded")
    check = purchases.checks(stack, order)["purchase_anomaly"]
    assert check["verdict"] == "unavailable"
    assert "outside the contract" in " ".join(reason["text"] for reason in check["reasons"]), check
    assert purchases.holds(stack, order) == []
    assert "/v1/purchases/score" in asked
    told = [("title", "=", "Purchase anomaly: answers are outside the contract"), ("state", "=", "open")]
    assert stack.call("operations", "gatehouse.exception", "search_count", told) == 1


@pytest.mark.covers("20-check-purchase-order", "again")
def test_a_purchase_whose_event_comes_twice_is_checked_once(stack: Stack) -> None:
    order = purchases.make_order(stack, ORDINARY_PURCHASE)
    purchases.confirm(stack, order)
    purchases.wait_for(stack, order, "clear")
    before = purchases.checks(stack, order)
    [event] = documents.events(stack, purchases.MODEL, order)
    deliver_again(stack, event["id"], "20-check-purchase-order")
    assert purchases.checks(stack, order) == before
    assert stack.call("admin", "gatehouse.check", "search_count", [("event_id", "=", event["id"])]) == len(
        before
    )
    assert purchases.read(stack, order)["gatehouse_status"] == "clear"


@pytest.mark.covers("50-triage-inbound-email", "garbage")
def test_a_mail_that_meets_garbage_is_one_ticket_that_a_person_sorts(stack: Stack) -> None:
    mail = mails.fresh(MAILS[0])
    with garbage(stack) as asked:
        mails.send(stack, mail)
        mails.send(stack, mail)
    assert "/v1/emails/classify" in asked
    ticket = mails.read_ticket(stack, mail["message_id"])
    assert (ticket["gatehouse_class"], ticket["gatehouse_degraded"]) == (False, True)
    told = [("title", "=", "Classes of mails: answers are outside the contract"), ("state", "=", "open")]
    [row] = stack.call("operations", "gatehouse.exception", "search_read", told, ["detail"])
    assert f"Seen last on ticket {ticket['number']}" in row["detail"]
    stack.call("operations", "gatehouse.exception", "resolve", [row["id"]], "A test answered garbage")


@pytest.fixture
def held(stack: Stack) -> tuple[int, int]:
    """An order whose discount the sidecar found unusual, and the hold on it."""
    order = sales.make_order(stack, UNUSUAL_ORDER)
    sales.confirm(stack, order)
    sales.wait_for(stack, order, "held")
    [hold] = sales.holds(stack, order)
    return order, hold["id"]


@pytest.mark.covers("61-return-feedback", "down garbage")
def test_feedback_that_met_nobody_and_then_garbage_is_kept_with_a_later_delivery(
    stack: Stack, held: tuple[int, int]
) -> None:
    order, hold = held
    seen = newest(stack, "61-return-feedback")
    with away(stack, "sidecar"):
        documents.release(stack, "sales_manager", hold, "Agreed with the customer by phone")
        seen = wait_until(lambda: newest(stack, "61-return-feedback"), lambda number: number > seen)
        event = reviewed(stack, order)
        assert event["state"] != "acknowledged"
    with garbage(stack) as asked:
        stack.call("admin", "gatehouse.event", "action_requeue", [event["id"]])
        wait_until(lambda: newest(stack, "61-return-feedback"), lambda number: number > seen)
        assert "/v1/feedback" in asked
        assert reviewed(stack, order)["state"] != "acknowledged"
    assert kept(stack, order) == []
    stack.call("admin", "gatehouse.event", "action_requeue", [event["id"]])
    wait_until(lambda: reviewed(stack, order)["state"], lambda state: state == "acknowledged")
    assert kept(stack, order) == [("discount_anomaly", "rejected")]


@pytest.mark.covers("61-return-feedback", "again")
def test_feedback_that_is_delivered_twice_is_kept_once(stack: Stack, held: tuple[int, int]) -> None:
    order, hold = held
    documents.release(stack, "sales_manager", hold, "Agreed with the customer by phone")
    event = wait_until(lambda: reviewed(stack, order), lambda row: row["state"] == "acknowledged")
    deliver_again(stack, event["id"], "61-return-feedback")
    assert kept(stack, order) == [("discount_anomaly", "rejected")]
    assert reviewed(stack, order)["state"] == "acknowledged"


def reviewed(stack: Stack, order: int) -> dict[str, Any]:
    """The event about what a person made of the order's warning."""
    [row] = [row for row in sales.events(stack, order) if row["type"] == "ai.output.reviewed"]
    return dict(row)


def kept(stack: Stack, order: int) -> list[Any]:
    """The feedback that the sidecar keeps of the order's check."""
    [asked] = [row for row in sales.events(stack, order) if row["type"] == "sale.order.confirmed"]
    engine = sa.create_engine(stack.data["sidecar_env"]["GATEHOUSE_DATABASE_URL"])
    with engine.connect() as connection:
        text = sa.text("SELECT check_name, outcome FROM feedback WHERE event_id = :id")
        rows = [tuple(row) for row in connection.execute(text, {"id": asked["event_id"]})]
    engine.dispose()
    return rows
