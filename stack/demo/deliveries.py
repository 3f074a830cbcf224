"""A vendor's invoice on its way: handed in by web, read, and compared with the order it belongs to."""

from __future__ import annotations

from typing import Any

import requests

from stack.client import Stack, wait_until
from stack.demo import documents, papers
from stack.demo.controls.cases import Document, mark, name_of

DOCUMENT = "gatehouse.document"


def hand_in(stack: Stack, content: bytes, name: str) -> int:
    """A file by the webhook of 21-intake-supplier-documents; the id of Odoo's document."""
    headers = {
        "X-Gatehouse-Token": stack.data["documents_token"],
        "X-File-Name": name,
        "Content-Type": "application/octet-stream",
    }
    answer = requests.post(
        f"{stack.url('n8n')}/webhook/gatehouse/documents", data=content, headers=headers, timeout=60
    )
    answer.raise_for_status()
    return int(answer.json()["documents"][0]["id"])


def invoice_that_differs(stack: Stack) -> int:
    """An invoice with a price above the order's, goods never ordered and a sum that does not add up; its document."""
    vendor = "Nordkai Fasteners"
    order = ordered(
        stack, vendor, [("NK-M8", "Hexagon bolt M8x40", 400, 2.5), ("NK-W8", "Washer M8", 400, 0.12)]
    )
    content = papers.invoice(
        vendor,
        "NK-2026-0815",
        order.name,
        [
            ("NK-M8", "Hexagon bolt M8x40", 400, 2.75),
            ("NK-W8", "Washer M8", 400, 0.12),
            ("NK-FR", "Freight", 1, 35.0),
        ],
    )
    return read_in(stack, content, "nordkai-invoice.pdf")


def confirmation_that_differs(
    stack: Stack, quantity: int = 30, price: float = 2.75, day: str = "20270215"
) -> tuple[Document, int]:
    """A vendor confirms 30 of 40 bolts, dearer and two weeks later, or what is said; the order and the document."""
    code = f"V-{mark().upper()}7"
    vendor = f"Papers {code}"
    order = ordered(stack, vendor, [(code, "Bolt", 40, 2.5)], "2027-02-01 12:00:00")
    content = papers.order_response(vendor, f"OC-{code}", order.name, [(code, quantity, price, day)])
    return order, read_in(stack, content, "confirmation.edi")


def ordered(
    stack: Stack, vendor: str, items: list[tuple[str, str, int, float]], planned: str = ""
) -> Document:
    """A confirmed order in euros to a new vendor of that name.

    :param items: (the vendor's code, name, quantity, price)
    :param planned: when the goods are promised, UTC; the vendor's usual time without it
    """
    partner = documents.create(
        stack, "admin", "res.partner", {"name": vendor, "is_company": True, "email": "sales@nordkai.example"}
    )
    lines: list[dict[str, Any]] = []
    for code, name, quantity, price in items:
        product = documents.create(stack, "admin", "product.product", {
            "name": name, "default_code": f"{code}-X", "type": "consu", "is_storable": True, "supplier_taxes_id": [(5, 0, 0)],
            "seller_ids": [(0, 0, {"partner_id": partner, "price": price, "product_code": code})],
        })  # fmt: skip
        dated = {"date_planned": planned} if planned else {}
        lines.append({"product_id": product, "product_qty": quantity, "price_unit": price, **dated})
    [euro] = stack.call(
        "admin", "res.currency", "search", [("name", "=", "EUR"), ("active", "in", [True, False])]
    )
    stack.call("admin", "res.currency", "write", [euro], {"active": True})
    order = documents.create(stack, "buyer", "purchase.order", {
        "partner_id": partner, "currency_id": euro, "order_line": [(0, 0, line) for line in lines],
    })  # fmt: skip
    stack.call("buyer", "purchase.order", "button_confirm", [order])
    return name_of(stack, "purchase.order", order)


def read_in(stack: Stack, content: bytes, name: str) -> int:
    """Hand in a file and wait until it was read; its document."""
    number = hand_in(stack, content, name)
    wait_until(
        lambda: stack.call("buyer", DOCUMENT, "read", [number], ["state"])[0]["state"],
        lambda state: state in ("extracted", "review"),
        90,
    )
    return number
