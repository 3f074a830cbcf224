"""Purchase orders as a buyer makes them."""

from __future__ import annotations

from typing import Any

from stack.client import Stack
from stack.demo import documents

MODEL = "purchase.order"
BUYER = "buyer"


def make_order(stack: Stack, case: dict[str, Any], login: str = BUYER) -> int:
    """Create a request for quotation of one line: case has vendor, item, quantity, unit_price."""
    line = {
        "product_id": documents.find(stack, login, "product.product", "default_code", case["item"]),
        "product_qty": case["quantity"],
        "price_unit": float(case["unit_price"]),
    }
    vendor = documents.find(stack, login, "res.partner", "name", case["vendor"])
    return documents.create(stack, login, MODEL, {"partner_id": vendor, "order_line": [(0, 0, line)]})


def confirm(stack: Stack, order: int, login: str = BUYER) -> None:
    """Press Confirm Order."""
    stack.call(login, MODEL, "button_confirm", [order])


def read(stack: Stack, order: int) -> dict[str, Any]:
    """The order as the buyer sees it."""
    return documents.read(stack, MODEL, order, BUYER)


def wait_for(stack: Stack, order: int, status: str, seconds: float = 40.0) -> dict[str, Any]:
    """Wait until the order shows that status."""
    return documents.wait_for(stack, MODEL, order, BUYER, status, seconds)


def checks(stack: Stack, order: int) -> dict[str, dict[str, Any]]:
    """The order's checks by code."""
    return documents.checks(stack, MODEL, order, BUYER)


def holds(stack: Stack, order: int) -> list[dict[str, Any]]:
    """The order's open holds."""
    return documents.holds(stack, MODEL, order, BUYER)
