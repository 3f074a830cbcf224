"""The proxies between the services do what their mode says."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from stack.faults.deliveries import Deliveries
from stack.faults.links import Links

Receiver = tuple[int, list[tuple[dict[str, str], bytes]]]
Proxied = tuple[Deliveries, str]

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A service that answers 202, and what it got."""
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, got
    server.shutdown()
    server.server_close()


def post(url: str, body: bytes = b"{}") -> int | None:
    headers = dict.fromkeys(("webhook-id", "webhook-timestamp", "webhook-signature"), "x")
    request = urllib.request.Request(url, body, {**headers, "Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return int(answer.status)
    except (urllib.error.URLError, OSError):
        return None


@pytest.fixture
def links(receiver: Receiver) -> Iterator[Links]:
    found = Links({"way": ("127.0.0.1", receiver[0])})
    found.start()
    yield found
    found.stop()


def test_a_link_passes_cuts_loses_answers_and_heals(links: Links, receiver: Receiver) -> None:
    url = f"http://127.0.0.1:{links.links['way'].port}/"
    assert post(url, b"one") == 202
    links.set("way", "cut")
    assert post(url, b"two") is None
    links.set("way", "mute")
    assert post(url, b"three") is None
    links.set("way", "slow", 0.01)
    assert post(url, b"four") == 202
    assert [body for _headers, body in receiver[1]] == [b"one", b"three", b"four"]


@pytest.fixture
def deliveries(receiver: Receiver) -> Iterator[Proxied]:
    found = Deliveries(receiver[0], SECRET, delay=0.05)
    yield found, found.start() + "/webhook"
    found.stop()


def test_a_delivery_is_repeated_reordered_or_unheard_once(deliveries: Proxied, receiver: Receiver) -> None:
    proxy, url = deliveries
    proxy.arm("duplicate")
    assert post(url, b"a") == 202
    proxy.arm("reorder")
    assert post(url, b"b") is None
    assert post(url, b"c") == 202
    proxy.arm("unheard")
    assert post(url, b"d") is None
    assert post(url, b"e") == 202
    assert [body for _headers, body in receiver[1]] == [b"a", b"a", b"c", b"b", b"d", b"e"]


def test_the_receiver_dies_after_its_202_and_before_odoo_hears_of_it(
    deliveries: Proxied, receiver: Receiver
) -> None:
    proxy, url = deliveries
    crashed: list[int] = []
    proxy.crash = lambda: crashed.append(len(receiver[1]))
    proxy.arm("accepted")
    assert post(url) == 202
    assert crashed == [1]


@pytest.mark.parametrize(("mode", "shift"), [("behind", -400), ("ahead", 400)])
def test_a_clock_that_is_off_signs_every_delivery_with_its_own_time(
    deliveries: Proxied, receiver: Receiver, mode: str, shift: int
) -> None:
    proxy, url = deliveries
    proxy.mode = mode
    post(url)
    post(url)
    proxy.mode = "ok"
    post(url)
    times = [headers["webhook-timestamp"] for headers, _body in receiver[1]]
    assert [abs(int(at) - time.time() - shift) < 60 for at in times[:2]] == [True, True]
    assert times[2] == "x"


def test_a_mistimed_delivery_is_signed_with_its_own_time(deliveries: Proxied, receiver: Receiver) -> None:
    proxy, url = deliveries
    proxy.arm("skew")
    post(url, b"body")
    [(headers, body)] = receiver[1]
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(b"k" * 32, text, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
