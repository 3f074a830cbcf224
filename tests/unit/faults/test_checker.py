"""The checker fails on what a fault run must not leave behind, and on nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from stack.faults.checker import KINDS, check
from stack.faults.evidence import Evidence

NOON = datetime(2026, 11, 25, 12)


def event(number: int, kind: str, **more: Any) -> dict[str, Any]:
    row = {"id": number, "event_id": f"e{number}", "type": kind, "state": "acknowledged", "res_model": "sale.order",
           "res_id": 1, "res_name": "S1", "attempt": 1, "last_error": None, "expected": [], "receiver": None,
           "subject": None, "seconds": 0.5}  # fmt: skip
    return {**row, **more}


def exception(number: int, **more: Any) -> dict[str, Any]:
    return {"event_id": number, "state": "open", "owned": True, **more}


@pytest.fixture
def found() -> Evidence:
    """One order: checked, held, told about, released, shipped and booked; nothing wrong."""
    return Evidence(
        confirmed={"F-0": 1},
        orders=[{"id": 1, "name": "S1", "state": "sale", "mark": "F-0"}],
        events=[
            event(1, "sale.order.confirmed", expected=["finance_exposure"]),
            event(2, "message.order_held.requested", subject="Your order S1: we are checking it", receiver="a@b"),
            event(3, "stock.picking.validated", res_model="stock.picking", res_id=7, res_name="OUT/7"),
        ],
        checks=[{"event_id": 1, "code": "finance_exposure", "verdict": "pass"}],
        holds=[
            {"id": 1, "res_id": 1, "kind": "checks_pending", "blocks": "ship", "state": "released", "name": "S1",
             "placed_at": NOON, "released_at": NOON + timedelta(seconds=5)},
        ],
        effects=[
            {"key": "e2-message", "kind": "message", "state": "done", "event_id": 2, "res_name": "S1", "reference": "<1>"},
            {"key": "e3-booking", "kind": "booking", "state": "done", "event_id": 3, "res_name": "OUT/7", "reference": "GHX1"},
        ],
        moves=[{"id": 1, "order_id": 1, "picking": "OUT/7", "date": NOON + timedelta(seconds=9)}],
        mails=[{"subject": "Your order S1: we are checking it", "message_id": "<1>", "receivers": ["a@b"]}],
        bookings=[{"key": "e3-booking", "reference": "OUT/7"}],
    )  # fmt: skip


def kinds(found: Evidence) -> set[str]:
    seen = {finding.kind for finding in check(found)}
    assert seen <= KINDS.keys()
    return seen


def test_an_order_that_went_its_way_gives_no_finding(found: Evidence) -> None:
    assert check(found) == []


def test_an_order_that_odoo_forgot_is_lost(found: Evidence) -> None:
    found.orders[0]["state"] = "draft"
    assert kinds(found) == {"order_lost"}


def test_a_confirmed_order_without_an_event_is_found(found: Evidence) -> None:
    del found.events[:2]
    assert "event_missing" in kinds(found)


@pytest.mark.parametrize("state", ["pending", "leased", "delivered", "dead"])
def test_an_event_that_nobody_answers_for_is_found(found: Evidence, state: str) -> None:
    found.events[0]["state"] = state
    assert kinds(found) == {"event_open"}


def test_a_dead_event_with_an_owner_is_in_order(found: Evidence) -> None:
    found.events[0]["state"] = "dead"
    found.exceptions.append(exception(1))
    assert check(found) == []


@pytest.mark.parametrize("more", [{"owned": False}, {"state": "resolved"}])
def test_an_exception_without_owner_or_closed_stands_for_nothing(
    found: Evidence, more: dict[str, Any]
) -> None:
    found.events[0]["state"] = "dead"
    found.exceptions.append(exception(1, **more))
    assert kinds(found) == {"event_open"}


def test_a_missing_check_is_found(found: Evidence) -> None:
    found.events[0]["expected"] = ["finance_exposure", "carrier_limits"]
    assert [finding.text for finding in check(found)] == ["S1 has no carrier_limits"]


def test_a_check_recorded_twice_is_found(found: Evidence) -> None:
    found.checks.append(dict(found.checks[0]))
    assert kinds(found) == {"check_twice"}


def test_an_order_that_waits_for_good_is_found(found: Evidence) -> None:
    found.holds[0] |= {"state": "open", "released_at": None}
    found.moves.clear()
    assert kinds(found) == {"hold_left"}


def test_goods_that_left_under_a_hold_are_found(found: Evidence) -> None:
    found.moves[0]["date"] = NOON + timedelta(seconds=3)
    assert kinds(found) == {"shipped_past_hold"}


def test_a_second_booking_of_one_delivery_is_found(found: Evidence) -> None:
    found.bookings.append({"key": "other", "reference": "OUT/7"})
    assert kinds(found) == {"effect_twice"}


def test_the_same_mail_twice_is_found(found: Evidence) -> None:
    found.mails.append({**found.mails[0], "message_id": "<2>"})
    assert kinds(found) == {"effect_twice"}


def test_a_mail_that_no_event_asked_for_is_found(found: Evidence) -> None:
    found.mails.append({"subject": "Your order S1: it goes on", "message_id": "<2>", "receivers": ["a@b"]})
    assert kinds(found) == {"effect_unasked"}


def test_an_effect_called_done_that_never_reached_its_receiver_is_found(found: Evidence) -> None:
    found.bookings.clear()
    found.mails.clear()
    assert [finding.kind for finding in check(found)] == ["effect_missing", "effect_missing"]


def test_an_effect_nobody_knows_about_needs_an_owner(found: Evidence) -> None:
    found.effects[0]["state"] = "unknown"
    assert kinds(found) == {"effect_missing"}
    found.exceptions.append(exception(2))
    assert check(found) == []
