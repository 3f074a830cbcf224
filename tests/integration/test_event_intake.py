"""n8n's door for events: what is not signed, fresh, small and JSON is refused and starts nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from stack.client import Stack

FOLDER = Path(__file__).resolve().parents[2] / "n8n-workflows"
#: Seconds after an answer in which an execution that it began is seen.
LATE = 1.0
ROUTE = json.loads((FOLDER / "01-route-odoo-events.json").read_text())


def signed(stack: Stack, body: bytes, age: int = 0, secret: str | None = None) -> dict[str, str]:
    """Standard Webhooks headers over a body, made `age` seconds ago."""
    key = base64.b64decode((secret or stack.data["signing_secret"]).removeprefix("whsec_"))
    number, stamp = str(uuid.uuid4()), str(int(time.time()) - age)
    mac = hmac.new(key, f"{number}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": stamp,
        "webhook-signature": "v1," + base64.b64encode(mac).decode(),
    }


def event(**changes: Any) -> dict[str, Any]:
    """An event that Odoo never raised, of a document of its own: what is said alike of one document counts on one exception."""
    number = 10**9 + uuid.uuid4().int % 10**9
    return {
        "event_id": str(uuid.uuid4()),
        "type": "sale.order.confirmed",
        "occurred_at": "2026-11-23T09:00:00Z",
        "company": "company:1",
        "location": None,
        "document": {"model": "sale.order", "id": number, "name": f"S{number}"},
        "material_hash": "0" * 64,
        "data": {},
        "traceparent": "00-" + "1" * 32 + "-" + "2" * 16 + "-01",
        "attempt": 1,
        **changes,
    }


def body_of(*events: dict[str, Any]) -> bytes:
    return json.dumps({"events": list(events)}).encode()


def executions(stack: Stack, workflow: str = ROUTE["id"], **narrow: str) -> set[str]:
    """The newest executions that posts began of the workflow behind a door: what runs by schedule comes and goes.

    :param narrow: as n8n's API has it, such as `status="success"`
    """
    answer = requests.get(
        f"{stack.url('n8n')}/api/v1/executions",
        params={"workflowId": workflow, "limit": "50", **narrow},
        headers={"X-N8N-API-KEY": stack.data["n8n"]["api_key"]},
        timeout=30,
    )
    answer.raise_for_status()
    return {row["id"] for row in answer.json()["data"] if row["mode"] == "webhook"}


@contextmanager
def starts_nothing(stack: Stack, workflow: str = ROUTE["id"], **narrow: str) -> Iterator[None]:
    """What is posted in here begins no execution of the workflow, neither at once nor late; Odoo's own deliveries go on.

    :param narrow: executions that may not be, as of `executions`; all without it
    """
    before = executions(stack, workflow, **narrow)
    yield
    time.sleep(LATE)
    begun = executions(stack, workflow, **narrow) - before
    assert [number for number in begun if not is_odoos(stack, number)] == []


def is_odoos(stack: Stack, number: str) -> bool:
    """Whether an execution carries an event that Odoo raised."""
    answer = requests.get(
        f"{stack.url('n8n')}/api/v1/executions/{number}",
        params={"includeData": "true"},
        headers={"X-N8N-API-KEY": stack.data["n8n"]["api_key"]},
        timeout=30,
    )
    carried = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", answer.text)
    return bool(stack.call("admin", "gatehouse.event", "search_count", [("event_id", "in", carried)]))


def post(stack: Stack, **request: Any) -> requests.Response:
    return requests.post(f"{stack.url('n8n')}/webhook/gatehouse/events", timeout=30, **request)


REFUSED = {
    "unsigned": (401, lambda s, b: {"data": b, "headers": {"Content-Type": "application/json"}}),
    "signed with another secret": (
        401,
        lambda s, b: {
            "data": b,
            "headers": signed(s, b, secret="whsec_" + base64.b64encode(b"x" * 32).decode()),
        },
    ),
    "six minutes old": (401, lambda s, b: {"data": b, "headers": signed(s, b, age=360)}),
    "changed after signing": (401, lambda s, b: {"data": b + b" ", "headers": signed(s, b)}),
    "multipart": (415, lambda s, b: {"files": {"events": ("events.json", b, "application/json")}}),
    "no JSON": (422, lambda s, _: {"data": b'{"events": [{', "headers": signed(s, b'{"events": [{')}),
    # up to n8n's own limit it is our node that answers, beyond it n8n, whose answer reads like a failure
    "of two megabytes": (413, lambda s, _: large(s, 2_000_000)),
    "of ten megabytes": (500, lambda s, _: large(s, 10_000_000)),
}


def large(stack: Stack, size: int) -> dict[str, Any]:
    """A signed post of more than so many bytes."""
    body = body_of(event(data={"padding": "x" * size}))
    return {"data": body, "headers": signed(stack, body)}


def test_a_post_that_is_not_ours_or_unfit_is_refused_and_starts_no_execution(stack: Stack) -> None:
    with starts_nothing(stack):
        answers = {
            name: post(stack, **request(stack, body_of(event()))) for name, (_, request) in REFUSED.items()
        }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        name: status for name, (status, _) in REFUSED.items()
    }


def test_an_event_that_odoo_never_raised_ends_as_an_exception_and_not_as_a_check(stack: Stack) -> None:
    strange = event()
    body, before = body_of(strange), executions(stack)
    assert post(stack, data=body, headers=signed(stack, body)).status_code == 202
    end = time.monotonic() + 40
    domain = [("key", "ilike", strange["event_id"])]
    while not (rows := stack.call("admin", "gatehouse.exception", "search_read", domain, ["title", "state"])):
        assert time.monotonic() < end, "no exception names the unknown event"
        time.sleep(0.5)
    assert rows[0]["state"] == "open"
    assert not stack.call("admin", "gatehouse.event", "search", [("event_id", "=", strange["event_id"])])
    assert len(executions(stack) - before) >= 1, "what is taken is seen among n8n's executions"


def test_while_the_secret_changes_a_post_with_both_signatures_is_taken(stack: Stack) -> None:
    body = body_of(event())
    old = signed(stack, body)
    new = hmac.new(
        b"n" * 32, f"{old['webhook-id']}.{old['webhook-timestamp']}.".encode() + body, hashlib.sha256
    )
    both = f"v1,{base64.b64encode(new.digest()).decode()} {old['webhook-signature']}"
    assert post(stack, data=body, headers={**old, "webhook-signature": both}).status_code == 202
