"""Exceptions are told to the people and channels that Odoo's rules name, once, whatever the receiver does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from stack.client import Stack, wait_until
from tests.neighbours import deliver_again

pytestmark = pytest.mark.e2e


@pytest.fixture
def rules(partners: Stack) -> Iterator[Stack]:
    """The stack with no alert rule but a test's own."""
    yield partners
    partners.partner_mode("alerts", "ok")
    found = partners.call("admin", "gatehouse.alert.rule", "search", [])
    partners.call("admin", "gatehouse.alert.rule", "unlink", found)


def rule(stack: Stack, channel: str, **values: Any) -> None:
    row = {"name": f"e2e {channel}", "channel": channel, "min_priority": "0", "category": "other", **values}
    stack.call("admin", "gatehouse.alert.rule", "create", row)


def report(stack: Stack, key: str, title: str) -> None:
    row = {"key": key, "category": "other", "title": title, "detail": "a detail that names Jo Buyer"}
    stack.bot("gatehouse.exception", "report", reports=[row]).raise_for_status()


def effect(stack: Stack, key: str, state: str) -> dict[str, Any]:
    """The effect of the one alert about an exception, once it is in that state."""
    number = stack.call("admin", "gatehouse.exception", "search", [("key", "=", key)])[0]
    [alert] = stack.call("admin", "gatehouse.alert", "search", [("exception_id", "=", number)])
    domain = [("res_model", "=", "gatehouse.alert"), ("res_id", "=", alert)]
    names = ["state", "attempts", "event_id", "detail"]

    def read() -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = stack.call("admin", "gatehouse.effect", "search_read", domain, names)
        return rows

    return wait_until(read, lambda rows: bool(rows) and rows[0]["state"] == state)[0]


def posts(stack: Stack, title: str) -> list[dict[str, Any]]:
    return [post for post in stack.partner_saw("posts") if title in str(post["body"])]


@pytest.mark.covers("03-send-alerts", "ordinary again")
@pytest.mark.parametrize("channel", ["slack", "teams"])
def test_a_chat_is_told_once_in_its_own_form_and_nothing_of_the_detail(rules: Stack, channel: str) -> None:
    key, title = f"e2e:{uuid4()}", f"Carrier <down> {uuid4().hex}"
    rule(rules, channel)
    report(rules, key, title)
    report(rules, key, title)
    done = effect(rules, key, "done")
    assert done["attempts"] == 1
    deliver_again(rules, done["event_id"][0], "03-send-alerts")
    [post] = posts(rules, title.rsplit(" ", 1)[1])
    assert post["channel"] == channel
    assert "Jo Buyer" not in str(post["body"])
    shown = (
        post["body"]["text"]
        if channel == "slack"
        else post["body"]["attachments"][0]["content"]["body"][0]["text"]
    )
    assert ("Carrier &lt;down&gt;" if channel == "slack" else "Carrier <down>") in shown


def test_people_are_told_by_mail(rules: Stack) -> None:
    key, title = f"e2e:{uuid4()}", f"Nobody answers {uuid4().hex}"
    users = rules.call("admin", "res.users", "search", [("login", "=", "operations")])
    rules.call("admin", "res.users", "write", users, {"email": "operations@shop.example"})
    rule(rules, "mail", user_ids=[(6, 0, users)])
    report(rules, key, title)
    effect(rules, key, "done")
    [mail] = [
        row for row in rules.partner_saw("mails", to="operations@shop.example") if title in row["subject"]
    ]
    assert "Jo Buyer" in mail["text"]


@pytest.mark.covers("03-send-alerts", "down garbage")
def test_a_chat_that_is_down_is_told_later_and_a_strange_answer_is_not_sent_again(rules: Stack) -> None:
    late, strange = f"e2e:{uuid4()}", f"e2e:{uuid4()}"
    rule(rules, "slack")
    rules.partner_mode("alerts", "down")
    report(rules, late, f"late {late}")
    failed = effect(rules, late, "failed")
    rules.partner_mode("alerts", "garbage")
    report(rules, strange, f"strange {strange}")
    effect(rules, strange, "unknown")
    rules.partner_mode("alerts", "ok")
    rules.call("admin", "gatehouse.event", "action_requeue", failed["event_id"][0])
    effect(rules, late, "done")
    assert [len(posts(rules, key)) for key in (late, strange)] == [1, 1]
