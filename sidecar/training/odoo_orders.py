"""Reads what became of sales orders from Odoo: delivered and settled, or cancelled, sent back or credited."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd

from sidecar.training.odoo import batches, mapped, parties

_ORDER = (
    "partner_id",
    "date_order",
    "state",
    "currency_rate",
    "amount_untaxed",
    "delivery_status",
    "invoice_status",
    "write_date",
)
_LINE = ("order_id", "product_uom_qty", "price_subtotal")
_MOVE = ("sale_line_id", "state", "date", "location_id", "location_dest_id")
_INVOICED = ("sale_line_ids", "date", "parent_state", "move_type")
#: An order of which nothing came back for so long after its last delivery went well.
SETTLED = pd.Timedelta(days=30)
_AT_ONCE = 2000


def read_orders(client: Any, between: list[Any], now: datetime) -> list[dict[str, Any]]:
    """Confirmed orders as `records_of` takes them; `between` is the part of a domain that keeps to the days asked for.

    `y` is 1 for an order that was cancelled after its confirmation, of which goods came back or for which a credit note was
    posted; 0 once it was delivered in full and 30 days passed; else nothing, for nobody knows yet. `known` is when
    that was. A quotation that was cancelled was never an order: it has neither movements nor invoices.
    """
    domain = [("state", "in", ["sale", "cancel"]), *between]
    orders = {row["id"]: row for rows in batches(client, "sale.order", domain, _ORDER) for row in rows}
    lines: dict[int, list[dict[str, Any]]] = {}
    asked = [("display_type", "=", False), ("product_id", "!=", False)]
    for row in _of(client, "sale.order.line", "order_id", orders, asked, _LINE):
        lines.setdefault(row["order_id"], []).append(row)
    of_line = {row["id"]: order for order, rows in lines.items() for row in rows}
    left, back, moved = _moved(client, of_line)
    credited, invoiced = _invoiced(client, of_line)
    ids = {row["partner_id"] for row in orders.values()}
    partners, companies = mapped(client, "res.partner", ids, ("country_id",)), parties(client, ids)
    countries = mapped(
        client,
        "res.country",
        {row["country_id"] for row in partners.values() if row["country_id"]},
        ("code",),
    )
    out = []
    for number, order in orders.items():
        wrong = [found[number] for found in (back, credited) if number in found]
        if order["state"] == "cancel":
            if number not in moved | invoiced:
                continue
            wrong.append(order["write_date"])
        own = lines.get(number, [])
        rate, partner = order["currency_rate"] or 1.0, partners[order["partner_id"]]
        values = [max(0.0, row["price_subtotal"]) / rate for row in own]
        outcome, known = _outcome(order, wrong, left.get(number, order["date_order"]), now)
        out.append(
            {
                "customer": companies[order["partner_id"]],
                "date": order["date_order"],
                "country": countries.get(partner["country_id"], {}).get("code", ""),
                "value": order["amount_untaxed"] / rate,
                "lines": len(own),
                "units": sum(max(0.0, row["product_uom_qty"]) for row in own),
                "largest_line": max(values, default=0.0),
                "y": outcome,
                "known": known,
            }
        )
    return out


def _outcome(order: dict[str, Any], wrong: list[str], left: str, now: datetime) -> tuple[int | None, str]:
    """(went wrong, the moment from which that is known)"""
    if wrong:
        return 1, min(wrong)
    done = order["delivery_status"] == "full" or (
        not order["delivery_status"] and order["invoice_status"] == "invoiced"
    )
    settled = pd.Timestamp(left) + SETTLED
    return (0, str(settled)) if done and settled <= pd.Timestamp(now) else (None, order["date_order"])


def _of(
    client: Any, model: str, link: str, ids: Any, domain: list[Any], fields: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    """The rows of `model` in a domain that point to one of `ids`."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), _AT_ONCE):
        asked = [(link, "in", ordered[start : start + _AT_ONCE]), *domain]
        for rows in batches(client, model, asked, fields):
            yield from rows


def _moved(client: Any, of_line: dict[int, int]) -> tuple[dict[int, str], dict[int, str], set[int]]:
    """({order: its last delivery}, {order: the first day goods came back}, orders with any movement, a cancelled one too)"""
    rows = list(_of(client, "stock.move", "sale_line_id", of_line, [], _MOVE))
    places = mapped(
        client,
        "stock.location",
        {row[name] for row in rows for name in ("location_id", "location_dest_id")},
        ("usage",),
    )
    left: dict[int, str] = {}
    back: dict[int, str] = {}
    for row in rows:
        order, day = of_line[row["sale_line_id"]], row["date"]
        if row["state"] != "done":
            continue
        if places[row["location_dest_id"]]["usage"] == "customer":
            left[order] = max(left.get(order, day), day)
        elif places[row["location_id"]]["usage"] == "customer":
            back[order] = min(back.get(order, day), day)
    return left, back, {of_line[row["sale_line_id"]] for row in rows}


def _invoiced(client: Any, of_line: dict[int, int]) -> tuple[dict[int, str], set[int]]:
    """({order: day of its first posted credit note}, orders with any invoice, a cancelled one too)"""
    credited: dict[int, str] = {}
    begun: set[int] = set()
    for row in _of(client, "account.move.line", "sale_line_ids", of_line, [], _INVOICED):
        for order in {of_line[line] for line in row["sale_line_ids"] if line in of_line}:
            begun.add(order)
            if row["parent_state"] == "posted" and row["move_type"] == "out_refund":
                credited[order] = min(credited.get(order, row["date"]), row["date"])
    return credited, begun
