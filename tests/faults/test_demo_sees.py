"""The demo looks into Odoo: a sidecar that answers a constant makes it fail."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from stack.client import Stack, stopped
from stack.demo import __main__ as demo
from stack.demo.controls import tour
from stack.demo.controls.stage import RULES, Stage


def same(asked: dict[str, Any]) -> dict[str, Any]:
    """One answer for all: an ordinary document, a mail about anything."""
    sure = {"confidence": 0.9, "abstained": False}
    ordinary = {**sure, "score": 0.1, "percentile": 0.1, "reasons": [], "lines": []}
    mail = {
        **sure,
        "class": "other",
        "scores": {"other": 0.9},
        "references": [],
        "language": "en",
        "intents": [],
    }
    kind, answer = ("messages", mail) if "messages" in asked else ("documents", ordinary)
    return {kind: [{"id": one["id"], **answer} for one in asked[kind]]}


@contextmanager
def constant_sidecar(stack: Stack) -> Iterator[None]:
    """In the sidecar's place, a service that finds nothing strange about anything."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            body = json.dumps(
                {"model": "constant", "version": "1", "degraded": False, **same(asked)}
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    with stopped("sidecar"):
        server = ThreadingHTTPServer(("127.0.0.1", urlsplit(stack.url("sidecar")).port or 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()


def test_a_constant_sidecar_makes_the_demo_fail(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    measured = (demo.unusual_order, demo.mistyped_purchase, demo.inbound_mail)
    steps = [step for step in demo.STEPS if step[1] in measured]
    monkeypatch.setattr(demo, "STEPS", steps)
    with constant_sidecar(stack):
        assert demo.run(stack) == len(steps) == 3


def test_a_dead_classifier_makes_the_demos_mails_fail_also_when_it_ran_before(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "STEPS", [("mails", demo.inbound_mail)])
    assert demo.run(stack) == 0
    with stopped("sidecar"):
        assert demo.run(stack) == 1


def test_controls_whose_policies_are_gone_are_named_and_the_others_still_seen(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"sale_margin", "sale_terms", "partner_credit", "partner_tax_id"}
    lost = ["sale_margin", "partner_credit"]
    Stage.set_up(stack)
    names = [f"Case: {rule.name}" for rule in RULES if rule.control in lost]
    policies = stack.call(
        "finance", "gatehouse.policy", "search", [("name", "in", names), ("state", "=", "active")]
    )
    for login in ("operations", "finance"):  # one asks for it, another does it
        stack.call(login, "gatehouse.policy", "action_retire", policies)
    every = {case.control for case in tour.CASES}
    with monkeypatch.context() as nobody_mends:
        nobody_mends.setattr("stack.demo.controls.stage._policies", lambda stack, stage: None)
        assert tour.run(stack, frozenset(every - asked)) == lost
    assert tour.run(stack, frozenset(every - asked)) == []
