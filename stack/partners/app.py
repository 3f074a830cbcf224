"""The Flask application: partner contracts, a control for faults, and a log of what was asked."""

from __future__ import annotations

import hmac
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, json, request
from werkzeug.exceptions import HTTPException

from stack.partners import hooks, rules
from stack.partners.bookings import Bookings, check_booking
from stack.partners.mailbox import Mailbox
from stack.partners.records import Balances, check_balances, page, since
from stack.partners.validation import check_request

MODES = ("ok", "slow", "down", "garbage", "denied")
DEFAULT_DELAY_MS = 5000
MAX_DELAY_MS = 120_000
CALLS_KEPT = 1000
MAX_BODY = 2 * 1024 * 1024
BOOKING, MAIL, ALERTS = "booking", "mail", "alerts"
BOOKING_PATH = "/v1/carrier/bookings"
BALANCES_PATH = "/v1/finance/balances"
PATHS = {
    "finance": "/v1/finance/exposure",
    "carrier": "/v1/carrier/limits",
    "account": "/v1/accounts/lookup",
    "supplier": "/v1/supplier/availability",
}
ANSWERS: dict[str, Callable[[rules.Document, bool], rules.Answer]] = {
    "finance": rules.finance,
    "carrier": rules.carrier,
    "account": rules.account,
    "supplier": rules.supplier,
}


@dataclass(frozen=True)
class Control:
    """How one partner behaves at the moment."""

    mode: str = "ok"
    delay_ms: int = 0


def problem(status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None) -> Response:
    """An RFC 9457 problem body."""
    retryable = status in (429, 502, 503, 504)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
    }
    body |= {"detail": detail, "retryable": retryable}
    if errors:
        body["errors"] = errors
    response = Response(json.dumps(body), status=status, content_type="application/problem+json")
    if status == 503:
        response.headers["Retry-After"] = "1"
    return response


