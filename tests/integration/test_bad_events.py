"""Events that are wrong, too many or too large: each is an exception with what, where and what to do, and the rest goes on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from stack.client import Stack, wait_until
from stack.demo import documents, sales
from stack.demo.anomalies import ORDINARY_ORDER
from tests.integration.test_event_intake import body_of, event, executions, post, signed

pytestmark = pytest.mark.integration
EVENTS_URL = "gatehouse.events_url"
NOBODY = "http://127.0.0.1:9/webhook/gatehouse/events"


@pytest.fixture
def undelivered(stack: Stack) -> Iterator[tuple[int, dict[str, Any]]]:
    """A confirmed order, and its event as Odoo would post it; Odoo's own delivery met nobody and waits a minute."""
    before = stack.call("admin", "ir.config_parameter", "get_param", EVENTS_URL)
    deliver_to(stack, NOBODY)
    try:
        yield order_that_waits(stack)
    finally:
        deliver_to(stack, before)


def order_that_waits(stack: Stack) -> tuple[int, dict[str, Any]]:
    """An order confirmed while Odoo's delivery meets nobody, and its event as Odoo would post it."""
    order = sales.make_order(stack, ORDINARY_ORDER)
    sales.confirm(stack, order)
    [row] = wait_until(lambda: sales.events(stack, order), lambda rows: bool(rows[0]["last_error"]))
    return order, {**json.loads(row["payload"]), "attempt": row["attempt"]}


def deliver_to(stack: Stack, url: str) -> None:
    """Have Odoo post its events there.

    A thread that reads a parameter while another one writes it puts the old value back into Odoo's cache, where it stays.
    """
    for _attempt in range(5):
        stack.call("admin", "ir.config_parameter", "set_param", EVENTS_URL, url)
        if stack.call("admin", "ir.config_parameter", "get_param", EVENTS_URL) == url:
            return
        stack.call("admin", "ir.config_parameter", "set_param", EVENTS_URL, f"{url}?again")
    raise AssertionError(f"Odoo still does not know that events go to {url}")


def exception(stack: Stack, *domain: Any) -> dict[str, Any]:
    """The one exception of the domain, once it is there."""
    names = ["title", "detail", "state", "role_id", "occurrences", "execution_id"]
    [row] = wait_until(
        lambda: stack.call("operations", "gatehouse.exception", "search_read", list(domain), names), bool
    )
    assert row["state"] == "open"
    assert row["role_id"], "somebody owns it"
    return dict(row)


@pytest.mark.covers("01-route-odoo-events", "garbage")
def test_wrong_events_of_a_batch_are_told_and_the_good_one_beside_them_is_checked(
    stack: Stack, undelivered: tuple[int, dict[str, Any]]
) -> None:
    order, good = undelivered
    misplaced_order, misplaced = order_that_waits(stack)
    ahead = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    # of a type of its own: what is said alike, here or by an earlier run, counts on one exception
    word = uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
    wrong = {
        "document: must be an object": event(type=f"sale.{word}.confirmed", document="S00042"),
        f"occurred_at: {ahead} lies in the future; set the clock": event(occurred_at=ahead),
        f"refused: company: company:999999 is not the company of this event, which is {misplaced['company']}": {
            **misplaced,
            "company": "company:999999",
        },
        "unknown: no such event": event(),
    }
    told_by = {
        text: "record_checks" if text.startswith(("unknown", "refused")) else "event" for text in wrong
    }
    # the good one is there a hundred times less the wrong ones: it is checked once
    body = body_of(*wrong.values(), *[good] * (100 - len(wrong)))
    assert post(stack, data=body, headers=signed(stack, body)).status_code == 202
    sales.wait_for(stack, order, "clear")
    [row] = sales.events(stack, order)
    assert (row["state"], row["attempt"]) == ("acknowledged", good["attempt"]), "not by a delivery of Odoo's"
    rows = stack.call("admin", "gatehouse.check", "search_read", documents.on("sale.order", order), ["code"])
    assert len({check["code"] for check in rows}) == len(rows) == 4
    for text, bad in wrong.items():
        assert text in exception(stack, ("key", "=", f"{told_by[text]}:{bad['event_id']}"))["detail"]
    assert not stack.call(
        "admin", "gatehouse.check", "search", documents.on("sale.order", misplaced_order)
    ), "nothing measured for another company is kept"


def state_of(stack: Stack, order: int) -> list[list[dict[str, Any]]]:
    """What the checks of an order changed: itself, its checks, holds, events and messages, each with the time of its last change."""
    about = [("res_model", "=", "sale.order"), ("res_id", "=", order)]
    models: dict[str, list[Any]] = {
        "sale.order": [("id", "=", order)],
        "mail.message": [("model", "=", "sale.order"), ("res_id", "=", order)],
        **dict.fromkeys(("gatehouse.check", "gatehouse.hold", "gatehouse.event", "gatehouse.effect"), about),
    }
    return [
        stack.call("admin", model, "search_read", domain, ["write_date"]) for model, domain in models.items()
    ]


