"""What Alertmanager posts opens and closes an exception a fingerprint in Odoo, once; the body is the documented one of webhook version 4."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from stack.client import Stack, wait_until
from tests.neighbours import away

pytestmark = pytest.mark.e2e
#: n8n's own answer to a body that is no JSON.
UNREADABLE = (400, 415, 422)


def alert(
    fingerprint: str, status: str = "firing", began: str = "2026-11-28T08:00:00.000Z"
) -> dict[str, Any]:
    return {
        "status": status,
        "labels": {"alertname": "GatehouseEventsWaiting", "instance": "watch:9109", "job": "watch", "severity": "critical"},
        "annotations": {"summary": f"An event waits {fingerprint}", "action": "Gatehouse > Log > Events, filter Not acknowledged"},
        "startsAt": began,
        "endsAt": "2026-11-28T08:20:00.000Z" if status == "resolved" else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus:9090/graph?g0.expr=x",
        "fingerprint": fingerprint,
    }  # fmt: skip


def body(*alerts: dict[str, Any]) -> dict[str, Any]:
    labels = {"alertname": "GatehouseEventsWaiting"}
    return {
        "version": "4", "groupKey": '{}:{alertname="GatehouseEventsWaiting"}', "truncatedAlerts": 0, "status": "firing",
        "receiver": "gatehouse", "groupLabels": labels, "commonLabels": labels, "commonAnnotations": {},
        "externalURL": "http://alertmanager:9093", "alerts": list(alerts),
    }  # fmt: skip


def post(stack: Stack, content: Any, token: str | None = None) -> requests.Response:
    headers = {"Authorization": f"Bearer {token or stack.data['alerts_token']}"}
    address = f"{stack.url('n8n')}/webhook/gatehouse/alerts"
    if isinstance(content, bytes):
        return requests.post(
            address, data=content, headers={**headers, "Content-Type": "application/json"}, timeout=60
        )
    return requests.post(address, json=content, headers=headers, timeout=60)


def exception(stack: Stack, fingerprint: str) -> dict[str, Any]:
    [found] = stack.call(
        "operations", "gatehouse.exception", "search_read", [("key", "=", f"alertmanager:{fingerprint}")],
        ["title", "detail", "state", "priority", "category", "occurrences", "resolution"],
    )  # fmt: skip
    return dict(found)


def unreadable(stack: Stack) -> list[dict[str, Any]]:
    """The open exception about what could not be read."""
    domain = [("key", "=", "alertmanager:unreadable"), ("state", "=", "open")]
    rows: list[dict[str, Any]] = stack.call(
        "operations", "gatehouse.exception", "search_read", domain, ["occurrences", "detail"]
    )
    return rows


@pytest.mark.covers("04-receive-alerts", "ordinary again")
def test_an_alert_is_one_exception_from_firing_to_resolved(stack: Stack) -> None:
    mark = uuid4().hex[:16]
    for status in ("opened", "known", "known"):
        answer = post(stack, body(alert(mark)))
        assert (answer.status_code, [row["status"] for row in answer.json()["alerts"]]) == (200, [status])
    found = exception(stack, mark)
    assert (found["state"], found["priority"], found["category"], found["occurrences"]) == (
        "open",
        "2",
        "monitoring",
        1,
    )
    assert "filter Not acknowledged" in found["detail"]
    assert post(stack, body(alert(mark, "resolved"))).status_code == 200
    assert exception(stack, mark)["state"] == "resolved"
    post(stack, body(alert(mark)))  # late, of the episode that is over
    assert exception(stack, mark)["state"] == "resolved"
    post(stack, body(alert(mark, began="2026-11-28T11:00:00Z")))
    found = exception(stack, mark)
    assert (found["state"], found["occurrences"]) == ("open", 2)
    post(stack, body(alert(mark, "resolved", "2026-11-28T11:00:00Z")))


@pytest.mark.covers("04-receive-alerts", "garbage")
def test_garbage_is_refused_told_once_and_a_good_alert_beside_it_is_kept(stack: Stack) -> None:
    mark = uuid4().hex[:16]
    answer = post(stack, body({**alert(mark), "status": "burning"}, alert(mark)))
    assert (answer.status_code, answer.json()["refused"]) == (400, 1)
    assert exception(stack, mark)["state"] == "open"
    [told] = unreadable(stack)
    for content in ({"hello": "world"}, {"alerts": "none"}, body({"fingerprint": "../../x"})):
        assert post(stack, content).status_code == 400
    assert post(stack, b"{not json").status_code in UNREADABLE
    assert unreadable(stack) == [told]
    stack.call("operations", "gatehouse.exception", "resolve", [told["id"]], "A test posted it")
    post(stack, body(alert(mark, "resolved")))


def test_a_post_without_the_token_changes_nothing(stack: Stack) -> None:
    mark = uuid4().hex[:16]
    assert post(stack, body(alert(mark)), "wrong").status_code == 403
    assert not stack.call(
        "operations", "gatehouse.exception", "search", [("key", "=", f"alertmanager:{mark}")]
    )


@pytest.mark.covers("04-receive-alerts", "down")
def test_while_odoo_is_down_alertmanager_is_asked_to_post_again(stack: Stack) -> None:
    mark = uuid4().hex[:16]
    with away(stack, "odoo"):
        assert post(stack, body(alert(mark))).status_code == 503
    assert post(stack, body(alert(mark))).status_code == 200
    assert exception(stack, mark)["state"] == "open"
    post(stack, body(alert(mark, "resolved")))


@pytest.fixture
def told(partners: Stack) -> Iterator[Stack]:
    """The stack with one alert rule: what monitoring says goes to Slack."""
    row = {"name": "e2e monitoring", "channel": "slack", "min_priority": "2", "category": "monitoring"}
    rule = partners.call("admin", "gatehouse.alert.rule", "create", row)
    yield partners
    partners.call("admin", "gatehouse.alert.rule", "unlink", [rule])


def test_who_is_told_is_up_to_odoos_rules(told: Stack) -> None:
    mark = uuid4().hex[:16]
    post(told, body(alert(mark)))
    wait_until(
        lambda: [row for row in told.partner_saw("posts") if mark in str(row["body"])],
        lambda rows: len(rows) == 1,
    )
    post(told, body(alert(mark, "resolved")))
