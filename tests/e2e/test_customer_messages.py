"""What a customer is written about an order: each occasion from what happens to it, to the mail that arrives."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from stack.client import Stack, wait_until
from stack.demo import documents, sales
from stack.demo.anomalies import ORDINARY_ORDER, UNUSUAL_ORDER

#: What a customer without a history may have without anybody being asked.
FULL_PRICE = {**ORDINARY_ORDER, "discount": 0.0}
DELAYS = "Gatehouse: tell customers about late deliveries"


@pytest.fixture
def told(partners: Stack) -> str:
    """A name and mail address of a customer who orders for the first time, while every message is switched on."""
    rules = partners.call("operations", "gatehouse.message.rule", "search", [("active", "in", [True, False])])
    partners.call("operations", "gatehouse.message.rule", "write", rules, {"active": True})
    email = f"{uuid4().hex[:12]}@customer.example"
    country = documents.find(partners, "admin", "res.country", "code", "DE")
    place = {"street": "Way 1", "zip": "53111", "city": "Bonn", "country_id": country}
    documents.create(partners, "admin", "res.partner", {"name": email, "email": email, **place})
    return email


def ordered(
    stack: Stack, customer: str, case: dict[str, Any], status: str | tuple[str, ...]
) -> dict[str, Any]:
    """A confirmed order of this customer, once its checks are in."""
    order = sales.make_order(stack, {**case, "customer": customer})
    sales.confirm(stack, order)
    row: dict[str, Any] = documents.wait_for(stack, sales.MODEL, order, sales.SELLER, status)
    return row


def subjects(stack: Stack, customer: str, count: int) -> list[str]:
    """What arrived at the customer's mail server, once it is as many mails."""
    mails = wait_until(lambda: stack.partner_saw("mails", to=customer), lambda mails: len(mails) >= count)
    return [mail["subject"] for mail in mails]


def test_an_order_that_is_held_and_released_is_told_twice_in_this_order(partners: Stack, told: str) -> None:
    row = ordered(partners, told, UNUSUAL_ORDER, "held")
    held = f"Your order {row['name']}: we are checking it"
    assert subjects(partners, told, 1) == [held]
    [hold] = sales.holds(partners, row["id"])
    documents.release(partners, "sales_manager", hold["id"], "Agreed by phone")
    assert subjects(partners, told, 2) == [held, f"Your order {row['name']}: it goes on"]


def test_a_delivery_that_leaves_a_back_order_is_told_and_the_rest_is_not(partners: Stack, told: str) -> None:
    row = ordered(partners, told, FULL_PRICE, documents.FREE)
    [picking] = row["picking_ids"]
    partners.call("warehouse", "stock.picking", "action_assign", [picking])
    moves = partners.call("warehouse", "stock.move", "search", [("picking_id", "=", picking)])
    partners.call("warehouse", "stock.move", "write", moves, {"quantity": 10, "picked": True})
    validate = {"skip_backorder": True}
    partners.call("warehouse", "stock.picking", "button_validate", [picking], context=validate)
    part = [f"Your order {row['name']}: a part is on its way"]
    assert subjects(partners, told, 1) == part
    [rest] = partners.call("warehouse", "stock.picking", "search", [("backorder_id", "=", picking)])
    sales.ship(partners, rest)
    assert sales.picking_state(partners, rest) == "done"
    assert subjects(partners, told, 1) == part


def test_a_delivery_past_its_promised_day_is_told_once(partners: Stack, told: str) -> None:
    row = ordered(partners, told, FULL_PRICE, documents.FREE)
    promised = (datetime.now() - timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S")
    partners.call("salesperson", "sale.order", "write", [row["id"]], {"commitment_date": promised})
    partners.scheduled(DELAYS)
    late = [f"Your order {row['name']}: later than promised"]
    assert subjects(partners, told, 1) == late
    partners.scheduled(DELAYS)
    messages = [("type", "=", "message.delivery_delayed.requested"), ("res_id", "in", row["picking_ids"])]
    assert partners.call("admin", "gatehouse.event", "search_count", messages) == 1
    assert subjects(partners, told, 1) == late