class PartnerService:
    """The state of the service: one control a partner and the bounded log of calls."""

    def __init__(self, key: str, mailbox: Mailbox, sleep: Callable[[float], None] = time.sleep) -> None:
        self._key = key
        self._sleep = sleep
        self._mailbox = mailbox
        self._bookings = Bookings()
        self._hooks = hooks.Hooks()
        self._balances = Balances()
        self._lock = threading.Lock()
        self._controls = {partner: Control() for partner in (*PATHS, BOOKING, MAIL, ALERTS)}
        self._calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)
        self._count = 0

    def authorised(self) -> bool:
        """Whether the request carries the key, compared in constant time."""
        given = request.headers.get("Authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {self._key}".encode())

    def answer(self, partner: str) -> Response:
        """One call of a partner contract, by its mode."""
        control = self._controls[partner]
        body = request.get_json(force=True, silent=True)
        response = self._book(control, body) if partner == BOOKING else self._respond(partner, control, body)
        documents = body.get("documents") if isinstance(body, dict) else None
        ids = [d.get("id") for d in documents if isinstance(d, dict)] if isinstance(documents, list) else []
        with self._lock:
            self._count += 1
            self._calls.append(
                {
                    "number": self._count,
                    "at": datetime.now(UTC).isoformat(),
                    "partner": partner,
                    "mode": control.mode,
                    "status": response.status_code,
                    "ids": ids,
                    "traceparent": request.headers.get("traceparent"),
                    "idempotency_key": request.headers.get("Idempotency-Key"),
                    "body": body,
                }
            )
        return response

    def _respond(self, partner: str, control: Control, body: Any) -> Response:
        if not self.authorised():
            return problem(401, "unauthorised", "send the partner key as Authorization: Bearer <key>")
        if body is None:
            return problem(400, "invalid_json", "the body is not JSON")
        errors = check_request(partner, body)
        if errors:
            return problem(422, "invalid_request", f"{len(errors)} field(s) are wrong", errors)
        if control.delay_ms:
            self._sleep(control.delay_ms / 1000)
        if control.mode == "down":
            return problem(503, "unavailable", f"the {partner} partner is down")
        if control.mode == "garbage":
            return _json({"result": "OK", "documents": "see attachment"})
        denied = control.mode == "denied"
        return _json({"documents": [ANSWERS[partner](document, denied) for document in body["documents"]]})

    def _book(self, control: Control, body: Any) -> Response:
        """One booking; `down` and `garbage` book before they fail, so that only the key keeps a repeat harmless."""
        if not self.authorised():
            return problem(401, "unauthorised", "send the partner key as Authorization: Bearer <key>")
        key = request.headers.get("Idempotency-Key", "")
        errors = check_booking(body)
        if not 0 < len(key) <= 255:
            errors = [{"field": "Idempotency-Key", "message": "send a key of 1 to 255 characters"}]
        if control.mode == "denied":
            errors = [{"field": "recipient", "message": "the carrier does not deliver there"}]
        if errors:
            detail = "; ".join(f"{error['field']}: {error['message']}" for error in errors[:3])
            return problem(422, "invalid_request", detail, errors)
        answer = self._bookings.book(key, body)
        if control.delay_ms:
            self._sleep(control.delay_ms / 1000)
        if answer is None:
            return problem(409, "idempotency_key_reused", "this key was used for another booking")
        if control.mode == "down":
            return problem(503, "unavailable", "the booking partner is down")
        return _json({"result": "OK"} if control.mode == "garbage" else answer)

    def records(self, partner: str, name: str) -> Response:
        """A page of what a partner keeps, by its mode; ``?since=`` a moment, ``?cursor=`` the page."""
        if not self.authorised():
            return problem(401, "unauthorised", "send the partner key as Authorization: Bearer <key>")
        control, (moment, errors) = self._controls[partner], since(request.args.get("since", ""))
        if errors:
            return problem(422, "invalid_request", errors[0]["message"], errors)
        if control.delay_ms:
            self._sleep(control.delay_ms / 1000)
        if control.mode == "down":
            return problem(503, "unavailable", f"the {partner} partner is down")
        if control.mode == "garbage":
            return _json({"result": "OK"})
        rows = self._bookings.listed(moment) if partner == BOOKING else self._balances.listed()
        shown, following = page(rows, request.args.get("cursor", ""))
        return _json({name: shown, "next": following})

    def set_balances(self) -> Response:
        """What the finance system says from now on that customers owe."""
        if not self.authorised():
            return problem(401, "unauthorised", "send the partner key as Authorization: Bearer <key>")
        body = request.get_json(force=True, silent=True)
        if errors := check_balances(body):
            return problem(422, "invalid_request", "the balances are wrong", errors)
        self._balances.replace(body["balances"])
        return _json({"balances": len(body["balances"])})

    def hook(self, key: str, channel: str) -> Response:
        """One post to an incoming webhook; `slow` and `garbage` take it before they misbehave."""
        control = self._controls[ALERTS]
        if not hmac.compare_digest(key.encode(), self._key.encode()) or control.mode == "denied":
            return Response("no_service", status=404)
        if control.mode == "down":
            return Response("", status=503)
        body = request.get_json(force=True, silent=True)
        if reason := hooks.refusal(channel, body):
            return Response(reason, status=400)
        self._hooks.keep(channel, body)
        if control.delay_ms:
            self._sleep(control.delay_ms / 1000)
        if control.mode == "garbage":
            return Response("<html>Please sign in</html>", status=200, content_type="text/html")
        return Response("ok", status=200) if channel == hooks.SLACK else Response("", status=202)

    def posts(self) -> Response:
        """Every post that the incoming webhooks took."""
        if not self.authorised():
            return problem(401, "unauthorised", "send the partner key as Authorization: Bearer <key>")
        return _json({"posts": self._hooks.listed()})

    def bookings(self) -> Response:
        """Every booking made since the start."""
        if not self.authorised():
            return problem(401, "unauthorised", "send the partner key as Authorization: Bearer <key>")
        return _json({"bookings": self._bookings.listed()})

    def mails(self) -> Response:
        """The mails that arrived, oldest first; ``?to=ADDRESS`` and ``?since=NUMBER`` narrow them."""
        if not self.authorised():
            return problem(401, "unauthorised", "send the partner key as Authorization: Bearer <key>")
        return _json(self._mailbox.mails(request.args.get("to"), request.args.get("since", 0, type=int)))

    def controls(self) -> Response:
        """The mode of every partner."""
        return _json({partner: asdict(control) for partner, control in self._controls.items()})

    def set_control(self, partner: str) -> Response:
        """Changes one partner's mode; it holds until the next change."""
        if not self.authorised():
            return problem(401, "unauthorised", "send the partner key as Authorization: Bearer <key>")
        if partner not in self._controls:
            return problem(404, "unknown_partner", f"partners are {', '.join(self._controls)}")
        body = request.get_json(force=True, silent=True)
        if not isinstance(body, dict):
            return problem(400, "invalid_json", 'send {"mode": "ok", "delay_ms": 0}')
        mode = body.get("mode")
        if mode not in MODES:
            error = {"field": "mode", "message": f"must be one of {', '.join(MODES)}"}
            return problem(422, "invalid_request", "unknown mode", [error])
        delay = body.get("delay_ms", DEFAULT_DELAY_MS if mode == "slow" else 0)
        if isinstance(delay, bool) or not isinstance(delay, int) or not 0 <= delay <= MAX_DELAY_MS:
            error = {"field": "delay_ms", "message": f"must be a whole number from 0 to {MAX_DELAY_MS}"}
            return problem(422, "invalid_request", "bad delay", [error])
        with self._lock:
            self._controls[partner] = Control(mode, delay)
        if partner == MAIL:
            self._mailbox.set(mode, delay)
        return _json({"partner": partner, "mode": mode, "delay_ms": delay})

    def calls(self) -> Response:
        """The last calls, oldest first; ``?partner=`` and ``?since=NUMBER`` narrow them."""
        if not self.authorised():
            return problem(401, "unauthorised", "send the partner key as Authorization: Bearer <key>")
        partner = request.args.get("partner")
        since = request.args.get("since", 0, type=int)
        with self._lock:
            kept = [c for c in self._calls if c["number"] > since and partner in (None, c["partner"])]
            return _json({"count": self._count, "kept": CALLS_KEPT, "calls": kept})


