"""Neighbours of n8n that answer garbage or nothing, and deliveries that come twice."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from stack import session
from stack.client import ROOT, Stack, wait_until
from stack.faults.addresses import repoint
from stack.store import read_json
from tests.integration.test_event_intake import body_of, signed

EVENTS = "/webhook/gatehouse/events"
#: JSON of something else, whatever was asked.
OTHER: dict[str, Any] = {"documents": [{"verdict": "fine"}], "status": "signed in"}


class _Garbage(BaseHTTPRequestHandler):
    """Answers every question with 200 and the same JSON."""

    asked: list[str]
    content: bytes

    def do_GET(self) -> None:
        """Answer beside the question."""
        self.asked.append(self.path)
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.content)))
        self.end_headers()
        self.wfile.write(self.content)

    def do_POST(self) -> None:
        """Take the body and answer beside it."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *_arguments: Any) -> None:
        """Nothing on the console."""


@contextmanager
def elsewhere(stack: Stack, neighbour: str, url: str) -> Iterator[None]:
    """n8n looks for one of its neighbours, such as `sidecar` or `odoo`, at another address."""
    folder = Path(stack.data["folder"])
    whole = session.assemble(folder, read_json(folder / "ports.json", {}))
    repoint(stack, whole, {**stack.data["urls"], neighbour: url})
    try:
        yield
    finally:
        repoint(stack, whole, stack.data["urls"])


@contextmanager
def garbage(stack: Stack, answer: Any = OTHER, neighbour: str = "sidecar") -> Iterator[list[str]]:
    """n8n asks a service that answers this and nothing else instead of a neighbour; the paths it asks for."""
    handler = type("Handler", (_Garbage,), {"asked": [], "content": json.dumps(answer).encode()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with elsewhere(stack, neighbour, f"http://127.0.0.1:{server.server_port}"):
        yield handler.asked
    server.shutdown()
    server.server_close()


@contextmanager
def away(stack: Stack, neighbour: str) -> Iterator[None]:
    """For n8n nobody is there, as while the service is down; quicker than to end it and start it again."""
    with (
        socket.socket() as nobody
    ):  # bound and not listening: what connects is refused, and nobody else gets the port
        nobody.bind(("127.0.0.1", 0))
        with elsewhere(stack, neighbour, f"http://127.0.0.1:{nobody.getsockname()[1]}"):
            yield


def newest(stack: Stack, name: str, status: str = "success") -> int:
    """The number of the newest execution of a workflow that ended like this; 0 without one."""
    number = json.loads((ROOT / "n8n-workflows" / f"{name}.json").read_text())["id"]
    answer = requests.get(
        f"{stack.url('n8n')}/api/v1/executions",
        params={"workflowId": number, "status": status, "limit": 1},
        headers={"X-N8N-API-KEY": stack.data["n8n"]["api_key"]},
        timeout=30,
    )
    answer.raise_for_status()
    return max((int(row["id"]) for row in answer.json()["data"]), default=0)


def deliver_again(stack: Stack, event: int, workflow: str) -> None:
    """Post a delivery that n8n had before, as a network that repeats does, and wait until the workflow is through with it."""
    [row] = stack.call("admin", "gatehouse.event", "read", [event], ["payload", "attempt"])
    body, seen = body_of({**json.loads(row["payload"]), "attempt": row["attempt"]}), newest(stack, workflow)
    answer = requests.post(stack.url("n8n") + EVENTS, body, headers=signed(stack, body), timeout=30)
    assert answer.status_code == 202, answer.text
    wait_until(lambda: newest(stack, workflow), lambda number: number > seen)
