"""Reads what became of invoices, orders, purchase lines and stock moves from Odoo, in the columns that their CSV files have."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pandas as pd

from sidecar.training.odoo import batches, mapped, parties, products
from sidecar.training.odoo_orders import read_orders

_INVOICE = ("partner_id", "invoice_date", "invoice_date_due", "amount_total_signed", "payment_state")
_PURCHASE = ("order_id", "product_id", "product_qty", "qty_received", "price_subtotal")
_MOVE = ("product_id", "quantity", "date", "reference", "location_id", "location_dest_id", "is_inventory")


def _between(name: str, since: datetime | None, until: datetime | None) -> list[Any]:
    return [(name, sign, f"{day:%Y-%m-%d}") for sign, day in ((">=", since), ("<", until)) if day]


def _latest(client: Any, model: str, ids: set[int], link: str, day: str) -> dict[int, str]:
    """{linked id: the latest `day` of the rows of `model` that point to it}"""
    out: dict[int, str] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), 2000):
        domain: list[Any] = [(link, "in", ordered[start : start + 2000])]
        if model == "stock.move":
            domain.append(("state", "=", "done"))
        for rows in batches(client, model, domain, (link, day)):
            for row in rows:
                out[row[link]] = max(out.get(row[link], ""), row[day])
    return out


def _payments(client: Any, since: datetime | None, until: datetime | None) -> list[dict[str, Any]]:
    domain = [
        ("move_type", "=", "out_invoice"),
        ("state", "=", "posted"),
        *_between("invoice_date", since, until),
    ]
    invoices = [row for rows in batches(client, "account.move", domain, _INVOICE) for row in rows]
    settled = {row["id"] for row in invoices if row["payment_state"] in ("paid", "in_payment")}
    owed = [("move_id", "in", sorted(settled)), ("account_type", "=", "asset_receivable")]
    found = batches(client, "account.move.line", owed, ("move_id",)) if settled else []
    lines = {row["id"]: row["move_id"] for rows in found for row in rows}
    paid: dict[int, str] = {}
    matched = _latest(client, "account.partial.reconcile", set(lines), "debit_move_id", "max_date")
    for line, day in matched.items():
        paid[lines[line]] = max(paid.get(lines[line], ""), day)
    names = parties(client, {row["partner_id"] for row in invoices})
    return [
        {
            "customer": names[row["partner_id"]],
            "amount": row["amount_total_signed"],
            "date": row["invoice_date"],
            "due": row["invoice_date_due"] or row["invoice_date"],
            "paid": paid.get(row["id"]),
        }
        for row in invoices
    ]


def _lead_times(client: Any, since: datetime | None, until: datetime | None) -> list[dict[str, Any]]:
    domain = [
        ("state", "=", "purchase"), ("display_type", "=", False), ("product_id", "!=", False),
        *_between("order_id.date_order", since, until),
    ]  # fmt: skip
    lines = [row for rows in batches(client, "purchase.order.line", domain, _PURCHASE) for row in rows]
    orders = mapped(
        client, "purchase.order", {row["order_id"] for row in lines},
        ("partner_id", "date_order", "currency_rate", "incoterm_id"),
    )  # fmt: skip
    whole = {row["id"] for row in lines if row["qty_received"] >= row["product_qty"] > 0}
    came = _latest(client, "stock.move", whole, "purchase_line_id", "date")
    items, names = products(client, lines), parties(client, {row["partner_id"] for row in orders.values()})
    terms = mapped(client, "account.incoterms", _ids(orders, "incoterm_id"), ("code",))
    vendors = mapped(client, "res.partner", {row["partner_id"] for row in orders.values()}, ("country_id",))
    countries = mapped(client, "res.country", _ids(vendors, "country_id"), ("code",))
    out = []
    for row in lines:
        order = orders[row["order_id"]]
        vendor, ordered = vendors[order["partner_id"]], pd.Timestamp(order["date_order"]).normalize()
        day = came.get(row["id"])
        out.append(
            {
                "vendor": names[order["partner_id"]],
                "item": items[row["product_id"]]["item"],
                "category": items[row["product_id"]]["category"],
                "country": countries.get(vendor["country_id"], {}).get("code", ""),
                "terms": terms.get(order["incoterm_id"], {}).get("code", ""),
                "date": order["date_order"],
                "quantity": row["product_qty"],
                "value": row["price_subtotal"] / (order["currency_rate"] or 1.0),
                "lead_days": max(0, (pd.Timestamp(day).normalize() - ordered).days) if day else None,
            }
        )
    return out


def _stock_moves(client: Any, since: datetime | None, until: datetime | None) -> list[dict[str, Any]]:
    domain = [("state", "=", "done"), *_between("date", since, until)]
    moves = [row for rows in batches(client, "stock.move", domain, _MOVE) for row in rows]
    places = {row[name] for row in moves for name in ("location_id", "location_dest_id")}
    known = mapped(client, "stock.location", places, ("usage", "warehouse_id"))
    items = products(client, moves)
    out = []
    for row in moves:
        left, right = known[row["location_id"]], known[row["location_dest_id"]]
        own = [place for place in (left, right) if place["usage"] == "internal"]
        if len(own) != 1:
            continue  # within the company, or never in it: the stock is what it was
        out.append(
            {
                "item": items[row["product_id"]]["item"],
                "quantity": -row["quantity"] if own[0] is left else row["quantity"],
                "date": row["date"],
                "document": row["reference"] or "",
                "place": f"warehouse:{own[0]['warehouse_id']}" if own[0]["warehouse_id"] else "",
                "y": int(row["is_inventory"]),
            }
        )
    return out


def _orders(client: Any, since: datetime | None, until: datetime | None) -> list[dict[str, Any]]:
    return read_orders(client, _between("date_order", since, until), datetime.now(UTC).replace(tzinfo=None))


def _ids(rows: dict[int, dict[str, Any]], name: str) -> set[int]:
    return {row[name] for row in rows.values() if row[name]}


_READERS: dict[str, Callable[[Any, datetime | None, datetime | None], list[dict[str, Any]]]] = {
    "orders": _orders,
    "payments": _payments,
    "lead-times": _lead_times,
    "stock-moves": _stock_moves,
}


def read_odoo_records(
    client: Any, subject: str, since: datetime | None = None, until: datetime | None = None
) -> pd.DataFrame:
    """Posted customer invoices, confirmed orders, confirmed purchase lines or done stock moves with their outcome, as `records_of`
    takes them.

    Money is in company currency; an invoice's `paid` is the day its last part was matched, a line's `lead_days` count to its
    last receipt; of orders see `read_orders`. Raises ValueError where there is nothing to read.
    """
    rows = _READERS[subject](client, since, until)
    if not rows:
        raise ValueError(f"Odoo holds nothing to train {subject} on")
    return pd.DataFrame(rows)
