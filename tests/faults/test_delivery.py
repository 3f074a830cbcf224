"""Odoo's delivery under faults: a receiver of our own takes n8n's place and misbehaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from stack.client import ROOT, Stack, wait_until
from stack.demo import sales
from stack.demo.anomalies import ORDINARY_ORDER

Answer = Callable[[list[dict[str, Any]]], int]


@contextmanager
def receiver(stack: Stack, answer: Answer) -> Iterator[list[dict[str, Any]]]:
    """Point Odoo's deliveries at a receiver that calls `answer(events)` for the status; yields what came."""
    came: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            events = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["events"]
            came.extend(events)
            self.send_response(answer(events))
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet: the test's own assertions say what came."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    before = stack.call("admin", "ir.config_parameter", "get_param", "gatehouse.events_url")
    url = f"http://127.0.0.1:{server.server_port}/events"
    stack.call("admin", "ir.config_parameter", "set_param", "gatehouse.events_url", url)
    try:
        yield came
    finally:
        stack.call("admin", "ir.config_parameter", "set_param", "gatehouse.events_url", before)
        server.shutdown()
        server.server_close()


def unavailable(name: str, source: str) -> dict[str, Any]:
    return {
        "check": name,
        "source": source,
        "available": False,
        "reasons": [{"code": "unavailable", "text": "no answer"}],
        "observed_at": "2026-11-23T09:00:00Z",
    }


def passing(event_id: str) -> dict[str, Any]:
    """A result that passes: the sidecar silent (its fallback lets go), every partner content."""
    money = {"value": "1000.00", "currency": "USD"}
    measures = {
        "finance_exposure": {"headroom": money, "overdue_days": {"value": 0, "unit": "day"}},
        "carrier_limits": {"weight_ratio": {"value": 0.1, "unit": "ratio"}},
        "account_data": {"active": {"value": 1, "unit": "flag"}},
    }
    checks = [
        {"check": name, "source": "partner", "available": True, "measures": values,
         "observed_at": "2026-11-23T09:00:00Z"}
        for name, values in measures.items()
    ]  # fmt: skip
    return {
        "event_id": event_id,
        "checks": [*checks, unavailable("discount_anomaly", "sidecar")],
        "final": True,
    }


def test_an_acknowledgement_before_the_202_is_not_overwritten(stack: Stack) -> None:
    statuses: list[str] = []

    def acknowledge_first(events: list[dict[str, Any]]) -> int:
        results = [passing(event["event_id"]) for event in events]
        answer = stack.bot("gatehouse.event", "record_checks_batch", results=results)
        statuses.extend(row["status"] for row in answer.json())
        return 202

    with receiver(stack, acknowledge_first):
        order = sales.make_order(stack, ORDINARY_ORDER)
        sales.confirm(stack, order)
        sales.wait_for(stack, order, "degraded")
        [event] = wait_until(lambda: sales.events(stack, order), lambda rows: rows[0]["state"] != "leased")
    assert statuses == ["recorded"]
    assert event["state"] == "acknowledged"
    assert event["attempt"] == 1


def test_odoo_killed_in_the_middle_of_a_post_delivers_again(stack: Stack) -> None:
    arrived, let_go = threading.Event(), threading.Event()
    order = sales.make_order(stack, ORDINARY_ORDER)

    def about_the_order(events: list[dict[str, Any]]) -> list[str]:
        return [event["event_id"] for event in events if event["document"]["id"] == order]

    def hang(events: list[dict[str, Any]]) -> int:
        # Events of earlier tests may still be under way: the kill has to meet the post that carries this order.
        if about_the_order(events):
            arrived.set()
            let_go.wait(60)
        return 202

    lease = stack.call("admin", "ir.config_parameter", "get_param", "gatehouse.lease_seconds")
    stack.call("admin", "ir.config_parameter", "set_param", "gatehouse.lease_seconds", "5")
    try:
        with receiver(stack, hang) as came:
            sales.confirm(stack, order)
            assert arrived.wait(30), "the delivery never began"
            os.kill(stack.data["pids"]["odoo"], signal.SIGKILL)
            let_go.set()
            for command in ("stop", "start"):
                subprocess.run([sys.executable, "-m", "stack", command, "odoo"], cwd=ROOT, check=True)
            fresh = Stack.load()
            stack.data, stack.sessions = fresh.data, {}
            assert sales.read(stack, order)["gatehouse_status"] == "waiting"
            seen = wait_until(
                lambda: about_the_order(came),
                lambda ids: len(ids) >= 2,
                150,
                lambda: stack.scheduled("Gatehouse: deliver events"),
            )
            assert len(set(seen)) == 1
            [event] = sales.events(stack, order)
            answer = stack.bot("gatehouse.event", "record_checks_batch", results=[passing(event["event_id"])])
            assert answer.json()[0]["status"] == "recorded", answer.text
        assert sales.read(stack, order)["gatehouse_status"] == "degraded"
    finally:
        stack.call("admin", "ir.config_parameter", "set_param", "gatehouse.lease_seconds", lease)
