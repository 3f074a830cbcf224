"""Two things at the same moment: one of the two comes first, and the other knows of it.

A hold is placed while its goods leave; two people sign the same step; an order is changed while it is signed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import odoorpc.error
import psycopg
import pytest

from sidecar.audit.chain import verify
from stack.client import Stack, wait_until
from stack.demo import documents, sales
from stack.demo.anomalies import ORDINARY_ORDER, OVER_BAND_ORDER

WAITERS = "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"

WAITING_FOR_ANY = "SELECT count(*) FROM pg_stat_activity WHERE cardinality(pg_blocking_pids(pid)) > 0"


@pytest.fixture
def other(stack: Stack) -> Iterator[psycopg.Connection[Any]]:
    """A transaction that goes on beside Odoo's."""
    with psycopg.connect(stack.data["database_urls"]["odoo"]) as connection:
        yield connection


@pytest.fixture
def order(stack: Stack) -> int:
    """Confirmed, checked and free to ship."""
    number = sales.make_order(stack, ORDINARY_ORDER)
    sales.confirm(stack, number)
    sales.wait_for(stack, number, "clear")
    return number


def commit_when_waited_for(other: psycopg.Connection[Any]) -> None:
    """Let the other transaction end as soon as Odoo's waits for it."""
    waiting = wait_until(
        lambda: other.execute(WAITERS).fetchone(), lambda row: row is not None and row[0] > 0, 30
    )
    assert waiting
    other.commit()


def test_goods_that_leave_while_a_hold_is_placed_are_refused(
    stack: Stack, other: psycopg.Connection[Any], order: int
) -> None:
    picking = sales.read(stack, order)["picking_ids"][0]
    other.execute("UPDATE sale_order SET id = id WHERE id = %s", [order])
    other.execute(
        "UPDATE gatehouse_hold SET state = 'open', released_at = NULL WHERE res_model = 'sale.order' AND res_id = %s",
        [order],
    )
    with ThreadPoolExecutor(1) as pool:
        shipping = pool.submit(sales.ship, Stack.load(), picking)
        commit_when_waited_for(other)
        with pytest.raises(odoorpc.error.RPCError, match="aiting for checks"):
            shipping.result(60)
    assert sales.picking_state(stack, picking) != "done"


@pytest.mark.parametrize("held", [False, True], ids=["free", "released at the same moment"])
def test_a_hold_that_is_asked_for_while_the_goods_leave_is_not_placed(
    stack: Stack, other: psycopg.Connection[Any], order: int, held: bool
) -> None:
    hold = (
        "UPDATE gatehouse_hold SET kind = 'review', state = %s WHERE res_model = 'sale.order' AND res_id = %s"
    )
    if held:
        other.execute(hold, ["open", order])
        other.commit()
        other.execute(hold, ["released", order])
    moves = """UPDATE stock_move SET state = %s WHERE sale_line_id IN
                      (SELECT id FROM sale_order_line WHERE order_id = %s)"""
    other.execute("UPDATE sale_order SET id = id WHERE id = %s", [order])
    other.execute(moves, ["done", order])
    try:
        with ThreadPoolExecutor(1) as pool:
            asking = pool.submit(Stack.load().call, "salesperson", "sale.order", "action_recheck", [order])
            commit_when_waited_for(other)
            asking.result(60)
        assert sales.holds(stack, order) == []
        wait_until(
            lambda: sales.events(stack, order),
            lambda rows: len(rows) == 2 and rows[0]["state"] == "acknowledged",
        )
        assert sales.holds(stack, order) == []
    finally:
        other.rollback()
        other.execute(moves, ["assigned", order])
        other.commit()


@pytest.fixture
def held(stack: Stack) -> tuple[int, int]:
    """An order over its band that waits for the sales manager, and the hold."""
    number = sales.make_order(stack, OVER_BAND_ORDER)
    sales.confirm(stack, number)
    [hold] = sales.holds(stack, number)
    return number, hold["id"]


def signed(stack: Stack, order: int) -> int:
    """How many signatures the log keeps of an order."""
    rows = stack.call("auditor", "gatehouse.decision", "search_read", [], ["content"], limit=40)
    return sum(
        row["content"]["action"] == "step_approved" and row["content"].get("target_id") == order
        for row in rows
    )


def test_of_two_who_sign_at_the_same_moment_one_finds_it_decided(
    stack: Stack, other: psycopg.Connection[Any], held: tuple[int, int]
) -> None:
    order, hold = held
    # both wait for the row that a third transaction has, so that they begin before either ends
    other.execute("SELECT id FROM gatehouse_hold WHERE id = %s FOR UPDATE", [hold])
    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(documents.release, Stack.load(), login, hold, f"{login} agreed")
            for login in ("sales_manager", "operations")
        ]
        assert wait_until(
            lambda: other.execute(WAITING_FOR_ANY).fetchone(), lambda row: row is not None and row[0] > 1, 30
        )
        other.rollback()
        refusals = [failure for failure in (task.exception(60) for task in both) if failure]
    assert len(refusals) == 1
    assert "not open any more" in str(refusals[0]) or "not waiting" in str(refusals[0])
    assert signed(stack, order) == 1
    assert sales.read(stack, order)["state"] == "sale"


def exported(stack: Stack) -> list[str]:
    """The sealed log as the auditor downloads it."""
    return stack.odoo("auditor").get("/gatehouse/audit/export").content.decode().splitlines()


def test_of_two_orders_signed_at_the_same_moment_both_stand_in_a_log_that_verifies(
    stack: Stack, other: psycopg.Connection[Any]
) -> None:
    orders = [sales.make_order(stack, OVER_BAND_ORDER) for _ in range(2)]
    for order in orders:
        sales.confirm(stack, order)
    holds = [sales.holds(stack, order)[0]["id"] for order in orders]
    other.execute("SELECT id FROM gatehouse_hold WHERE id = ANY(%s) FOR UPDATE", [holds])
    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(documents.release, Stack.load(), login, hold, f"{login} agreed")
            for login, hold in zip(("sales_manager", "operations"), holds, strict=True)
        ]
        assert wait_until(
            lambda: other.execute(WAITING_FOR_ANY).fetchone(), lambda row: row is not None and row[0] > 1, 30
        )
        other.rollback()
        for task in both:
            task.result(60)
        first, second = pool.map(exported, [Stack.load(), Stack.load()])  # each seals what is not sealed yet
    assert [signed(stack, order) for order in orders] == [1, 1]
    whole = exported(stack)
    for lines in (first, second, whole):
        assert verify(lines).number == len(lines)
    kept = [json.loads(line)["content"] for line in whole]
    assert {row["target_id"] for row in kept if row["action"] == "step_approved"} >= set(orders)


def test_an_order_that_is_changed_while_it_is_signed_does_not_go_on_with_the_change(
    stack: Stack, other: psycopg.Connection[Any], held: tuple[int, int]
) -> None:
    order, hold = held
    other.execute("UPDATE sale_order SET id = id WHERE id = %s", [order])
    other.execute("UPDATE sale_order_line SET price_unit = price_unit / 2 WHERE order_id = %s", [order])
    with ThreadPoolExecutor(1) as pool:
        signing = pool.submit(documents.release, Stack.load(), "sales_manager", hold, "As it was")
        commit_when_waited_for(other)
        with pytest.raises(odoorpc.error.RPCError, match="has changed since"):
            signing.result(60)
    assert signed(stack, order) == 0
    assert sales.read(stack, order)["state"] != "sale"
