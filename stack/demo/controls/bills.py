"""Bills that are posted and not paid, credit notes that are not posted, one a control."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from stack.client import Stack
from stack.demo import documents
from stack.demo.controls.cases import HeldCase, mark
from stack.demo.controls.stage import Stage

MONTHS = 10  #: bills of a vendor before Odoo knows what is usual


def _day(back: int = 0) -> str:
    return (datetime.now(UTC) - timedelta(days=back)).strftime("%Y-%m-%d")


def _partner(stack: Stack, stage: Stage, control: str, name: str) -> int:
    return documents.create(stack, "admin", "res.partner", {
        "name": f"{name} {mark()}", "is_company": True, "category_id": [(6, 0, [stage.tags[control]])],
    })  # fmt: skip


def invoice_values(kind: str, partner: int, amount: float, back: int = 0, **values: Any) -> dict[str, Any]:
    """An invoice, bill or credit note of one line without taxes."""
    return {
        "move_type": kind, "partner_id": partner, "invoice_date": _day(back),
        "invoice_line_ids": [(0, 0, {"name": "As agreed", "price_unit": amount, "tax_ids": []})], **values,
    }  # fmt: skip


def posted(stack: Stack, values: dict[str, Any]) -> int:
    """The accountant enters and posts it."""
    move = documents.create(stack, "accountant", "account.move", values)
    stack.call("accountant", "account.move", "action_post", [move])
    return move


def bill_without_an_order(stack: Stack, stage: Stage) -> int:
    """A bill for what nobody ordered."""
    return posted(
        stack, invoice_values("in_invoice", _partner(stack, stage, "bill_match", "Billing vendor"), 800.0)
    )


def bill_that_came_twice(stack: Stack, stage: Stage) -> int:
    """A vendor's bill under a reference that was entered before."""
    values = invoice_values("in_invoice", _partner(stack, stage, "bill_duplicate", "Twice vendor"), 90.0)
    posted(stack, {**values, "ref": "INV-77"})
    return posted(stack, {**values, "ref": "INV-77"})


def bill_of_an_unusual_amount(stack: Stack, stage: Stage) -> int:
    """Ten bills of 90 a month apart, then one of 900."""
    vendor = _partner(stack, stage, "bill_abnormal", "Steady vendor")
    earlier = stack.call("admin", "account.move", "create", [
        invoice_values("in_invoice", vendor, 90.0, 30 * back, ref=f"M-{back}") for back in range(MONTHS + 1, 1, -1)
    ])  # fmt: skip
    stack.call("admin", "account.move", "action_post", earlier)
    return posted(stack, invoice_values("in_invoice", vendor, 900.0, ref="M-1"))


def credit_note(stack: Stack, stage: Stage) -> int:
    """A draft of money given back."""
    partner = _partner(stack, stage, "credit_note", "Complaining customer")
    return documents.create(stack, "accountant", "account.move", invoice_values("out_refund", partner, 500.0))


def _outstanding(stack: Stack) -> None:
    """Money that comes in is on its way until a statement shows it; without such an account *Pay* books no difference."""
    lines = "account.payment.method.line"
    [line] = stack.call(
        "admin", lines, "search_read", [("journal_id.type", "=", "bank"), ("payment_type", "=", "inbound")],
        ["payment_account_id"], limit=1, order="id",
    )  # fmt: skip
    if not line["payment_account_id"]:
        named = [("name", "=", "Outstanding Receipts")]
        [account] = stack.call("admin", "account.account", "search", named, limit=1, order="id")
        stack.call("admin", lines, "write", [line["id"]], {"payment_account_id": account})


def invoice_paid_short(stack: Stack, stage: Stage) -> int:
    """An invoice of 400 of which the customer pays 340."""
    _outstanding(stack)
    return posted(
        stack, invoice_values("out_invoice", _partner(stack, stage, "write_off", "Disputing customer"), 400.0)
    )


def pay_short(stack: Stack, invoice: int) -> None:
    """Press Pay, type 340 and give up the rest."""
    [account] = stack.call(
        "admin", "account.account", "search_read", [("account_type", "=", "expense")], ["id"], limit=1, order="code"
    )  # fmt: skip
    values = {
        "amount": 340.0,
        "payment_difference_handling": "reconcile",
        "writeoff_account_id": account["id"],
    }
    pay(stack, invoice, values)


def pay(stack: Stack, bill: int, values: dict[str, Any] | None = None) -> None:
    """Press Pay and Create Payment."""
    context = {"active_model": "account.move", "active_ids": [bill]}
    made = stack.call("accountant", "account.payment.register", "create", values or {}, context=context)
    wizard = made if isinstance(made, list) else [made]
    stack.call("accountant", "account.payment.register", "action_create_payments", wizard, context=context)


def post(stack: Stack, move: int) -> None:
    """Press Confirm."""
    stack.call("accountant", "account.move", "action_post", [move])


PAID = ("paid", "in_payment")
BILLS = [
    HeldCase(
        "bill_match", "A bill without an order", "is on no order", "accountant", "finance",
        "account.move", bill_without_an_order, pay, "payment_state", PAID,
    ),
    HeldCase(
        "bill_duplicate", "A bill that came twice", "it looks like", "accountant", "finance",
        "account.move", bill_that_came_twice, pay, "payment_state", PAID,
    ),
    HeldCase(
        "bill_abnormal", "A bill of an unusual amount", "amount", "accountant", "finance",
        "account.move", bill_of_an_unusual_amount, pay, "payment_state", PAID,
    ),
    HeldCase(
        "credit_note", "A credit note", "credit note of 500.00", "accountant", "finance",
        "account.move", credit_note, post, "state", ("posted",),
    ),
    HeldCase(
        "write_off", "A payment that gives up the rest", "written off of Disputing customer", "accountant", "finance",
        "account.move", invoice_paid_short, pay_short, "payment_state", PAID,
    ),
]  # fmt: skip
