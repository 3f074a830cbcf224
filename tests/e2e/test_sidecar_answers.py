"""A sidecar that answers 200 with garbage, and deliveries that come twice: nothing of it is taken for a measure or lost."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from stack import session
from stack.client import Stack, wait_until
from stack.demo import documents, purchases, sales
from stack.demo.anomalies import ORDINARY_PURCHASE, UNUSUAL_ORDER
from stack.faults.addresses import repoint
from stack.store import read_json
from tests.integration.test_event_intake import body_of, signed

pytestmark = pytest.mark.e2e
EVENTS = "/webhook/gatehouse/events"
HURRIED = {"gatehouse.retry_delays": "0" + ",3" * 60, "gatehouse.lease_seconds": "5"}


class Garbage(BaseHTTPRequestHandler):
    """Answers every question with 200 and JSON of something else."""

    asked: list[str]

    def do_POST(self) -> None:
        """Take the body and answer beside it."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.asked.append(self.path)
        content = json.dumps({"documents": [{"verdict": "fine"}], "status": "signed in"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: Any) -> None:
        """Nothing on the console."""


@contextmanager
def garbage(stack: Stack) -> Iterator[list[str]]:
    """n8n asks a service of garbage instead of the sidecar; the paths it asks for."""
    handler = type("Handler", (Garbage,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = Path(stack.data["folder"])
    whole = session.assemble(folder, read_json(folder / "ports.json", {}))
    repoint(stack, whole, {**stack.data["urls"], "sidecar": f"http://127.0.0.1:{server.server_port}"})
    try:
        yield handler.asked
    finally:
        repoint(stack, whole, stack.data["urls"])
        server.shutdown()


@pytest.fixture
def hurried(stack: Stack) -> Iterator[Stack]:
    """The stack with leases and retries of seconds."""
    names = {name: stack.call("admin", "ir.config_parameter", "get_param", name) for name in HURRIED}
    for name, value in HURRIED.items():
        stack.call("admin", "ir.config_parameter", "set_param", name, value)
    yield stack
    for name, value in names.items():
        stack.call("admin", "ir.config_parameter", "set_param", name, value)


def deliver_again(stack: Stack, event: dict[str, Any]) -> None:
    """Post a delivery that n8n had before, as a network that repeats does."""
    body = body_of({**json.loads(event["payload"]), "attempt": event["attempt"]})
    assert (
        requests.post(stack.url("n8n") + EVENTS, body, headers=signed(stack, body), timeout=30).status_code
        == 202
    )


def test_a_purchase_goes_on_degraded_when_the_sidecar_answers_garbage(stack: Stack) -> None:
    order = purchases.make_order(stack, ORDINARY_PURCHASE)
    with garbage(stack) as asked:
        purchases.confirm(stack, order)
        purchases.wait_for(stack, order, "degraded")
    check = purchases.checks(stack, order)["purchase_anomaly"]
    assert check["verdict"] == "unavailable"
    assert "outside the contract" in " ".join(reason["text"] for reason in check["reasons"]), check
    assert purchases.holds(stack, order) == []
    assert "/v1/purchases/score" in asked
    told = [("title", "=", "Purchase anomaly: answers are outside the contract"), ("state", "=", "open")]
    assert stack.call("operations", "gatehouse.exception", "search_count", told) == 1


def test_a_purchase_whose_event_comes_twice_is_checked_once(stack: Stack) -> None:
    order = purchases.make_order(stack, ORDINARY_PURCHASE)
    purchases.confirm(stack, order)
    purchases.wait_for(stack, order, "clear")
    before = purchases.checks(stack, order)
    [event] = documents.events(stack, purchases.MODEL, order)
    seen = newest(stack, "20-check-purchase-order")
    deliver_again(stack, event)
    wait_until(lambda: newest(stack, "20-check-purchase-order"), lambda number: number > seen)
    assert purchases.checks(stack, order) == before
    assert stack.call("admin", "gatehouse.check", "search_count", [("event_id", "=", event["id"])]) == len(
        before
    )
    assert purchases.read(stack, order)["gatehouse_status"] == "clear"


def newest(stack: Stack, name: str) -> int:
    """The number of the newest execution of a workflow that ended well; 0 without one."""
    number = json.loads((Path(__file__).resolve().parents[2] / "n8n-workflows" / f"{name}.json").read_text())[
        "id"
    ]
    answer = requests.get(
        f"{stack.url('n8n')}/api/v1/executions",
        params={"workflowId": number, "status": "success", "limit": 1},
        headers={"X-N8N-API-KEY": stack.data["n8n"]["api_key"]},
        timeout=30,
    )
    answer.raise_for_status()
    return max((int(row["id"]) for row in answer.json()["data"]), default=0)


@pytest.fixture
def held(stack: Stack) -> tuple[int, int]:
    """An order whose discount the sidecar found unusual, and the hold on it."""
    order = sales.make_order(stack, UNUSUAL_ORDER)
    sales.confirm(stack, order)
    sales.wait_for(stack, order, "held")
    [hold] = sales.holds(stack, order)
    return order, hold["id"]


def test_feedback_that_met_garbage_is_delivered_again_until_the_sidecar_keeps_it(
    hurried: Stack, held: tuple[int, int]
) -> None:
    order, hold = held
    with garbage(hurried) as asked:
        documents.release(hurried, "sales_manager", hold, "Agreed with the customer by phone")
        wait_until(lambda: list(asked), lambda paths: "/v1/feedback" in paths)
        assert reviewed(hurried, order)["state"] != "acknowledged"
    assert kept(hurried, order) == []
    wait_until(
        lambda: reviewed(hurried, order)["state"],
        lambda state: state == "acknowledged",
        60,
        lambda: hurried.scheduled("Gatehouse: deliver events"),
    )
    assert kept(hurried, order) == [("discount_anomaly", "rejected")]


def test_feedback_that_is_delivered_twice_is_kept_once(stack: Stack, held: tuple[int, int]) -> None:
    order, hold = held
    documents.release(stack, "sales_manager", hold, "Agreed with the customer by phone")
    event = wait_until(lambda: reviewed(stack, order), lambda row: row["state"] == "acknowledged")
    seen = newest(stack, "61-return-feedback")
    deliver_again(stack, event)
    wait_until(lambda: newest(stack, "61-return-feedback"), lambda number: number > seen)
    assert kept(stack, order) == [("discount_anomaly", "rejected")]
    assert reviewed(stack, order)["state"] == "acknowledged"


def reviewed(stack: Stack, order: int) -> dict[str, Any]:
    """The event about what a person made of the order's warning."""
    [row] = [row for row in sales.events(stack, order) if row["type"] == "ai.output.reviewed"]
    return dict(row)


def kept(stack: Stack, order: int) -> list[Any]:
    """The feedback that the sidecar keeps of the order's check."""
    [asked] = [row for row in sales.events(stack, order) if row["type"] == "sale.order.confirmed"]
    engine = sa.create_engine(stack.data["sidecar_env"]["GATEHOUSE_DATABASE_URL"])
    with engine.connect() as connection:
        text = sa.text("SELECT check_name, outcome FROM feedback WHERE event_id = :id")
        rows = [tuple(row) for row in connection.execute(text, {"id": asked["event_id"]})]
    engine.dispose()
    return rows
