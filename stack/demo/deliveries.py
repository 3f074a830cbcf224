"""A vendor's invoice on its way: handed in by web, read, and compared with the order it belongs to."""

from __future__ import annotations

from typing import Any

import requests

from stack.client import Stack, wait_until
from stack.demo import papers

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
    create = lambda model, values: stack.call("admin", model, "create", values)  # noqa: E731
    vendor = create(
        "res.partner", {"name": "Nordkai Fasteners", "is_company": True, "email": "sales@nordkai.example"}
    )
    items: list[dict[str, Any]] = []
    for code, name, price in (("NK-M8", "Hexagon bolt M8x40", 2.5), ("NK-W8", "Washer M8", 0.12)):
        seller = [(0, 0, {"partner_id": vendor, "price": price, "product_code": code})]
        product = create("product.product", {
            "name": name, "default_code": f"{code}-X", "type": "consu", "is_storable": True, "seller_ids": seller,
            "supplier_taxes_id": [(5, 0, 0)],
        })  # fmt: skip
        items.append({"product_id": product, "product_qty": 400, "price_unit": price})
    [euro] = stack.call(
        "admin", "res.currency", "search", [("name", "=", "EUR"), ("active", "in", [True, False])]
    )
    stack.call("admin", "res.currency", "write", [euro], {"active": True})
    lines = [(0, 0, item) for item in items]
    order = stack.call(
        "buyer", "purchase.order", "create", {"partner_id": vendor, "currency_id": euro, "order_line": lines}
    )
    stack.call("buyer", "purchase.order", "button_confirm", [order])
    [row] = stack.call("buyer", "purchase.order", "read", [order], ["name"])
    content = papers.invoice(
        "Nordkai Fasteners",
        "NK-2026-0815",
        row["name"],
        [
            ("NK-M8", "Hexagon bolt M8x40", 400, 2.75),
            ("NK-W8", "Washer M8", 400, 0.12),
            ("NK-FR", "Freight", 1, 35.0),
        ],
    )
    number = hand_in(stack, content, "nordkai-invoice.pdf")
    wait_until(
        lambda: stack.call("buyer", DOCUMENT, "read", [number], ["state"])[0]["state"],
        lambda state: state in ("extracted", "review"),
        90,
    )
    return number
