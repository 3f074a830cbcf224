"""Twelve weeks of two salespeople: one whose discounts jump in the last two, one whose do not. For tests and pictures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from random import Random
from typing import NamedTuple
from uuid import uuid4

import psycopg

from stack.client import Stack

WEEKS, A_WEEK = 12, 6
USUAL, HABIT = 4.0, (24.0, 27.0)


class Seller(NamedTuple):
    """A salesperson of Odoo."""

    user: int
    name: str


def mondays() -> list[date]:
    """The Mondays of the last twelve full weeks, oldest first."""
    today = date.today()
    newest = today - timedelta(days=today.weekday() + 7)
    return [newest - timedelta(weeks=back) for back in reversed(range(WEEKS))]


@contextmanager
def seeded(stack: Stack) -> Iterator[dict[str, Seller]]:
    """The sellers `habit` and `ordinary` with their orders, and no week measured yet; their orders are cancelled afterwards."""
    people = {name: _seller(stack) for name in ("habit", "ordinary")}
    usual = [USUAL] * WEEKS
    discounts = {"habit": [*usual[: -len(HABIT)], *HABIT], "ordinary": usual}
    orders = [number for name, who in people.items() for number in _orders(stack, who.user, discounts[name])]
    # Closed business, as the demo's history is: confirming in Odoo would set today's date.
    _state(stack, orders, "sale")
    with psycopg.connect(stack.data["database_urls"]["odoo"]) as connection:
        connection.execute("DELETE FROM gatehouse_pattern")
        connection.execute("DELETE FROM gatehouse_pattern_run")
    try:
        yield people
    finally:
        _state(stack, orders, "cancel")


def _seller(stack: Stack) -> Seller:
    name = f"Seller {uuid4().hex[:8]}"
    group = stack.call(
        "admin", "ir.model.data", "check_object_reference", "sales_team", "group_sale_salesman"
    )[1]
    values = {"name": name, "login": name.replace(" ", "_").lower(), "group_ids": [(4, group)]}
    return Seller(stack.call("admin", "res.users", "create", values), name)


def _orders(stack: Stack, seller: int, discounts: list[float]) -> list[int]:
    """Draft orders in each of the weeks, with about the discount of that week."""
    rng = Random(seller)  # noqa: S311 - a repeatable generator is the point
    partners = stack.call("admin", "res.partner", "search", [("customer_rank", ">", 0)], limit=10)
    products = stack.call(
        "admin", "product.product", "search_read", [("default_code", "like", "-")], ["lst_price"], limit=8
    )
    orders = []
    for monday, usual in zip(mondays(), discounts, strict=True):
        for number in range(A_WEEK):
            lines = [
                (0, 0, {"product_id": product["id"], "product_uom_qty": rng.randint(2, 12), "price_unit": product["lst_price"],
                        "discount": max(0.0, usual + rng.uniform(-1.5, 1.5))})
                for product in rng.sample(products, 3)
            ]  # fmt: skip
            moment = datetime.combine(monday + timedelta(days=number % 5), time(9 + number))
            orders.append(
                {"partner_id": rng.choice(partners), "user_id": seller, "date_order": str(moment), "order_line": lines}
            )  # fmt: skip
    made: list[int] = stack.call("admin", "sale.order", "create", orders)
    return made


def _state(stack: Stack, orders: list[int], state: str) -> None:
    with psycopg.connect(stack.data["database_urls"]["odoo"]) as connection:
        connection.execute(
            "UPDATE sale_order SET state = %s, locked = true WHERE id = ANY(%s)", [state, orders]
        )
        connection.execute("UPDATE sale_order_line SET state = %s WHERE order_id = ANY(%s)", [state, orders])
