"""Sales orders as a salesperson makes them."""

from __future__ import annotations

from typing import Any

from stack.client import Stack
from stack.demo import documents

MODEL = "sale.order"
SELLER = "salesperson"


def make_order(stack: Stack, case: dict[str, Any], login: str = SELLER) -> int:
    """Create a quotation of one line: case has customer, item, quantity, discount (percent)."""
    line = {
        "product_id": documents.find(stack, login, "product.product", "default_code", case["item"]),
        "product_uom_qty": case["quantity"],
        "discount": case["discount"],
    }
    partner = documents.find(stack, login, "res.partner", "name", case["customer"])
    return documents.create(stack, login, MODEL, {"partner_id": partner, "order_line": [(0, 0, line)]})


def confirm(stack: Stack, order: int, login: str = SELLER) -> None:
    """Press Confirm."""
    stack.call(login, MODEL, "action_confirm", [order])


def read(stack: Stack, order: int) -> dict[str, Any]:
    """The order as the salesperson sees it."""
    return documents.read(stack, MODEL, order, SELLER)


def wait_for(stack: Stack, order: int, status: str, seconds: float = 40.0) -> dict[str, Any]:
    """Wait until the order shows that status."""
    return documents.wait_for(stack, MODEL, order, SELLER, status, seconds)


def checks(stack: Stack, order: int) -> dict[str, dict[str, Any]]:
    """The order's checks by code."""
    return documents.checks(stack, MODEL, order, SELLER)


def holds(stack: Stack, order: int) -> list[dict[str, Any]]:
    """The order's open holds."""
    return documents.holds(stack, MODEL, order, SELLER)


def events(stack: Stack, order: int) -> list[dict[str, Any]]:
    """The order's outbox rows."""
    return documents.events(stack, MODEL, order)


def ship(stack: Stack, picking: int, login: str = "warehouse") -> Any:
    """Validate a picking with what was reserved, without asking for a back-order."""
    stack.call(login, "stock.picking", "action_assign", [picking])
    return stack.call(login, "stock.picking", "button_validate", [picking], context={"skip_backorder": True})


def picking_state(stack: Stack, picking: int) -> str:
    """State of a picking as the warehouse sees it."""
    [row] = stack.call("warehouse", "stock.picking", "read", [picking], ["state"])
    return str(row["state"])
