"""What a model says of a record, as the people who look at it see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from stack.client import Stack, wait_until
from stack.demo import documents

#: The workflows run every minute, and the machine may be slow.
SECONDS = 150.0
ADVICE = ["gatehouse_score", "gatehouse_score_source", "gatehouse_score_reason", "gatehouse_score_model",
          "gatehouse_score_confidence", "gatehouse_score_degraded", "gatehouse_scored_at"]  # fmt: skip
INVOICES, MOVES = "40-score-open-invoices", "30-score-stock-moves"


def invoice(stack: Stack, customer: int, overdue: int = 0, amount: float = 120.0) -> int:
    """A customer's invoice of a month's terms, posted by the accountant, so many days overdue."""
    due = date.today() - timedelta(days=overdue)
    values = {
        "move_type": "out_invoice", "partner_id": customer, "invoice_date": f"{due - timedelta(days=30)}",
        "invoice_date_due": f"{due}", "invoice_payment_term_id": False,
        "invoice_line_ids": [(0, 0, {"name": "As agreed", "price_unit": amount, "tax_ids": []})],
    }  # fmt: skip
    move = documents.create(stack, "accountant", "account.move", values)
    stack.call("accountant", "account.move", "action_post", [move])
    return move


def scoring(stack: Stack, workflow: str) -> Callable[[], None]:
    """Score now instead of at the workflow's next minute: a prompt of `wait_until`."""
    return lambda: stack.execute(workflow)


def advice(stack: Stack, login: str, model: str, number: int) -> dict[str, Any]:
    """What stands on the record now."""
    [row] = stack.call(login, model, "read", [number], ADVICE)
    return dict(row)


def advised(stack: Stack, login: str, model: str, number: int, workflow: str) -> dict[str, Any]:
    """What stands on the record once it was asked about."""
    return wait_until(
        lambda: advice(stack, login, model, number),
        lambda row: bool(row["gatehouse_scored_at"]),
        SECONDS,
        scoring(stack, workflow),
    )


def movement(stack: Stack, picking: int) -> int:
    """The first movement of a transfer."""
    return int(
        stack.call("warehouse", "stock.move", "search", [("picking_id", "=", picking)], order="id", limit=1)[
            0
        ]
    )


def unusual(stack: Stack, picking: int) -> str:
    """What the warehouse reads on the transfer."""
    [row] = stack.call("warehouse", "stock.picking", "read", [picking], ["gatehouse_unusual"])
    return str(row["gatehouse_unusual"])
