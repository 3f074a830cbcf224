"""The people of a run: their sessions, what they sell to whom, and what they share."""

from __future__ import annotations

import http.client
import threading
import time
import urllib.error
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import odoorpc.error

from stack.client import Stack
from stack.demo.anomalies import ORDINARY_ORDER, UNUSUAL_ORDER
from stack.demo.documents import find

#: An outage longer than this ends the run: a person would have called somebody.
PATIENCE = 900.0
#: Few enough orders a customer that what is added up over days stays ordinary.
CUSTOMERS, ORDERS_EACH = 40, 4
#: Units on hand: enough for every order of a run.
ON_HAND = 20_000


class Refused(Exception):
    """Odoo said no, for a reason that a person understands."""


@dataclass
class Person:
    """A user's session that outlives restarts; what Odoo refuses is told apart from what broke."""

    login: str
    stack: Stack = field(default_factory=Stack.load)
    broken: Counter[str] = field(default_factory=Counter)

    def try_once(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """One call. Raises Refused, or ConnectionError when nobody can tell whether it happened."""
        try:
            return self.stack.call(self.login, model, method, *args, **kwargs)
        except odoorpc.error.RPCError as error:
            name = str(((error.info or {}).get("data") or {}).get("name", ""))
            if name.startswith(("odoo.exceptions.", "odoo.addons.")) and "CacheMiss" not in name:
                raise Refused(str(error).strip().splitlines()[0]) from error
            self.broken[name or "RPCError"] += 1
            raise ConnectionError(name or str(error)) from error
        except (OSError, urllib.error.URLError, http.client.HTTPException, ValueError) as error:
            self.broken[type(error).__name__] += 1
            raise ConnectionError(str(error)) from error

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Until it is answered; only for calls that may be repeated."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                return self.try_once(model, method, *args, **kwargs)
            except ConnectionError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.5)


@dataclass
class Company:
    """What the run sells, and to whom: customers of the run's own, with an address each."""

    mark: str
    customers: list[int]
    items: dict[str, int]


def set_up(admin: Stack, mark: str, orders: int) -> Company:
    """Customers, items with stock for so many orders, booked deliveries, customers told about holds."""
    rules = admin.call(
        "operations", "gatehouse.message.rule", "search",
        [("occasion", "in", ["order_held", "order_released"]), ("active", "in", [True, False])],
    )  # fmt: skip
    admin.call("operations", "gatehouse.message.rule", "write", rules, {"active": True})
    kinds = admin.call("admin", "stock.picking.type", "search", [("code", "=", "outgoing")])
    admin.call("admin", "stock.picking.type", "write", kinds, {"gatehouse_book_carrier": True})
    germany = find(admin, "admin", "res.country", "code", "DE")
    known = find(admin, "admin", "res.partner", "name", ORDINARY_ORDER["customer"])
    [like] = admin.call(
        "admin", "res.partner", "read", [known], ["property_product_pricelist", "category_id"]
    )
    values = [
        {
            "name": f"{mark} customer {number}",
            "email": f"{mark.lower()}-{number}@customer.example",
            "street": f"Way {number}",
            "zip": "53111",
            "city": "Bonn",
            "country_id": germany,
            "is_company": True,
            "category_id": [(6, 0, like["category_id"])],
            "property_product_pricelist": like["property_product_pricelist"][0],
        }
        for number in range(max(CUSTOMERS, orders // ORDERS_EACH))
    ]
    customers = admin.call("admin", "res.partner", "create", values)
    items = {}
    for case in (ORDINARY_ORDER, UNUSUAL_ORDER):
        item = find(admin, "admin", "product.product", "default_code", case["item"])
        _stock(admin, item, max(ON_HAND, 2 * orders * case["quantity"]))
        items[case["item"]] = item
    return Company(mark, customers, items)


def _stock(admin: Stack, item: int, wanted: float) -> None:
    """So many units of an item in the first warehouse."""
    [warehouse] = admin.call(
        "admin", "stock.warehouse", "search_read", [], ["lot_stock_id"], limit=1, order="id"
    )
    values = {
        "product_id": item,
        "location_id": warehouse["lot_stock_id"][0],
        "inventory_quantity": wanted,
    }
    made = admin.call("admin", "stock.quant", "create", values)
    admin.call("admin", "stock.quant", "action_apply_inventory", made if isinstance(made, list) else [made])


@dataclass
class Work:
    """What the people of one run share: `orders` to confirm with a pause between them, and how many times the checks of a
    confirmed one are asked for again, a `handful` in one call every `again_every` seconds."""

    company: Company
    seed: int
    orders: int
    pause: float
    again: int = 0
    again_every: float = 1.0
    handful: int = 5
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    next: int = 0
    asked_again: int = 0
    confirmed: dict[str, int] = field(default_factory=dict)
    to_ship: list[int] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def take(self) -> int | None:
        """The number of the next order, or nothing when all are taken."""
        with self.lock:
            if self.next >= self.orders or self.over.is_set():
                return None
            self.next += 1
            return self.next - 1

    def close(self) -> None:
        """No further order is begun, and nothing is asked again."""
        with self.lock:
            self.next = max(self.next, self.orders)
            self.again = min(self.again, self.asked_again)

    def note_failure(self, text: str) -> None:
        """Somebody could not do his work: the run counts as failed."""
        with self.lock:
            self.failures.append(text)

    def let_go(self) -> list[int]:
        """The orders that the warehouse has not heard of yet."""
        with self.lock:
            fresh, self.to_ship = self.to_ship, []
        return fresh
