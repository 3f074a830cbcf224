"""The people of a run: salespeople who confirm, a warehouse that ships what it may, managers who release."""

from __future__ import annotations

import http.client
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

import odoorpc.error

from stack.client import Stack
from stack.demo.anomalies import ORDINARY_ORDER, UNUSUAL_ORDER
from stack.demo.documents import find

#: An outage longer than this ends the run: a person would have called somebody.
PATIENCE = 240.0
CUSTOMERS = 40
RELEASERS = ("sales_manager", "finance", "operations")


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


def set_up(admin: Stack, mark: str) -> Company:
    """Customers, items with stock, booked deliveries, customers told about holds."""
    rules = admin.call(
        "admin", "gatehouse.message.rule", "search",
        [("occasion", "in", ["order_held", "order_released"]), ("active", "in", [True, False])],
    )  # fmt: skip
    admin.call("admin", "gatehouse.message.rule", "write", rules, {"active": True})
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
        for number in range(CUSTOMERS)
    ]
    customers = admin.call("admin", "res.partner", "create", values)
    names = {case["item"] for case in (ORDINARY_ORDER, UNUSUAL_ORDER)}
    items = {name: find(admin, "admin", "product.product", "default_code", name) for name in names}
    return Company(mark, customers, items)


@dataclass
class Work:
    """What the people of one run share."""

    company: Company
    seed: int
    orders: int
    pause: float
    over: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)
    next: int = 0
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
        """No further order is begun."""
        with self.lock:
            self.next = max(self.next, self.orders)


def order_of(work: Work, number: int) -> dict[str, Any]:
    """The order with this number: the same for the same seed."""
    random = Random(f"{work.seed}-{number}")  # noqa: S311
    case = UNUSUAL_ORDER if random.random() < 0.15 else ORDINARY_ORDER
    line = {
        "product_id": work.company.items[case["item"]],
        "product_uom_qty": case["quantity"],
        "discount": case["discount"],
    }
    customer = work.company.customers[random.randrange(len(work.company.customers))]
    mark = f"{work.company.mark}-{number}"
    return {"partner_id": customer, "client_order_ref": mark, "order_line": [(0, 0, line)]}


def sell(work: Work) -> None:
    """Orders one after the other, each looked up first when nobody can tell whether it was made."""
    seller = Person("salesperson")
    while (number := work.take()) is not None:
        values = order_of(work, number)
        mark = values["client_order_ref"]
        order = _made(seller, mark, values)
        _confirm(seller, work, mark, order)
        with work.lock:
            work.confirmed[mark] = order
            if Random(f"{work.seed}-{number}-ship").random() < 0.6:  # noqa: S311
                work.to_ship.append(order)
        time.sleep(work.pause)
    with work.lock:
        work.broken.update(seller.broken)


def _made(seller: Person, mark: str, values: dict[str, Any]) -> int:
    while True:
        try:
            made = seller.try_once("sale.order", "create", values)
            return int(made[0] if isinstance(made, list) else made)
        except ConnectionError:
            time.sleep(0.5)
            known = seller.call("sale.order", "search", [("client_order_ref", "=", mark)])
            if known:
                return int(known[0])


def _confirm(seller: Person, work: Work, mark: str, order: int) -> None:
    while True:
        try:
            seller.try_once("sale.order", "action_confirm", [order])
            return
        except Refused as error:
            [row] = seller.call("sale.order", "read", [order], ["state"])
            if row["state"] != "sale":
                with work.lock:
                    work.failures.append(f"{mark} was not confirmed: {error}")
            return
        except ConnectionError:
            time.sleep(0.5)
            [row] = seller.call("sale.order", "read", [order], ["state"])
            if row["state"] == "sale":
                return


def ship(work: Work) -> None:
    """Tries to ship what was confirmed, at once and again: what is held has to be refused each time."""
    keeper = Person("warehouse")
    random = Random(f"{work.seed}-warehouse")  # noqa: S311
    while True:
        with work.lock:
            order = work.to_ship.pop(random.randrange(len(work.to_ship))) if work.to_ship else None
        if order is None:
            if work.over.wait(0.5):
                break
            continue
        if not _shipped(keeper, work, order):
            with work.lock:
                work.to_ship.append(order)
            time.sleep(0.3)
        if work.over.is_set():
            break
    for order in work.to_ship:  # what was let go at the last moment
        _shipped(keeper, work, order)
    with work.lock:
        work.broken.update(keeper.broken)


def _shipped(keeper: Person, work: Work, order: int) -> bool:
    domain = [("sale_id", "=", order), ("state", "not in", ("done", "cancel"))]
    try:
        pickings = keeper.try_once("stock.picking", "search", domain)
        if not pickings:
            return True
        keeper.try_once("stock.picking", "action_assign", pickings)
        keeper.try_once("stock.picking", "button_validate", pickings, context={"skip_backorder": True})
        return True
    except Refused as error:
        work.refusals[_shape(str(error))] += 1
        return False
    except ConnectionError:
        time.sleep(0.5)
        return False


def _shape(text: str) -> str:
    """A refusal without the names in it, to count alike ones together."""
    return " ".join("…" if any(sign.isdigit() for sign in word) else word for word in text.split())[:90]


def release(work: Work) -> None:
    """Managers release what is held, three of four; whoever the hold's role is."""
    people = [Person(login) for login in RELEASERS]
    refused: set[int] = set()
    while not work.over.wait(1.0):
        domain = [("state", "=", "open"), ("kind", "=", "review"), ("res_model", "=", "sale.order")]
        try:
            holds = people[-1].try_once("gatehouse.hold", "search_read", domain, ["res_id"], limit=20)
        except (ConnectionError, Refused):
            continue
        with work.lock:
            ours = set(work.confirmed.values())
        for hold in holds:
            if hold["res_id"] in ours and hold["id"] not in refused and hold["res_id"] % 4:
                refused |= {hold["id"]} if not _released(people, hold["id"]) else set()
    with work.lock:
        for person in people:
            work.broken.update(person.broken)


def _released(people: list[Person], hold: int) -> bool:
    """Whether it is settled or to be tried again; false when nobody of them may."""
    for person in people:
        try:
            person.try_once("gatehouse.hold", "release", [hold], "Agreed with the customer by phone")
            return True
        except Refused:
            continue
        except ConnectionError:
            return True
    return False


def at_work(work: Work, sellers: int = 2) -> list[threading.Thread]:
    """Everybody at once; the sellers first in the list."""

    def guarded(job: Callable[[Work], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                job(work)
            except Exception as error:
                with work.lock:
                    work.failures.append(f"{job.__name__} gave up: {type(error).__name__}: {error}")

        return run

    jobs = [sell] * sellers + [ship, release]
    threads = [threading.Thread(target=guarded(job), daemon=True, name=job.__name__) for job in jobs]
    for thread in threads:
        thread.start()
    return threads