def _json(body: Any, status: int = 200) -> Response:
    return Response(json.dumps(body), status=status, content_type="application/json")


def create_app(
    key: str, sleep: Callable[[float], None] = time.sleep, mailbox: Mailbox | None = None
) -> Flask:
    """The application; ``key`` is what callers must send, ``mailbox`` what the mail server beside it keeps."""
    if not key:
        raise ValueError("the partner service needs a key: set GATEHOUSE_PARTNER_KEY")
    app = Flask("gatehouse_partners")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    service = PartnerService(key, mailbox or Mailbox(), sleep)
    for partner, path in PATHS.items():
        app.add_url_rule(path, partner, lambda partner=partner: service.answer(partner), methods=["POST"])
    app.add_url_rule(BOOKING_PATH, BOOKING, lambda: service.answer(BOOKING), methods=["POST"])
    app.add_url_rule(
        BOOKING_PATH, "list_bookings", lambda: service.records(BOOKING, "bookings"), methods=["GET"]
    )
    app.add_url_rule(
        BALANCES_PATH, "list_balances", lambda: service.records("finance", "balances"), methods=["GET"]
    )
    app.add_url_rule("/balances", "set_balances", service.set_balances, methods=["PUT"])
    for channel in (hooks.SLACK, hooks.TEAMS):
        app.add_url_rule(
            f"/hooks/<key>/{channel}",
            f"hook_{channel}",
            lambda key, channel=channel: service.hook(key, channel),
            methods=["POST"],
        )
    app.add_url_rule("/posts", "posts", service.posts, methods=["GET"])
    app.add_url_rule("/bookings", "bookings", service.bookings, methods=["GET"])
    app.add_url_rule("/mails", "mails", service.mails, methods=["GET"])
    app.add_url_rule("/control", "controls", service.controls, methods=["GET"])
    app.add_url_rule("/control/<partner>", "control", service.set_control, methods=["PUT"])
    app.add_url_rule("/calls", "calls", service.calls, methods=["GET"])
    app.add_url_rule("/healthz", "healthz", lambda: _json({"status": "ok"}), methods=["GET"])
    app.register_error_handler(HTTPException, _http_problem)
    return app


def _http_problem(error: HTTPException) -> Response:
    code = (error.name or "error").lower().replace(" ", "_")
    return problem(error.code or 500, code, error.description or error.name)
