"""What the partner service writes down of a request."""

from __future__ import annotations

import logging
import threading

import pytest
import requests
from werkzeug.serving import make_server

from stack.partners.access_log import handler_without
from stack.partners.app import create_app


def test_the_address_of_a_chat_is_logged_without_its_key(caplog: pytest.LogCaptureFixture) -> None:
    app = create_app("a-key")
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=handler_without("a-key"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with caplog.at_level(logging.INFO, "werkzeug"):
        requests.post(f"http://127.0.0.1:{server.server_port}/hooks/a-key/slack", json={}, timeout=10)
        requests.get(f"http://127.0.0.1:{server.server_port}/100%25s", timeout=10)
    server.shutdown()
    server.server_close()
    assert "/hooks/***/slack" in caplog.text
    assert "100%25s" in caplog.text
    assert "a-key" not in caplog.text
