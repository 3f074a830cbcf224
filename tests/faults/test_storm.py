"""A short run of `make faults`: nothing is lost, nothing happens twice, and the checker can say otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import requests

from stack.client import Stack
from stack.faults import evidence
from stack.faults.checker import check
from stack.faults.report import as_markdown
from stack.faults.run import Outcome, Settings, machine, report_folder, run

SHORT = Settings(orders=30, seconds=60, every=5, seed=5577, drain=300)


@pytest.fixture(scope="module")
def storm(stack: Stack) -> Outcome:
    outcome = run(stack, SHORT)
    (report_folder(stack) / "short.md").write_text(as_markdown(outcome, machine()))
    fresh = Stack.load()
    stack.data, stack.sessions = fresh.data, {}
    return outcome


def test_a_storm_of_faults_loses_nothing_and_does_nothing_twice(storm: Outcome) -> None:
    assert storm.findings == []
    assert storm.failures == []
    # a slow machine begins fewer orders than were planned, and finishes what it began
    assert len(storm.evidence.confirmed) == sum(row["state"] == "sale" for row in storm.evidence.orders) >= 1
    assert len(storm.done) >= 8
    assert storm.evidence.moves
    assert any(row["kind"] == "booking" for row in storm.evidence.effects)


@pytest.fixture
def again(stack: Stack, storm: Outcome) -> Any:
    """The evidence of the storm, read anew."""
    numbers = [row["id"] for row in storm.evidence.events]
    after, last = min(numbers) - 1, max(numbers)

    def read() -> set[tuple[str, str]]:
        found = evidence.collect(
            stack, storm.mark, after, storm.evidence.begun, storm.evidence.confirmed, storm.evidence.mails
        )
        found.events = [row for row in found.events if row["id"] <= last]
        return {(finding.kind, finding.record) for finding in check(found)}

    return read


@pytest.fixture
def odoo(stack: Stack) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(stack.data["database_urls"]["odoo"], autocommit=True) as connection:
        yield connection


def test_an_execution_that_died_with_its_event_is_found(
    stack: Stack, storm: Outcome, again: Any, odoo: psycopg.Connection[Any]
) -> None:
    """Until the event is acknowledged: then it came again, and n8n's row says nothing."""
    event = next(row for row in storm.evidence.events if row["attempt"] == 1 and row["expected"])
    carrier = """SELECT e.id, w.name FROM execution_entity e JOIN workflow_entity w ON w.id = e."workflowId"
        JOIN execution_data d ON d."executionId" = e.id
        WHERE w.name = '01-route-odoo-events' AND e.status = 'success' AND d.data LIKE %s"""
    with psycopg.connect(stack.data["database_urls"]["n8n"], autocommit=True) as n8n:
        number, name = n8n.execute(carrier, [f"%{event['event_id']}%"]).fetchone() or (0, "")
        n8n.execute("UPDATE execution_entity SET status = 'crashed' WHERE id = %s", [number])
        odoo.execute("UPDATE gatehouse_event SET state = 'delivered' WHERE id = %s", [event["id"]])
        try:
            assert ("execution_open", f"{name} {number}") in again()
            odoo.execute("UPDATE gatehouse_event SET state = 'acknowledged' WHERE id = %s", [event["id"]])
            assert ("execution_open", f"{name} {number}") not in again()
        finally:
            odoo.execute("UPDATE gatehouse_event SET state = 'acknowledged' WHERE id = %s", [event["id"]])
            n8n.execute("UPDATE execution_entity SET status = 'success' WHERE id = %s", [number])


def test_a_lost_check_and_a_lost_event_are_found(
    storm: Outcome, again: Any, odoo: psycopg.Connection[Any]
) -> None:
    event = next(row for row in storm.evidence.events if row["expected"])
    odoo.execute("UPDATE gatehouse_event SET state = 'delivered' WHERE id = %s", [event["id"]])
    odoo.execute(
        "UPDATE gatehouse_check SET code = 'lost' WHERE event_id = %s AND code = 'finance_exposure'",
        [event["id"]],
    )
    try:
        assert again() >= {("event_open", event["event_id"]), ("check_lost", event["event_id"])}
    finally:
        odoo.execute("UPDATE gatehouse_event SET state = 'acknowledged' WHERE id = %s", [event["id"]])
        odoo.execute(
            "UPDATE gatehouse_check SET code = 'finance_exposure' WHERE event_id = %s AND code = 'lost'",
            [event["id"]],
        )
    assert again() == set()


def test_bookings_under_keys_that_odoo_never_gave_are_found(stack: Stack, storm: Outcome, again: Any) -> None:
    booked = next(
        row["res_name"]
        for row in storm.evidence.effects
        if row["kind"] == "booking" and row["state"] == "done"
    )
    recipient = {"name": "Somebody", "street": "Way 1", "zip": "53111", "city": "Bonn", "country": "DE"}
    for reference in (booked, "WH/OUT/NOBODY"):
        headers = {
            "Authorization": f"Bearer {stack.data['partners']['key']}",
            "Idempotency-Key": f"another {reference}",
        }
        requests.post(
            f"{stack.url('partners')}/v1/carrier/bookings",
            json={"id": "x", "reference": reference, "weight_kg": 1.0, "recipient": recipient},
            headers=headers,
            timeout=10,
        ).raise_for_status()
    assert again() == {("effect_twice", booked), ("effect_unasked", "WH/OUT/NOBODY")}
