"""Transfers that a policy holds at the door, one a control."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from stack.client import Stack
from stack.demo import documents
from stack.demo.controls.cases import HeldCase, mark
from stack.demo.controls.stage import Stage

LATE = 45  #: days that the late payer's invoice is overdue


def _partner(stack: Stack, stage: Stage, control: str, name: str, **values: Any) -> int:
    return documents.create(stack, "admin", "res.partner", {
        "name": f"{name} {mark()}", "is_company": True, "category_id": [(6, 0, [stage.tags[control]])], **values,
    })  # fmt: skip


def _transfer(stack: Stack, stage: Stage, partner: int, kind: str) -> int:
    """One piece of the cases' item out to a customer or in from a vendor, made by the warehouse and confirmed."""
    [place] = stack.call(
        "warehouse", "stock.picking.type", "search_read",
        [("code", "=", kind)], ["default_location_src_id", "default_location_dest_id"], limit=1, order="id",
    )  # fmt: skip
    where = {
        "location_id": place["default_location_src_id"][0],
        "location_dest_id": place["default_location_dest_id"][0],
    }
    move = {"product_id": stage.item, "product_uom_qty": 1, **where}
    picking = documents.create(stack, "warehouse", "stock.picking", {
        "partner_id": partner, "picking_type_id": place["id"], "move_ids": [(0, 0, move)], **where,
    })  # fmt: skip
    stack.call("warehouse", "stock.picking", "action_confirm", [picking])
    stack.call("warehouse", "stock.picking", "action_assign", [picking])
    return picking


def delivery_to_a_late_payer(stack: Stack, stage: Stage) -> int:
    """A delivery to a customer whose invoice is long overdue."""
    partner = _partner(stack, stage, "stock_shipment", "Late payer")
    due = (datetime.now(UTC) - timedelta(days=LATE)).strftime("%Y-%m-%d")
    invoice = documents.create(stack, "accountant", "account.move", {
        "move_type": "out_invoice", "partner_id": partner, "invoice_date": due, "invoice_date_due": due,
        "invoice_payment_term_id": False,
        "invoice_line_ids": [(0, 0, {"name": "Delivered before", "price_unit": 400.0, "tax_ids": []})],
    })  # fmt: skip
    stack.call("accountant", "account.move", "action_post", [invoice])
    return _transfer(stack, stage, partner, "outgoing")


def receipt_of_a_blocked_vendor(stack: Stack, stage: Stage) -> int:
    """Goods of a vendor whom purchasing blocked meanwhile."""
    vendor = _partner(
        stack,
        stage,
        "receipt_vendor",
        "Blocked vendor",
        gatehouse_purchase_block="Broken goods twice in a row",
    )
    return _transfer(stack, stage, vendor, "incoming")


def receipt_nobody_ordered(stack: Stack, stage: Stage) -> int:
    """Goods that no order asked for."""
    return _transfer(stack, stage, _partner(stack, stage, "receipt_unordered", "Eager vendor"), "incoming")


def validate(stack: Stack, picking: int) -> None:
    """Press Validate in the warehouse."""
    stack.call("warehouse", "stock.picking", "button_validate", [picking])


TRANSFERS = [
    HeldCase(
        "stock_shipment", "A delivery to a late payer", f"is {LATE} days late with", "warehouse", "finance",
        "stock.picking", delivery_to_a_late_payer, validate, "state", ("done",),
    ),
    HeldCase(
        "receipt_vendor", "Goods of a blocked vendor", "is blocked: Broken goods", "warehouse", "operations",
        "stock.picking", receipt_of_a_blocked_vendor, validate, "state", ("done",),
    ),
    HeldCase(
        "receipt_unordered", "Goods nobody ordered", "no confirmed order asked for 1", "warehouse", "operations",
        "stock.picking", receipt_nobody_ordered, validate, "state", ("done",),
    ),
]  # fmt: skip
