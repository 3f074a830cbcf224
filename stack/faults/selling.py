"""Salespeople: they confirm orders, and ask again for the checks of confirmed ones."""

from __future__ import annotations

import time
from random import Random
from typing import Any

from stack.demo.anomalies import ORDINARY_ORDER, UNUSUAL_ORDER

from .people import Person, Refused, Work

#: Seconds between two questions of one who catches up.
SHORTEST_PAUSE = 0.5


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
                work.note_failure(f"{mark} was not confirmed: {error}")
            return
        except ConnectionError:
            time.sleep(0.5)
            [row] = seller.call("sale.order", "read", [order], ["state"])
            if row["state"] == "sale":
                return


def ask_again(work: Work) -> None:
    """The checks of some confirmed orders once more: each question is an event that is answered and judged whole.

    A question whose answer was lost on the way may have been asked all the same: then there is an event more. What an outage
    left undone is caught up with.
    """
    seller, random = Person("salesperson"), Random(f"{work.seed}-again")  # noqa: S311
    begun, turn = time.monotonic(), 0
    while not work.over.wait(max(SHORTEST_PAUSE, begun + turn * work.again_every - time.monotonic())):
        turn += 1
        with work.lock:
            if work.asked_again >= work.again:
                break
            known = sorted(work.confirmed.values())
        if not known:
            turn = 0
            continue
        chosen = random.sample(known, min(work.handful, len(known), work.again - work.asked_again))
        try:
            seller.try_once("sale.order", "action_recheck", chosen)
        except Refused as error:
            work.note_failure(f"the checks of {chosen} were not asked for again: {error}")
        except ConnectionError:
            turn -= 1
            continue
        with work.lock:
            work.asked_again += len(chosen)
    with work.lock:
        work.broken.update(seller.broken)
