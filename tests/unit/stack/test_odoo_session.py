"""A session of Odoo's web client."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import odoorpc.error
import pytest

from stack.odoo_session import OdooSession

pytestmark = pytest.mark.unit


class Odoo(ThreadingHTTPServer):
    """Answers by path as Odoo does: what answers nothing has no `result`, and who is not signed in gets an error."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.known: list[str] = []
        self.sign_ins = 0


class Answers(BaseHTTPRequestHandler):
    """One request."""

    server: Odoo

    def do_POST(self) -> None:
        """JSON-RPC over a path."""
        self.rfile.read(int(self.headers["Content-Length"]))
        body: dict[str, Any] = {"jsonrpc": "2.0"}
        self.send_response(200)
        if self.path == "/web/session/authenticate":
            self.server.sign_ins += 1
            self.server.known.append(f"s{self.server.sign_ins}")
            self.send_header("Set-Cookie", f"session_id={self.server.known[-1]}; Path=/")
            body["result"] = {"uid": 7}
        elif self.headers.get("Cookie", "").removeprefix("session_id=") not in self.server.known:
            body["error"] = {"message": "Odoo Session Expired", "data": {"message": "Session expired"}}
        elif self.path == "/web/session/check":  # Odoo sends a session's cookie again now and then
            self.send_header("Set-Cookie", f"session_id={self.server.known[-1]}; Path=/")
        elif self.path.endswith("/read"):
            body["result"] = [self.path]
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_said: Any) -> None:
        """Quiet."""


@pytest.fixture
def odoo() -> Iterator[Odoo]:
    with Odoo() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_a_method_that_answers_nothing_is_called_all_the_same(odoo: Odoo) -> None:
    session = OdooSession(odoo.url, "odoo", "sam", "x")
    assert session.call("stock.quant", "void", [1]) is None
    assert session.call("stock.quant", "read", [1]) == ["/web/dataset/call_kw/stock.quant/read"]


def test_the_next_program_goes_on_with_the_session_that_was_signed_in(odoo: Odoo, tmp_path: Path) -> None:
    kept = tmp_path / "sessions.json"
    first, second = (OdooSession(odoo.url, "odoo", "sam", "x", kept) for _ in range(2))
    assert (first.cookie, second.cookie, second.uid, odoo.sign_ins) == ("s1", "s1", 7, 1)
    assert kept.stat().st_mode & 0o077 == 0
    OdooSession(odoo.url, "odoo", "mia", "y", kept)
    assert sorted(json.loads(kept.read_text())) == ["mia", "sam"]


def test_a_session_that_has_ended_is_signed_in_anew(odoo: Odoo, tmp_path: Path) -> None:
    kept = tmp_path / "sessions.json"
    OdooSession(odoo.url, "odoo", "sam", "x", kept)
    odoo.known.clear()
    session = OdooSession(odoo.url, "odoo", "sam", "x", kept)
    assert (session.cookie, json.loads(kept.read_text())["sam"]["session_id"]) == ("s2", "s2")


def test_what_odoo_refuses_is_told_in_its_own_words(odoo: Odoo) -> None:
    session = OdooSession(odoo.url, "odoo", "sam", "x")
    odoo.known.clear()
    with pytest.raises(odoorpc.error.RPCError, match="Session expired"):
        session.call("stock.quant", "read", [1])
