"""What is late, and who owns it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from stack.client import Stack
from stack.demo import documents
from stack.demo.controls.cases import AlertCase, Document, mark, name_of
from stack.demo.controls.stage import Stage

LEAD_TIMES = "Gatehouse: lead-time alerts"


def days(count: float) -> str:
    """The moment that many days from now, as Odoo writes it."""
    return (datetime.now(UTC) + timedelta(days=count)).strftime("%Y-%m-%d %H:%M:%S")


def _vendor(stack: Stack, name: str) -> int:
    return documents.create(
        stack, "admin", "res.partner", {"name": f"{name} {mark()}", "is_company": True, "supplier_rank": 1}
    )


def _request(stack: Stack, vendor: int, items: list[int], promised: str) -> int:
    lines = [
        (0, 0, {"product_id": item, "product_qty": 1, "price_unit": 800.0, "date_planned": promised})
        for item in items
    ]
    return documents.create(stack, "buyer", "purchase.order", {"partner_id": vendor, "order_line": lines})


def overdue_receipt(stack: Stack, stage: Stage) -> Document:
    """A confirmed purchase whose goods were due three days ago, from a vendor without a record."""
    order = _request(stack, _vendor(stack, "Late vendor"), [stage.item], days(-3))
    stack.call("buyer", "purchase.order", "button_confirm", [order])
    return name_of(stack, "purchase.order", order)


def late_request(stack: Stack, stage: Stage) -> Document:
    """A request wanted in five days from a vendor whose five receipts took twenty each."""
    vendor = _vendor(stack, "Slow vendor")
    past = _request(stack, vendor, [stage.item] * 5, days(-1))
    stack.call("buyer", "purchase.order", "button_confirm", [past])
    documents.wait_for(stack, "purchase.order", past, "buyer", documents.FREE)
    [row] = stack.call("buyer", "purchase.order", "read", [past], ["picking_ids"])
    moves = stack.call("admin", "stock.move", "search", [("picking_id", "in", row["picking_ids"])])
    stack.call("admin", "stock.move", "write", moves, {"quantity": 1, "picked": True})
    stack.call(
        "warehouse", "stock.picking", "button_validate", row["picking_ids"], context={"skip_backorder": True}
    )
    stack.call("admin", "purchase.order", "write", [past], {"date_approve": days(-20)})
    return name_of(stack, "purchase.order", _request(stack, vendor, [stage.item], days(5)))


@contextmanager
def round_the_clock(stack: Stack) -> Iterator[None]:
    """The company works day and night meanwhile, so that business hours pass whenever this runs."""
    [company] = stack.call(
        "admin", "res.company", "search_read", [], ["resource_calendar_id"], limit=1, order="id"
    )
    found = stack.call(
        "admin", "resource.calendar", "search", [("name", "=", "Case: day and night")], limit=1
    )
    calendar = found[0] if found else documents.create(stack, "admin", "resource.calendar", {
        "name": "Case: day and night",
        "attendance_ids": [(5, 0, 0), *[
            (0, 0, {"name": f"{day}", "dayofweek": str(day), "hour_from": 0, "hour_to": 24, "day_period": "morning"})
            for day in range(7)
        ]],
    })  # fmt: skip
    stack.call("admin", "res.company", "write", [company["id"]], {"resource_calendar_id": calendar})
    try:
        yield
    finally:
        stack.call(
            "admin",
            "res.company",
            "write",
            [company["id"]],
            {"resource_calendar_id": company["resource_calendar_id"][0]},
        )


def undecided_order(stack: Stack, stage: Stage) -> Document:
    """An order whose review ran out of its second."""
    partner = documents.create(stack, "admin", "res.partner", {
        "name": f"Hurried customer {mark()}", "is_company": True, "category_id": [(6, 0, [stage.tags["overdue"]])],
    })  # fmt: skip
    order = documents.create(stack, "salesperson", "sale.order", {
        "partner_id": partner, "order_line": [(0, 0, {"product_id": stage.item, "product_uom_qty": 1})],
    })  # fmt: skip
    with round_the_clock(stack):
        stack.call("salesperson", "sale.order", "action_confirm", [order])
    return name_of(stack, "sale.order", order)


def short_delivery(stack: Stack, stage: Stage) -> Document:
    """A delivery promised in five days of goods that are not there and that their vendor has too late."""
    vendor = _vendor(stack, "Sold out vendor")
    buy = stack.call("admin", "stock.route", "search", [("name", "ilike", "buy")], limit=1)
    item = documents.create(stack, "admin", "product.product", {
        "name": f"Scarce Valve {mark()}", "type": "consu", "is_storable": True, "route_ids": [(6, 0, buy)], "list_price": 9.0,
        "seller_ids": [(0, 0, {"partner_id": vendor, "price": 5.0})], "weight": 1.0,
    })  # fmt: skip
    partner = documents.create(
        stack, "admin", "res.partner", {"name": f"Waiting customer {mark()}", "is_company": True}
    )
    line: dict[str, Any] = {"product_id": item, "product_uom_qty": 3, "price_unit": 9.0}
    order = documents.create(stack, "salesperson", "sale.order", {
        "partner_id": partner, "commitment_date": days(5), "order_line": [(0, 0, line)],
    })  # fmt: skip
    stack.call("salesperson", "sale.order", "action_confirm", [order])
    # for what is held no goods are looked after
    documents.wait_for(stack, "sale.order", order, "salesperson", documents.FREE)
    [row] = stack.call("salesperson", "sale.order", "read", [order], ["picking_ids"])
    stack.partner_mode("supplier", "denied")
    return name_of(stack, "stock.picking", row["picking_ids"][0])


ALERTS = [
    AlertCase("stock_shortage", "Promised goods that come too late", "delivers on", "Gatehouse: see shortages of promised goods", short_delivery, "shortage:"),
    AlertCase("receipt overdue", "A receipt that is overdue", "3 days overdue", LEAD_TIMES, overdue_receipt, "receipt_overdue:"),
    AlertCase("order too late", "A request that cannot come in time", "usually takes 20 days", LEAD_TIMES, late_request, "order_late:"),
    AlertCase("approval overdue", "An approval that nobody gives", "Asked: ", "Gatehouse: remind and escalate approvals", undecided_order, "overdue:"),
]  # fmt: skip
