"""Reads confirmed order lines from Odoo through odoorpc, in batches and with the needed columns only."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pandas as pd

from sidecar.training.sources import normalise
from sidecar.training.weeks import weeks_of

_BATCH = 2000
_SALE = ("order_id", "product_id", "product_uom_qty", "price_unit", "discount")
_PURCHASE = ("order_id", "product_id", "product_qty", "price_unit", "discount", "date_planned")


def batches(
    client: Any, model: str, domain: list[Any], fields: tuple[str, ...]
) -> Iterator[list[dict[str, Any]]]:
    """All rows of an Odoo model in a domain, 2,000 a call."""
    last = 0
    while True:
        rows = client.execute_kw(
            model,
            "search_read",
            [[*domain, ("id", ">", last)]],
            {"fields": list(fields), "limit": _BATCH, "order": "id", "load": None},
        )
        if not rows:
            return
        yield rows
        last = rows[-1]["id"]


def mapped(client: Any, model: str, ids: set[int], fields: tuple[str, ...]) -> dict[int, dict[str, Any]]:
    """{id: row} of the records with these ids, archived ones too."""
    out: dict[int, dict[str, Any]] = {}
    ordered = sorted(ids)
    for start in range(0, len(ordered), _BATCH):
        part = ordered[start : start + _BATCH]
        for row in client.execute_kw(
            model,
            "search_read",
            [[("id", "in", part)]],
            {"fields": list(fields), "load": None, "context": {"active_test": False}},
        ):
            out[row["id"]] = row
    return out


def products(client: Any, lines: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    """{product id: row with `item` and `category`} of lines with a `product_id`."""
    found = mapped(
        client, "product.product", {x["product_id"] for x in lines}, ("default_code", "lst_price", "categ_id")
    )
    categories = {row["categ_id"] for row in found.values() if row["categ_id"]}
    names = mapped(client, "product.category", categories, ("name",))
    for row in found.values():
        row["item"] = row["default_code"] or f"product:{row['id']}"
        row["category"] = names.get(row["categ_id"], {}).get("name", "")
    return found


def parties(client: Any, ids: set[int]) -> dict[int, str]:
    """{contact id: identifier of the company it belongs to}"""
    found = mapped(client, "res.partner", ids, ("commercial_partner_id",))
    return {key: f"partner:{row['commercial_partner_id'] or key}" for key, row in found.items()}


def _partners(orders: dict[int, dict[str, Any]]) -> set[int]:
    return {order["partner_id"] for order in orders.values()}


def _between(since: datetime | None, until: datetime | None, company: int | None = None) -> list[Any]:
    """The part of a domain that keeps to the days and the company asked for; Odoo then sends no others."""
    limits = ((">=", since), ("<", until))
    days = [("order_id.date_order", sign, day.strftime("%Y-%m-%d %H:%M:%S")) for sign, day in limits if day]
    return days if company is None else [*days, ("order_id.company_id", "=", company)]


def _sales(client: Any, say: Callable[[str], None], between: list[Any]) -> list[dict[str, Any]]:
    domain = [("state", "=", "sale"), ("display_type", "=", False), ("product_id", "!=", False), *between]
    lines = [row for rows in batches(client, "sale.order.line", domain, _SALE) for row in rows]
    say(f"{len(lines)} confirmed sales lines")
    orders = mapped(
        client,
        "sale.order",
        {x["order_id"] for x in lines},
        ("name", "partner_id", "user_id", "pricelist_id", "date_order", "currency_rate"),
    )
    tiers = mapped(
        client,
        "product.pricelist",
        {o["pricelist_id"] for o in orders.values() if o["pricelist_id"]},
        ("name",),
    )
    items, names = products(client, lines), parties(client, _partners(orders))
    return [
        {
            "item": items[x["product_id"]]["item"],
            "category": items[x["product_id"]]["category"],
            "party": names[order["partner_id"]],
            "document": order["name"],
            "person": f"user:{order['user_id']}" if order["user_id"] else "",
            "tier": tiers.get(order["pricelist_id"], {}).get("name", ""),
            "quantity": x["product_uom_qty"],
            # in company currency: currency_rate is units of the order's currency for one of the company's
            "unit_price": x["price_unit"] / (order["currency_rate"] or 1.0),
            "discount": x["discount"],
            "list_price": items[x["product_id"]]["lst_price"],
            "date": order["date_order"],
        }
        for x in lines
        for order in (orders[x["order_id"]],)
    ]


def _place(kind: dict[str, Any] | None) -> str:
    return f"warehouse:{kind['warehouse_id']}" if kind and kind["warehouse_id"] else ""


def _purchases(client: Any, say: Callable[[str], None], between: list[Any]) -> list[dict[str, Any]]:
    domain = [("state", "=", "purchase"), ("display_type", "=", False), ("product_id", "!=", False), *between]
    lines = [row for rows in batches(client, "purchase.order.line", domain, _PURCHASE) for row in rows]
    say(f"{len(lines)} confirmed purchase lines")
    orders = mapped(
        client, "purchase.order", {x["order_id"] for x in lines},
        ("name", "partner_id", "user_id", "date_order", "currency_rate", "picking_type_id"),
    )  # fmt: skip
    items, names = products(client, lines), parties(client, _partners(orders))
    types = {order["picking_type_id"] for order in orders.values() if order["picking_type_id"]}
    places = mapped(client, "stock.picking.type", types, ("warehouse_id",)) if types else {}
    out = []
    for x in lines:
        order = orders[x["order_id"]]
        lead = None
        if x["date_planned"] and order["date_order"]:
            lead = (
                pd.Timestamp(x["date_planned"]).normalize() - pd.Timestamp(order["date_order"]).normalize()
            ).days
        product = items[x["product_id"]]
        out.append(
            {
                "item": product["item"],
                "category": product["category"],
                "party": names[order["partner_id"]],
                "document": order["name"],
                "person": f"user:{order['user_id']}" if order["user_id"] else "",
                "quantity": x["product_qty"],
                "unit_price": x["price_unit"] / (order["currency_rate"] or 1.0),
                "discount": x["discount"],
                "lead_days": lead,
                "place": _place(places.get(order["picking_type_id"])),
                "date": order["date_order"],
            }
        )
    return out


def read_odoo_weeks(
    client: Any,
    limit: float = 0.0,
    say: Callable[[str], None] = lambda text: None,
    since: datetime | None = None,
    until: datetime | None = None,
    company: int | None = None,
) -> pd.DataFrame:
    """Weekly figures of salespersons and customers, buyers and vendors, of all companies or of the one with this id.

    The column `others` is that of `weeks_of`.
    Raises ValueError without any confirmed line.
    """
    between, frames = _between(since, until, company), []
    for rows, person, party in (
        (_sales(client, say, between), "salesperson", "customer"),
        (_purchases(client, say, between), "buyer", "vendor"),
    ):
        if rows:
            lines = pd.DataFrame(rows).rename(columns={"person": person, "party": party})
            frames.append(weeks_of(lines, limit, others=True))
    if not frames:
        raise ValueError("Odoo holds no confirmed lines to train on")
    return pd.concat(frames, ignore_index=True)


def read_odoo(
    client: Any,
    subject: str,
    say: Callable[[str], None] = lambda text: None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> pd.DataFrame:
    """The usable confirmed lines of `subject`, in the columns of training and in company currency.

    Raises ValueError without any.
    """
    between = _between(since, until)
    rows = _sales(client, say, between) if subject == "discounts" else _purchases(client, say, between)
    if not rows:
        raise ValueError("Odoo holds no confirmed lines to train on")
    return normalise(pd.DataFrame(rows), subject)
