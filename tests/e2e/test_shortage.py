"""Promised goods that are short: from the scheduled look through n8n and the vendor back to what people see."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from stack.client import Stack, wait_until
from tests.neighbours import deliver_again


@pytest.fixture
def short(partners: Stack) -> dict[str, Any]:
    """A delivery promised for in five days of an item that is not there and has a vendor."""
    mark = uuid4().hex[:8]
    create = lambda model, values: partners.call("admin", model, "create", values)  # noqa: E731
    vendor = create("res.partner", {"name": f"Vendor {mark}", "email": f"{mark}@vendor.example"})
    customer = create("res.partner", {"name": f"Customer {mark}", "email": f"{mark}@customer.example"})
    buy = partners.call("admin", "stock.route", "search", [("name", "ilike", "buy")], limit=1)
    product = create(
        "product.product",
        {
            "name": f"Scarce {mark}",
            "type": "consu",
            "is_storable": True,
            "default_code": f"S-{mark}",
            "seller_ids": [(0, 0, {"partner_id": vendor, "price": 5.0})],
            "route_ids": [(6, 0, buy)],
        },
    )
    rules = partners.call("operations", "gatehouse.message.rule", "search", [("active", "in", [True, False])])
    partners.call("operations", "gatehouse.message.rule", "write", rules, {"active": True})
    day = (datetime.now(UTC) + timedelta(days=5)).strftime("%Y-%m-%d %H:%M:%S")
    order = create(
        "sale.order",
        {
            "partner_id": customer,
            "commitment_date": day,
            "order_line": [(0, 0, {"product_id": product, "product_uom_qty": 3, "price_unit": 9.0})],
        },
    )
    partners.call("admin", "sale.order", "action_confirm", [order])
    free(partners, order)
    (picking,) = partners.call("admin", "sale.order", "read", [order], ["picking_ids"])[0]["picking_ids"]
    return {"mark": mark, "order": order, "picking": picking, "vendor": vendor}


def free(stack: Stack, order: int) -> None:
    """Nothing is bought for a held order, so its checks are waited for, and what they ask for is signed."""
    open_ones = [("res_model", "=", "sale.order"), ("res_id", "=", order), ("state", "=", "open")]
    count = lambda *more: stack.call(  # noqa: E731
        "operations", "gatehouse.hold", "search_count", [*open_ones, *more]
    )
    wait_until(lambda: count(("kind", "=", "checks_pending")) == 0, bool)
    holds = stack.call("operations", "gatehouse.hold", "search", open_ones)
    if holds:
        stack.call("operations", "gatehouse.hold", "release", holds, "It is the shortage that is looked at")


def look(stack: Stack) -> None:
    """What the scheduled action does every hour."""
    crons = stack.call("admin", "ir.cron", "search", [("name", "ilike", "shortages of promised goods")])
    stack.call("admin", "ir.cron", "method_direct_trigger", crons)


def check(stack: Stack, picking: int) -> dict[str, Any]:
    """What the vendor's answer says. Where the transfer is ranked in the same moment, the next look sees the shortage."""
    domain = [
        ("res_model", "=", "stock.picking"),
        ("res_id", "=", picking),
        ("code", "=", "supplier_availability"),
    ]
    rows = wait_until(
        lambda: stack.call("operations", "gatehouse.check", "search_read", domain, ["verdict", "measures"]),
        bool,
        prompt=lambda: look(stack),
    )
    row: dict[str, Any] = rows[0]
    return row


def escalation(stack: Stack, picking: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = stack.call(
        "operations", "gatehouse.exception", "search_read", [("key", "=", f"shortage:{picking}")], ["detail"]
    )
    return rows


def mail(stack: Stack, address: str, subject: str) -> dict[str, Any]:
    """The one mail of this subject that arrived there."""
    got = wait_until(
        lambda: [row for row in stack.partner_saw("mails", to=address) if subject in row["subject"]], bool
    )
    assert len(got) == 1
    return got[0]


def asked(stack: Stack, short: dict[str, Any]) -> list[dict[str, Any]]:
    """The vendor's calls about the scarce item."""
    return [
        row for row in stack.partner_saw("calls", partner="supplier") if short["mark"] in str(row["body"])
    ]


@pytest.mark.covers("30-handle-stock-shortage", "ordinary again")
@pytest.mark.covers("70-supplier-availability", "again")
def test_a_late_vendor_is_escalated_and_the_customer_hears_of_it(
    partners: Stack, short: dict[str, Any]
) -> None:
    partners.partner_mode("supplier", "denied")
    look(partners)
    assert check(partners, short["picking"])["verdict"] == "fail"
    assert "delivers on" in wait_until(lambda: escalation(partners, short["picking"]), bool)[0]["detail"]
    [document] = asked(partners, short)[0]["body"]["documents"]
    assert document["vendor"] == f"partner:{short['vendor']}"
    assert [(row["item"], row["quantity"]) for row in document["items"]] == [(f"S-{short['mark']}", 3)]
    [event] = partners.call(
        "admin", "gatehouse.event", "search",
        [("res_model", "=", "stock.picking"), ("res_id", "=", short["picking"]), ("type", "=", "stock.shortage.detected")],
    )  # fmt: skip
    deliver_again(partners, event, "30-handle-stock-shortage")
    assert len(escalation(partners, short["picking"])) == 1
    assert mail(partners, f"{short['mark']}@customer.example", "come later")
    assert (
        f"Scarce {short['mark']}"
        in mail(partners, f"{short['mark']}@vendor.example", "when could you")["text"]
    )
    name = partners.call("admin", "stock.picking", "read", [short["picking"]], ["name"])[0]["name"]
    requests = partners.call(
        "buyer", "purchase.order", "search_read", [("origin", "ilike", name)], ["partner_id", "state"]
    )
    assert [(row["partner_id"][0], row["state"]) for row in requests] == [(short["vendor"], "draft")]


@pytest.mark.covers("30-handle-stock-shortage", "down")
def test_a_vendor_that_is_down_is_escalated_without_an_answer(partners: Stack, short: dict[str, Any]) -> None:
    partners.partner_mode("supplier", "down")
    look(partners)
    assert check(partners, short["picking"])["verdict"] == "unavailable"
    assert wait_until(lambda: escalation(partners, short["picking"]), bool)


@pytest.mark.covers("30-handle-stock-shortage", "garbage")
def test_garbage_from_the_vendor_is_no_answer(partners: Stack, short: dict[str, Any]) -> None:
    partners.partner_mode("supplier", "garbage")
    look(partners)
    assert check(partners, short["picking"])["verdict"] == "unavailable"
    look(partners)
    assert len(asked(partners, short)) == 1
