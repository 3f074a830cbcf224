"""A vendor's papers: receipts that a confirmation holds, and the invoice that differs, one a control."""

from __future__ import annotations

from functools import partial

from stack.client import Stack, wait_until
from stack.demo import deliveries, documents
from stack.demo.controls.cases import BillCase, HeldCase
from stack.demo.controls.stage import Stage


def confirmed_otherwise(stack: Stack, _stage: Stage, quantity: int, price: float, day: str) -> int:
    """An order whose checks from outside are answered, and a confirmation of it that differs."""
    order, _paper = deliveries.confirmation_that_differs(stack, quantity, price, day)
    wait_until(
        lambda: documents.holds(stack, order.model, order.id, "buyer"),
        lambda holds: bool(holds) and all(hold["kind"] == "review" for hold in holds),
        60,
    )
    return order.id


def receive(stack: Stack, order: int) -> None:
    """Press Validate on the order's receipt, in the warehouse."""
    [row] = stack.call("admin", "purchase.order", "read", [order], ["picking_ids"])
    stack.call("warehouse", "stock.picking", "button_validate", row["picking_ids"])


PAPERS = [
    HeldCase(
        "confirmation_value", "A confirmation of less", "30 instead of 40", "warehouse", "operations", "purchase.order",
        partial(confirmed_otherwise, quantity=30, price=2.5, day="20270201"), receive, "receipt_status", ("full",),
    ),
    HeldCase(
        "confirmation_delay", "A confirmation of a later date", "2027-02-15 instead of 2027-02-01", "warehouse", "operations",
        "purchase.order", partial(confirmed_otherwise, quantity=40, price=2.5, day="20270215"), receive, "receipt_status", ("full",),
    ),
]  # fmt: skip
INVOICES = [
    BillCase("invoice_match", "An invoice that differs", "price 2.75, ordered at 2.5", deliveries.invoice_that_differs),
]  # fmt: skip
