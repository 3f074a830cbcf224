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
    none = {"execution_id": "", "workflow": "", "occurrences": 1, "last_at": None, "category": "delivery"}
    return {"event_id": number, "state": "open", "owned": True, **none, **more}


def execution(number: int, status: str, **more: Any) -> dict[str, Any]:
    row = {"id": str(number), "workflow": "01-route-odoo-events", "mode": "webhook", "status": status, "in_time": False,
           "began": NOON + timedelta(seconds=number), "mentions": []}  # fmt: skip
    return {**row, **more}


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
        bookings=[{"key": "e3-booking", "reference": "OUT/7", "known": True}],
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
    found.bookings.append({"key": "other", "reference": "OUT/7", "known": False})
    assert kinds(found) == {"effect_twice"}


def test_a_booking_under_a_key_that_odoo_never_gave_is_found(found: Evidence) -> None:
    found.bookings.append({"key": "other", "reference": "OUT/8", "known": False})
    assert [(finding.kind, finding.record) for finding in check(found)] == [("effect_unasked", "OUT/8")]
    found.bookings[-1]["known"] = True  # of an event before the run
    assert check(found) == []


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


@pytest.mark.parametrize("status", ["error", "crashed", "canceled", "running", "new", "waiting"])
def test_an_execution_without_an_end_of_which_nobody_knows_is_found(found: Evidence, status: str) -> None:
    found.executions.append(execution(1, status))
    assert kinds(found) == {"execution_open"}


@pytest.mark.parametrize("status", ["crashed", "running"])
def test_a_killed_execution_whose_events_came_again_is_in_order(found: Evidence, status: str) -> None:
    found.executions.append(execution(1, status, mentions=["e1", "a-node-of-the-workflow"]))
    assert check(found) == []


def test_events_of_before_the_run_count_as_well(found: Evidence) -> None:
    found.executions.append(execution(1, "crashed", mentions=["e0"]))
    found.earlier.append({"id": 0, "event_id": "e0", "state": "delivered"})
    assert kinds(found) == {"execution_open"}
    found.earlier[0]["state"] = "acknowledged"
    assert check(found) == []


def test_one_open_event_of_a_killed_execution_is_found_twice(found: Evidence) -> None:
    found.events[1]["state"] = "delivered"
    found.executions.append(execution(1, "crashed", mentions=["e1", "e2"]))
    assert kinds(found) == {"event_open", "execution_open"}
    found.exceptions.append(exception(2))
    assert check(found) == []


def test_a_failure_that_an_exception_names_or_counts_is_in_order(found: Evidence) -> None:
    found.executions += [execution(number, "error", workflow="50-triage") for number in (1, 2)]
    last = {"category": "workflow", "workflow": "50-triage", "last_at": NOON + timedelta(minutes=1)}
    found.exceptions.append(exception(0, execution_id="2", **last))
    assert [finding.record for finding in check(found)] == ["50-triage 1"]
    found.exceptions[-1]["occurrences"] = 2
    assert check(found) == []
    found.executions.append(execution(90, "error", workflow="50-triage"))
    assert [finding.record for finding in check(found)] == ["50-triage 90"]


def test_a_scheduled_execution_that_failed_is_made_up_for_by_a_later_one_alone(found: Evidence) -> None:
    turn = {"workflow": "90-rank-open-work", "mode": "trigger"}
    found.executions += [execution(1, "success", **turn), execution(2, "crashed", **turn)]
    assert check(found) == []  # its next turn is still to come
    found.executions.append(execution(3, "error", **turn))
    assert [finding.record for finding in check(found)] == ["90-rank-open-work 2"]
    found.executions.append(execution(4, "success", **turn))
    assert check(found) == []
    found.executions[1]["mode"] = "webhook"  # what came from outside comes but once
    assert kinds(found) == {"execution_open"}


def test_the_newest_execution_within_its_time_may_be_at_work(found: Evidence) -> None:
    found.executions.append(execution(1, "running", in_time=True))
    assert check(found) == []
    found.executions.append(execution(2, "success"))
    assert kinds(found) == {"execution_open"}


def test_a_report_that_failed_is_judged_by_the_execution_it_was_about(found: Evidence) -> None:
    found.executions.append(execution(1, "error", workflow="00-handle-workflow-error", mode="error"))
    assert check(found) == []
