"""A vendor that is late is written to once: the order in Odoo, and the mail that the vendor got."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from stack.client import Stack, wait_until
from stack.demo import documents, sales
from tests.neighbours import deliver_again

pytestmark = pytest.mark.e2e


@pytest.fixture
def overdue(partners: Stack) -> dict[str, Any]:
    """A confirmed order that should have come ten days ago, of a vendor of its own."""
    mark = uuid4().hex[:8]
    create = lambda model, values: partners.call("admin", model, "create", values)  # noqa: E731
    vendor = create("res.partner", {"name": f"Vendor {mark}", "email": f"{mark}@vendor.example"})
    product = create("product.product", {"name": f"Late {mark}", "type": "consu", "is_storable": True})
    switch_on(partners, "supplier_overdue")
    line = {"product_id": product, "product_qty": 4, "price_unit": 5.0}
    order = create("purchase.order", {"partner_id": vendor, "order_line": [(0, 0, line)]})
    partners.call("buyer", "purchase.order", "button_confirm", [order])
    [row] = partners.call("buyer", "purchase.order", "read", [order], ["name", "order_line"])
    day = (datetime.now(UTC) - timedelta(days=10)).strftime("%Y-%m-%d %H:%M:%S")
    partners.call("buyer", "purchase.order.line", "write", row["order_line"], {"date_planned": day})
    return {"order": order, "name": row["name"], "address": f"{mark}@vendor.example"}


def switch_on(stack: Stack, occasion: str) -> None:
    """Have vendors written to on this occasion."""
    named = [("active", "in", [True, False]), ("occasion", "=", occasion)]
    rules = stack.call("operations", "gatehouse.message.rule", "search", named)
    stack.call("operations", "gatehouse.message.rule", "write", rules, {"active": True})


@pytest.fixture
def slow(partners: Stack) -> dict[str, Any]:
    """An order promised for tomorrow by a vendor who took twenty days for the five things that came from him before."""
    mark = uuid4().hex[:8]
    create = lambda model, values: partners.call("admin", model, "create", values)  # noqa: E731
    vendor = create("res.partner", {"name": f"Vendor {mark}", "email": f"{mark}@vendor.example"})
    product = create("product.product", {"name": f"Slow {mark}", "type": "consu", "is_storable": True})
    switch_on(partners, "supplier_late")
    day = lambda days: (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")  # noqa: E731
    line = {"product_id": product, "product_qty": 1, "price_unit": 5.0, "date_planned": day(1)}
    before, now = (
        create("purchase.order", {"partner_id": vendor, "order_line": [(0, 0, line)] * count})
        for count in (5, 1)
    )
    partners.call("buyer", "purchase.order", "button_confirm", [before, now])
    row = documents.wait_for(partners, "purchase.order", before, "buyer", documents.FREE)
    partners.call("admin", "purchase.order", "write", [before], {"date_approve": day(-20)})
    sales.ship(partners, row["picking_ids"][0])
    name = documents.read(partners, "purchase.order", now, "buyer")["name"]
    return {"order": now, "name": name, "address": f"{mark}@vendor.example"}


def look(stack: Stack) -> None:
    """What the scheduled action does every hour."""
    stack.scheduled("Gatehouse: lead-time alerts")


def effects(stack: Stack, order: int) -> list[dict[str, Any]]:
    domain = [("res_model", "=", "purchase.order"), ("res_id", "=", order)]
    rows: list[dict[str, Any]] = stack.call(
        "operations", "gatehouse.effect", "search_read", domain, ["state", "event_id"]
    )
    return rows


def test_an_overdue_vendor_is_asked_once_and_somebody_is_told(
    partners: Stack, overdue: dict[str, Any]
) -> None:
    look(partners)
    look(partners)
    wait_until(
        lambda: effects(partners, overdue["order"]), lambda rows: [row["state"] for row in rows] == ["done"]
    )
    [mail] = partners.partner_saw("mails", to=overdue["address"])
    assert overdue["name"] in mail["subject"] + mail["text"]
    about = [
        ("res_model", "=", "purchase.order"),
        ("res_id", "=", overdue["order"]),
        ("category", "=", "supply"),
    ]
    assert len(partners.call("operations", "gatehouse.exception", "search", about)) == 1


@pytest.mark.covers("60-send-messages", "down")
def test_with_the_mail_server_down_the_vendor_is_asked_later_and_once(
    partners: Stack, overdue: dict[str, Any]
) -> None:
    partners.partner_mode("mail", "down")
    look(partners)
    [effect] = wait_until(
        lambda: effects(partners, overdue["order"]), lambda rows: [row["state"] for row in rows] == ["failed"]
    )
    partners.partner_mode("mail", "ok")
    partners.call("admin", "gatehouse.event", "action_requeue", effect["event_id"][0])
    wait_until(
        lambda: effects(partners, overdue["order"]), lambda rows: [row["state"] for row in rows] == ["done"]
    )
    assert len(partners.partner_saw("mails", to=overdue["address"])) == 1


@pytest.mark.covers("60-send-messages", "ordinary again")
def test_a_vendor_who_will_be_late_by_his_record_is_asked_once_before_he_is(
    partners: Stack, slow: dict[str, Any]
) -> None:
    look(partners)
    look(partners)
    [effect] = wait_until(
        lambda: effects(partners, slow["order"]), lambda rows: [row["state"] for row in rows] == ["done"]
    )
    deliver_again(partners, effect["event_id"][0], "60-send-messages")
    [mail] = partners.partner_saw("mails", to=slow["address"])
    assert slow["name"] in mail["subject"] + mail["text"]
    late = [("key", "=", f"order_late:{slow['order']}")]
    [told] = partners.call("operations", "gatehouse.exception", "search_read", late, ["detail", "state"])
    assert (told["state"], "usually takes 20 days" in told["detail"]) == ("open", True)
