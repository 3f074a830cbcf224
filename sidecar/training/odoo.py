"""Reads confirmed order lines from Odoo through odoorpc, in batches and with the needed columns only."""

from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd

from sidecar.training.sources import normalise

_BATCH = 2000
_SALE = ("order_id", "product_id", "product_uom_qty", "price_unit", "discount")
_PURCHASE = ("order_id", "product_id", "product_qty", "price_unit", "discount", "date_planned")


def _batches(
    client: Any, model: str, domain: list[Any], fields: tuple[str, ...]
) -> Iterator[list[dict[str, Any]]]:
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


def _map(client: Any, model: str, ids: set[int], fields: tuple[str, ...]) -> dict[int, dict[str, Any]]:
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


def _products(client: Any, lines: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    found = _map(
        client, "product.product", {x["product_id"] for x in lines}, ("default_code", "lst_price", "categ_id")
    )
    categories = {row["categ_id"] for row in found.values() if row["categ_id"]}
    names = _map(client, "product.category", categories, ("name",))
    for row in found.values():
        row["item"] = row["default_code"] or f"product:{row['id']}"
        row["category"] = names.get(row["categ_id"], {}).get("name", "")
    return found


def _parties(client: Any, orders: dict[int, dict[str, Any]]) -> dict[int, str]:
    ids = {order["partner_id"] for order in orders.values()}
    found = _map(client, "res.partner", ids, ("commercial_partner_id",))
    return {key: f"partner:{row['commercial_partner_id'] or key}" for key, row in found.items()}


def _sales(client: Any, say: Callable[[str], None]) -> list[dict[str, Any]]:
    domain = [("state", "=", "sale"), ("display_type", "=", False), ("product_id", "!=", False)]
    lines = [row for rows in _batches(client, "sale.order.line", domain, _SALE) for row in rows]
    say(f"{len(lines)} confirmed sales lines")
    orders = _map(
        client,
        "sale.order",
        {x["order_id"] for x in lines},
        ("partner_id", "pricelist_id", "date_order", "currency_rate"),
    )
    tiers = _map(
        client,
        "product.pricelist",
        {o["pricelist_id"] for o in orders.values() if o["pricelist_id"]},
        ("name",),
    )
    products, parties = _products(client, lines), _parties(client, orders)
    return [
        {
            "item": products[x["product_id"]]["item"],
            "category": products[x["product_id"]]["category"],
            "party": parties[order["partner_id"]],
            "tier": tiers.get(order["pricelist_id"], {}).get("name", ""),
            "quantity": x["product_uom_qty"],
            "unit_price": x["price_unit"],
            "discount": x["discount"],
            "list_price": products[x["product_id"]]["lst_price"] * (order["currency_rate"] or 1.0),
            "date": order["date_order"],
        }
        for x in lines
        for order in (orders[x["order_id"]],)
    ]


def _purchases(client: Any, say: Callable[[str], None]) -> list[dict[str, Any]]:
    domain = [("state", "=", "purchase"), ("display_type", "=", False), ("product_id", "!=", False)]
    lines = [row for rows in _batches(client, "purchase.order.line", domain, _PURCHASE) for row in rows]
    say(f"{len(lines)} confirmed purchase lines")
    orders = _map(client, "purchase.order", {x["order_id"] for x in lines}, ("partner_id", "date_order"))
    products, parties = _products(client, lines), _parties(client, orders)
    out = []
    for x in lines:
        order = orders[x["order_id"]]
        lead = None
        if x["date_planned"] and order["date_order"]:
            lead = (
                pd.Timestamp(x["date_planned"]).normalize() - pd.Timestamp(order["date_order"]).normalize()
            ).days
        product = products[x["product_id"]]
        out.append(
            {
                "item": product["item"],
                "category": product["category"],
                "party": parties[order["partner_id"]],
                "quantity": x["product_qty"],
                "unit_price": x["price_unit"],
                "discount": x["discount"],
                "lead_days": lead,
                "date": order["date_order"],
            }
        )
    return out


def read_odoo(client: Any, subject: str, say: Callable[[str], None] = lambda text: None) -> pd.DataFrame:
    """The usable confirmed lines of `subject`, in the columns of training. Raises ValueError without any."""
    rows = _sales(client, say) if subject == "discounts" else _purchases(client, say)
    if not rows:
        raise ValueError("Odoo holds no confirmed lines to train on")
    return normalise(pd.DataFrame(rows), subject)
