"""The path from Odoo's outbox to n8n as an HTTP proxy that repeats, delays, reorders and mistimes deliveries."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import threading
import time
import uuid
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

#: What may happen to the next delivery.
ONCE = ("duplicate", "late", "reorder", "skew", "unheard", "accepted", "flood")
KEPT = 20
FLOOD = 40
SKEW_SECONDS = 400
#: Odoo's clock beside n8n's for as long as a fault lasts: seconds added to the time that a delivery is signed with.
CLOCKS = {"behind": -SKEW_SECONDS, "ahead": SKEW_SECONDS}
SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")


@dataclass(frozen=True)
class Delivery:
    """One signed batch as Odoo sent it."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Deliveries:
    """Passes deliveries on to n8n; `arm` makes something happen to the next one.

    duplicate: n8n gets it twice. late: Odoo hears nothing, n8n gets it `delay` seconds later. reorder: Odoo hears nothing,
    n8n gets it after the following delivery. skew: signed with a clock that is 400 seconds off. unheard: n8n takes it, Odoo
    hears nothing. accepted: `crash()` is called once n8n answered 202, before Odoo hears of it. flood: 40 more
    copies of the last 20 deliveries queue at n8n, then `crash()`. `mode` is what the path does meanwhile: ok, cut, slow, or
    one of CLOCKS: Odoo's clock is off.
    """

    target: int
    secret: str
    crash: Callable[[], None] = lambda: None
    delay: float = 4.0
    mode: str = "ok"
    armed: deque[str] = field(default_factory=deque)
    seen: Counter[str] = field(default_factory=Counter)
    kept: deque[Delivery] = field(default_factory=lambda: deque(maxlen=KEPT))
    held: list[Delivery] = field(default_factory=list)

    def arm(self, what: str) -> None:
        """Let this happen to the next delivery."""
        if what not in ONCE:
            raise ValueError(f"{what} cannot happen to a delivery; one of {', '.join(ONCE)}")
        self.armed.append(what)

    def start(self) -> str:
        """Listen on a free port; the base address."""
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                names = ("Content-Type", *SIGNED)
                kept = {name: self.headers[name] for name in names if name in self.headers}
                status = owner.take(Delivery(self.path, kept, body))
                if status is None:
                    self.close_connection = True
                    return
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Quiet: the counts say what passed."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True, name="deliveries").start()
        return f"http://127.0.0.1:{self.server.server_port}"

    def stop(self) -> None:
        """Listen no longer."""
        self.server.shutdown()
        self.server.server_close()

    def take(self, delivery: Delivery) -> int | None:
        """What Odoo hears: n8n's status, or nothing at all."""
        if self.mode == "cut":
            return None
        if self.mode == "slow":
            time.sleep(self.delay)
        what = self.armed.popleft() if self.armed else ""
        self.seen[what or "passed"] += 1
        if what in ("late", "reorder"):
            self._hold(delivery, what)
            return None
        shift = CLOCKS.get(self.mode, -SKEW_SECONDS if what == "skew" else 0)
        status = self.forward(self.signed(delivery, int(time.time()) + shift) if shift else delivery)
        taken = status is not None and 200 <= status < 300
        if taken:
            self.kept.append(delivery)
        if what == "duplicate":
            self.forward(delivery)
        elif what == "accepted" and taken:
            self.crash()
        elif what == "flood":
            self._flood()
        self._let_go()
        return None if what == "unheard" else status

    def forward(self, delivery: Delivery) -> int | None:
        """Post it to n8n; None without an answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.target, timeout=30)
        try:
            connection.request("POST", delivery.path, delivery.body, delivery.headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def signed(self, delivery: Delivery, timestamp: int) -> Delivery:
        """The same events in a new delivery of that time."""
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        number = str(uuid.uuid4())
        text = f"{number}.{timestamp}.".encode() + delivery.body
        signature = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
        fresh = dict(zip(SIGNED, (number, str(timestamp), signature), strict=True))
        return Delivery(delivery.path, {**delivery.headers, **fresh}, delivery.body)

    def _hold(self, delivery: Delivery, what: str) -> None:
        if what == "reorder":
            self.held.append(delivery)
        else:
            threading.Timer(self.delay, self.forward, [delivery]).start()

    def _let_go(self) -> None:
        held, self.held = self.held, []
        for delivery in held:
            self.forward(delivery)

    def _flood(self) -> None:
        """More than n8n runs at once, so that some still queue when it dies."""
        now = int(time.time())
        copies = [self.signed(self.kept[turn % len(self.kept)], now) for turn in range(FLOOD) if self.kept]
        threads = [threading.Thread(target=self.forward, args=[copy], daemon=True) for copy in copies]
        for thread in threads:
            thread.start()
        time.sleep(1.0)
        self.crash()