@pytest.mark.covers(
    "01-route-odoo-events 10-check-sales-order 70-account-data 70-carrier-limits 70-finance-exposure", "again"
)
def test_the_same_signed_post_twice_within_its_five_minutes_changes_odoo_once(
    stack: Stack, undelivered: tuple[int, dict[str, Any]]
) -> None:
    order, told = undelivered
    body = body_of(told)
    headers = signed(stack, body)

    def handled() -> list[list[dict[str, Any]]]:
        before = executions(stack, status="success")
        assert post(stack, data=body, headers=headers).status_code == 202, "n8n keeps no list of what it took"
        wait_until(lambda: executions(stack, status="success") - before, bool)
        return state_of(stack, order)

    once, twice = handled(), handled()
    sales.wait_for(stack, order, "clear")
    [row] = sales.events(stack, order)
    assert (row["state"], row["attempt"]) == ("acknowledged", told["attempt"]), "not by a delivery of Odoo's"
    assert len(once[2]) == 4, "its checks, by the first post"
    assert twice == once


def raise_by_rule(stack: Stack, **values: Any) -> tuple[int, int]:
    """A customer with these values, and an action that raises an event with his street; run once."""
    [model] = stack.call("admin", "ir.model", "search", [("model", "=", "res.partner")])
    [field] = stack.call(
        "admin", "ir.model.fields", "search", [("model", "=", "res.partner"), ("name", "=", "street2")]
    )
    values_ = {
        "name": "Raise what nobody routes",
        "model_id": model,
        "state": "gatehouse_event",
        "gatehouse_event_type": "custom.thing.happened",
        "gatehouse_field_ids": [(6, 0, [field])],
    }
    action = documents.create(stack, "admin", "ir.actions.server", values_)
    partner = documents.create(
        stack, "admin", "res.partner", {"name": f"Customer {uuid4().hex[:8]}", **values}
    )
    run(stack, action, [partner])
    return action, partner


def run(stack: Stack, action: int, partners: list[int]) -> None:
    context = {"active_model": "res.partner", "active_id": partners[0], "active_ids": partners}
    stack.call("admin", "ir.actions.server", "run", [action], context=context)


def test_an_event_that_still_nobody_handles_when_it_is_replayed_is_open_again(stack: Stack) -> None:
    _action, partner = raise_by_rule(stack, street2="Way 7")
    about = ("res_model", "=", "res.partner"), ("res_id", "=", partner)
    told = exception(stack, *about)
    assert told["title"] == "No workflow handles this event"
    stack.call("operations", "gatehouse.exception", "action_replay", [told["id"]])
    again = wait_until(
        lambda: exception(stack, *about, ("state", "=", "open")), lambda row: row["occurrences"] == 2
    )
    assert again["id"] == told["id"]
    assert int(again["execution_id"]) > int(told["execution_id"]), "it names the execution to look at"


def test_an_event_of_ten_megabytes_is_given_up_at_once_and_the_one_behind_it_is_delivered(
    stack: Stack,
) -> None:
    action, large = raise_by_rule(stack, street2="x" * 10_000_000)
    small = documents.create(stack, "admin", "res.partner", {"name": "Customer of a small event"})
    run(stack, action, [small])
    told = exception(stack, ("res_model", "=", "res.partner"), ("res_id", "=", large))
    assert "was refused by the receiver" in told["title"]
    assert "of at most 1900000" in told["detail"]
    assert [row["state"] for row in documents.events(stack, "res.partner", large)] == ["dead"]
    wait_until(
        lambda: documents.events(stack, "res.partner", small),
        lambda rows: [row["state"] for row in rows] == ["acknowledged"],
    )


def test_the_same_event_raised_again_and_again_keeps_nobody_waiting(stack: Stack) -> None:
    action, partner = raise_by_rule(stack, street2="Way 1")
    wait_until(
        lambda: documents.events(stack, "res.partner", partner),
        lambda rows: [row["state"] for row in rows] == ["acknowledged"],
    )
    run(stack, action, [partner] * 1_000)
    order, begun = sales.make_order(stack, ORDINARY_ORDER), time.monotonic()
    sales.confirm(stack, order)
    sales.wait_for(stack, order, "clear")
    assert time.monotonic() - begun < 40
    events = documents.events(stack, "res.partner", partner)
    assert (len(events), events[-1]["repeats"]) == (2, 999)
    key = f"flood:custom.thing.happened:res.partner:{partner}"
    assert exception(stack, ("key", "=", key))["occurrences"] == 10
