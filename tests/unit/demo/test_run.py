"""A step that fails, in whichever way, is told and counted; the others still run, and the person learns where to look."""

from __future__ import annotations

from typing import NoReturn

import odoorpc.error
import pytest
import requests

from stack.client import Stack
from stack.demo import __main__ as demo
from stack.demo.controls import tour
from stack.demo.controls.alerts import ALERTS

pytestmark = pytest.mark.unit

ERRORS = [
    tour.NotSeen("the hold"),
    AssertionError("not reached within 40 s"),
    LookupError("no product.product with default_code 'ELEC-530' for user salesperson"),
    KeyError("discount_anomaly"),
    ValueError("0 tickets for message <a@b>, expected one"),
    requests.ConnectionError("refused"),
    requests.HTTPError("503 Server Error"),
    odoorpc.error.RPCError("You are not allowed"),
]


def failing(error: Exception) -> NoReturn:
    raise error


@pytest.fixture
def stack(monkeypatch: pytest.MonkeyPatch) -> Stack:
    urls = {name: f"http://127.0.0.1/{name}" for name in ("odoo", "n8n", "sidecar")}
    n8n = {"email": "owner@example.com", "password": "n8n-word"}
    found = Stack({"urls": urls, "n8n": n8n, "users": {"salesperson": "her-word"}})
    monkeypatch.setattr(Stack, "load", lambda: found)
    return found


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_after_a_failed_step_the_others_run_and_addresses_and_logins_are_shown(
    stack: Stack, error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[Stack] = []
    monkeypatch.setattr(demo, "STEPS", [("breaks", lambda stack: failing(error)), ("works", ran.append)])
    assert demo.main() == 1
    assert ran == [stack]
    told = capsys.readouterr()
    assert f"NOT SEEN: {tour.reason_of(error)}" in told.out
    for word in (*stack.data["urls"].values(), "n8n-word", "her-word"):
        assert word in told.out
    assert "1 of 2 steps were not seen" in told.err


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_a_case_of_a_control_that_fails_is_one_not_seen(
    stack: Stack, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tour, "_told", lambda *case: failing(error))
    found, line = tour.seen(stack, tour.Stage({}, {}, 0, 0, {}, {}), ALERTS[0])
    assert not found
    assert "NOT SEEN" in line


def test_without_a_stack_the_demo_says_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GATEHOUSE_STACK_DIR", str(tmp_path))
    assert demo.main() == 1
    assert "`make up` first" in capsys.readouterr().err
