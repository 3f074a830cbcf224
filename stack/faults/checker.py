"""Says what was lost, done twice, or done that should not have been: pure functions of a run's evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .evidence import Evidence

KINDS = {
    "order_lost": "a salesperson was told that an order is confirmed, and Odoo does not know it",
    "event_missing": "a confirmed order that nobody was asked about",
    "event_open": "an event that is neither acknowledged nor an exception with an owner",
    "check_lost": "an event without a verdict for a check that its policy expects",
    "check_twice": "a check recorded twice",
    "hold_left": "an order that waits for checks for good",
    "shipped_past_hold": "goods that left while a hold forbade it",
    "effect_twice": "a booking or mail that happened twice",
    "effect_unasked": "a booking or mail that no event asked for",
    "execution_open": "an execution of n8n that failed or never ended, nobody is told of, and nothing made up for",
    "effect_missing": "an effect that Odoo calls done and its receiver never saw, or one nobody began or answers for",
}

UNFINISHED = ("new", "running", "waiting")
"""What n8n calls an execution that it has not ended; a killed one stays so."""


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: its kind, the record, and what was seen."""

    kind: str
    record: str
    text: str


def check(evidence: Evidence) -> list[Finding]:
    """Every finding; an empty list means that nothing was lost and nothing happened twice."""
    tests = (
        _orders,
        _events,
        _checks,
        _holds,
        _shipments,
        _bookings,
        _mails,
        _effects,
        _executions,
    )
    return [finding for test in tests for finding in test(evidence)]


def _owned(evidence: Evidence) -> set[int]:
    """Events that an open exception with an owner stands for."""
    return {
        row["event_id"]
        for row in evidence.exceptions
        if row["event_id"] and row["state"] == "open" and row["owned"]
    }


def _orders(evidence: Evidence) -> Iterator[Finding]:
    known = {row["mark"]: row for row in evidence.orders}
    asked = {row["res_id"] for row in evidence.events if row["res_model"] == "sale.order"}
    for mark, order in evidence.confirmed.items():
        if mark not in known or known[mark]["state"] != "sale":
            state = known[mark]["state"] if mark in known else "not there"
            yield Finding("order_lost", mark, f"sale.order {order} is {state}")
    marks = Counter(row["mark"] for row in evidence.orders if row["state"] == "sale")
    for mark, count in marks.items():
        if count > 1:
            yield Finding("effect_twice", mark, f"confirmed as {count} orders")
    for row in evidence.orders:
        if row["state"] == "sale" and row["id"] not in asked:
            yield Finding("event_missing", row["name"], "confirmed, and no event tells of it")


def _events(evidence: Evidence) -> Iterator[Finding]:
    owned = _owned(evidence)
    for row in evidence.events:
        if row["state"] != "acknowledged" and row["id"] not in owned:
            text = f"{row['type']} of {row['res_name']} is {row['state']} after {row['attempt']} attempts: {row['last_error']}"
            yield Finding("event_open", row["event_id"], text)


def _checks(evidence: Evidence) -> Iterator[Finding]:
    seen = Counter((row["event_id"], row["code"]) for row in evidence.checks)
    for (event, code), count in seen.items():
        if count > 1:
            yield Finding("check_twice", str(event), f"{code} was recorded {count} times")
    owned = _owned(evidence)
    for row in evidence.events:
        missing = [code for code in row["expected"] if (row["id"], code) not in seen]
        if missing and row["id"] not in owned:
            yield Finding("check_lost", row["event_id"], f"{row['res_name']} has no {', '.join(missing)}")


def _holds(evidence: Evidence) -> Iterator[Finding]:
    for row in evidence.holds:
        if row["kind"] == "checks_pending" and row["state"] == "open":
            yield Finding("hold_left", row["name"], f"waits for checks since {row['placed_at']}")


def _shipments(evidence: Evidence) -> Iterator[Finding]:
    """Odoo's times are whole seconds: the second in which a hold was placed or released proves nothing."""
    holds: dict[int, list[dict[str, Any]]] = {}
    for row in evidence.holds:
        if row["blocks"] == "ship":
            holds.setdefault(row["res_id"], []).append(row)
    for move in evidence.moves:
        for hold in holds.get(move["order_id"], []):
            if hold["placed_at"] < move["date"] and (
                hold["released_at"] is None or move["date"] < hold["released_at"]
            ):
                until = hold["released_at"] or "now"
                text = (
                    f"left at {move['date']} under the {hold['kind']} hold of {hold['placed_at']} to {until}"
                )
                yield Finding("shipped_past_hold", move["picking"], text)


