"""What customers hear and carriers book, read back from Odoo."""

from __future__ import annotations

from typing import Any

from stack.client import Stack, wait_until
from stack.demo import documents

ADDRESS = {"street": "Hafenstrasse 12", "zip": "20457", "city": "Hamburg"}


def set_up(stack: Stack, customer: str) -> None:
    """As the people of the company would: book deliveries, tell customers about holds, complete this customer's address."""
    rules = stack.call(
        "operations", "gatehouse.message.rule", "search",
        [("occasion", "in", ["order_held", "order_released"]), ("active", "in", [True, False])],
    )  # fmt: skip
    stack.call("operations", "gatehouse.message.rule", "write", rules, {"active": True})
    kinds = stack.call("admin", "stock.picking.type", "search", [("code", "=", "outgoing")])
    stack.call("admin", "stock.picking.type", "write", kinds, {"gatehouse_book_carrier": True})
    partner = documents.find(stack, "admin", "res.partner", "name", customer)
    country = documents.find(stack, "admin", "res.country", "code", "DE")
    [known] = stack.call("admin", "res.partner", "read", [partner], ["email", "country_id"])
    values: dict[str, Any] = {**ADDRESS, "email": known["email"] or "einkauf@customer.example"}
    stack.call(
        "admin",
        "res.partner",
        "write",
        [partner],
        values | ({} if known["country_id"] else {"country_id": country}),
    )


def messages(stack: Stack, order: int, count: int) -> list[str]:
    """What was sent about an order, once `count` mails left, as the operations manager reads it."""
    domain = [*documents.on("sale.order", order), ("kind", "=", "message"), ("state", "=", "done")]
    rows = wait_until(
        lambda: stack.call("operations", "gatehouse.effect", "search_read", domain, ["summary"], order="id"),
        lambda rows: len(rows) >= count,
    )
    return [str(row["summary"]) for row in rows]


def booking(stack: Stack, picking: int) -> dict[str, Any]:
    """The delivery as the warehouse sees it, once the carrier answered."""
    names = ["name", "gatehouse_booking", "carrier_tracking_ref", "gatehouse_tracking_url"]
    row: dict[str, Any] = wait_until(
        lambda: stack.call("warehouse", "stock.picking", "read", [picking], names)[0],
        lambda row: row["gatehouse_booking"] in ("booked", "refused"),
    )
    return row
