"""The warehouse ships what it may, managers release what is held."""

from __future__ import annotations

import heapq
import time

from .people import Person, Refused, Work

RELEASERS = ("sales_manager", "finance", "operations")
#: Seconds at most until the warehouse tries again to ship what was refused; it waits twice as long after each refusal.
LONGEST_WAIT = 60.0


def ship(work: Work) -> None:
    """Tries to ship what was confirmed, at once and again: what is held has to be refused each time."""
    keeper = Person("warehouse")
    waiting: list[tuple[float, float, int]] = []  # (when it is tried, seconds until it is tried again, order)
    while not work.over.is_set():
        for order in work.let_go():
            heapq.heappush(waiting, (time.monotonic(), 0.5, order))
        if not waiting or waiting[0][0] > time.monotonic():
            work.over.wait(0.2)
            continue
        _due, pause, order = heapq.heappop(waiting)
        if not _shipped(keeper, work, order):
            heapq.heappush(waiting, (time.monotonic() + pause, min(2 * pause, LONGEST_WAIT), order))
    for order in [*work.let_go(), *[order for _due, _pause, order in waiting]]:
        _shipped(keeper, work, order)  # what was let go at the last moment
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
    left: set[int] = set()  # holds that stay: not to be read again, or they would hide the others
    while not work.over.wait(1.0):
        domain = [("state", "=", "open"), ("kind", "=", "review"), ("res_model", "=", "sale.order"),
                  ("id", "not in", sorted(left))]  # fmt: skip
        try:
            holds = people[-1].try_once("gatehouse.hold", "search_read", domain, ["res_id"], limit=20)
        except (ConnectionError, Refused):
            continue
        with work.lock:
            ours = set(work.confirmed.values())
        for hold in holds:
            order = hold["res_id"]
            stays = order % 4 == 0 or order < min(ours, default=0)
            if stays or (order in ours and not _released(people, hold["id"])):
                left.add(hold["id"])
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