def _bookings(evidence: Evidence) -> Iterator[Finding]:
    events = {row["event_id"]: row for row in evidence.events if row["type"] == "stock.picking.validated"}
    asked = Counter(row["res_name"] for row in events.values())
    made: dict[str, list[dict[str, Any]]] = {}
    for row in evidence.bookings:
        made.setdefault(row["reference"], []).append(row)
    for reference, rows in made.items():
        unasked = [row["key"] for row in rows if not row["known"]]
        if reference in asked and len(rows) > asked[reference]:
            text = f"booked {len(rows)} times, asked for {asked[reference]} times"
            yield Finding("effect_twice", reference, text)
        elif unasked:
            yield Finding(
                "effect_unasked", reference, f"booked under {', '.join(unasked)}, which no effect has"
            )
    keys = {row["key"] for row in evidence.bookings}
    for row in evidence.effects:
        if row["kind"] == "booking" and row["state"] == "done" and row["key"] not in keys:
            yield Finding("effect_missing", row["res_name"], f"the carrier has no booking {row['key']}")


def _mails(evidence: Evidence) -> Iterator[Finding]:
    asked = Counter(row["subject"] for row in evidence.events if row["subject"])
    sent = Counter(mail["subject"] for mail in evidence.mails)
    ours = {row["name"] for row in evidence.orders}
    for subject, count in sent.items():
        about = next((word.rstrip(":") for word in subject.split() if word.rstrip(":") in ours), None)
        if about and count > asked[subject]:
            kind = "effect_twice" if asked[subject] else "effect_unasked"
            yield Finding(kind, about, f"{subject!r} arrived {count} times, asked for {asked[subject]} times")
    arrived = {mail["message_id"] for mail in evidence.mails}
    for row in evidence.effects:
        if row["kind"] == "message" and row["state"] == "done" and row["reference"] not in arrived:
            yield Finding("effect_missing", row["res_name"], f"the mail server never saw {row['reference']}")


def _effects(evidence: Evidence) -> Iterator[Finding]:
    """What an event asked for is done, or somebody owns that it is not."""
    owned, begun = _owned(evidence), {row["event_id"]: row["state"] for row in evidence.effects}
    for row in evidence.events:
        wanted = row["type"].startswith("message.") or row["type"] == "stock.picking.validated"
        state = begun.get(row["id"], "not begun")
        if wanted and state != "done" and row["id"] not in owned:
            yield Finding(
                "effect_missing", row["res_name"], f"{row['type']} is {state} and nobody is told of it"
            )


def _executions(evidence: Evidence) -> Iterator[Finding]:
    """What n8n did not bring to its end is made up for, or somebody knows of it.

    An execution that was killed leaves its status for good, and Odoo delivers its events again; a scheduled one leaves its
    work to the next turn; of one that failed an exception tells, its own or the one it counts on. What the error handler did
    not get through is the failure of another execution, which stands here itself.
    """
    owned = _owned(evidence)
    told_of = [*evidence.events, *evidence.earlier]
    settled = {row["event_id"]: row["state"] == "acknowledged" or row["id"] in owned for row in told_of}
    newest = _newest(evidence.executions)
    well = _newest([row for row in evidence.executions if row["status"] == "success"])
    for row in evidence.executions:
        if row["status"] == "success" or row["mode"] == "error" or _is_told(row, evidence):
            continue
        carried = [settled[event] for event in row["mentions"] if event in settled]
        last = row["began"] == newest[row["workflow"]]
        at_work = last and row["in_time"] and row["status"] in UNFINISHED
        again = last or row["began"] < well.get(row["workflow"], row["began"])
        if at_work or (carried and all(carried)) or (row["mode"] == "trigger" and again):
            continue
        text = f"{row['status']} since {row['began']}, with {len(carried)} events of which {carried.count(False)} are open"
        yield Finding("execution_open", f"{row['workflow']} {row['id']}", text)


def _newest(executions: list[dict[str, Any]]) -> dict[str, Any]:
    """When the newest execution of each workflow began."""
    newest: dict[str, Any] = {}
    for row in executions:
        newest[row["workflow"]] = max(newest.get(row["workflow"], row["began"]), row["began"])
    return newest


def _is_told(execution: dict[str, Any], evidence: Evidence) -> bool:
    """Whether an exception names it, or counts it among several of its workflow: it names the last of them alone."""
    for row in evidence.exceptions:
        if row["execution_id"] == execution["id"]:
            return True
        counts = (
            row["category"] == "workflow"
            and row["occurrences"] > 1
            and row["workflow"] == execution["workflow"]
        )
        if counts and row["last_at"] and execution["began"] <= row["last_at"]:
            return True
    return False
