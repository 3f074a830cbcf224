"""What the integration's own account must not do, what ends at once, and what no log holds."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from stack.client import Stack
from stack.demo import documents, sales
from stack.demo.anomalies import OVER_BAND_ORDER

pytestmark = pytest.mark.integration


def call(stack: Stack, token: str, model: str, method: str, **arguments: Any) -> requests.Response:
    """A call of Odoo's JSON-2 API, as n8n makes them."""
    headers = {"Authorization": f"Bearer {token}", "X-Odoo-Database": stack.data["databases"]["odoo"]}
    return requests.post(
        f"{stack.url('odoo')}/json/2/{model}/{method}", json=arguments, headers=headers, timeout=30
    )


FORBIDDEN: list[tuple[str, str, dict[str, Any]]] = [
    ("sale.order", "search_read", {"domain": [], "fields": ["name"], "limit": 1}),
    ("sale.order", "action_confirm", {"ids": [1]}),
    ("purchase.order", "write", {"ids": [1], "vals": {"state": "purchase"}}),
    ("account.move", "search_read", {"domain": [], "fields": ["name"], "limit": 1}),
    ("stock.picking", "button_validate", {"ids": [1]}),
    ("res.partner.bank", "create", {"vals_list": [{"acc_number": "1", "partner_id": 1}]}),
    ("res.users", "write", {"ids": [2], "vals": {"password": "x"}}),
    ("res.users", "create", {"vals_list": [{"name": "x", "login": "x"}]}),
    ("res.groups", "write", {"ids": [1], "vals": {"name": "x"}}),
    ("ir.config_parameter", "set_param", {"key": "gatehouse.events_url", "value": "http://127.0.0.1:9"}),
    ("ir.cron", "write", {"ids": [1], "vals": {"active": False}}),
    ("gatehouse.policy", "create", {"vals_list": [{"name": "x", "control": "manual"}]}),
    ("gatehouse.policy", "action_activate", {"ids": [1]}),
    ("gatehouse.hold", "create", {"vals_list": [{}]}),
    ("gatehouse.hold", "write", {"ids": [1], "vals": {"state": "released"}}),
    ("gatehouse.event", "write", {"ids": [1], "vals": {"state": "acknowledged"}}),
    ("gatehouse.check", "create", {"vals_list": [{}]}),
    ("gatehouse.exception", "resolve", {"ids": [1], "reason": "x"}),
    ("gatehouse.decision", "search_read", {"domain": [], "limit": 1}),
    ("gatehouse.change.request", "write", {"ids": [1], "vals": {"state": "applied"}}),
]


@pytest.mark.parametrize(
    ("model", "method", "arguments"), FORBIDDEN, ids=[f"{m}.{n}" for m, n, _ in FORBIDDEN]
)
def test_the_bot_may_not(stack: Stack, model: str, method: str, arguments: dict[str, Any]) -> None:
    answer = call(stack, stack.data["bot"]["api_key"], model, method, **arguments)
    assert answer.status_code in (403, 404, 422), answer.text
    assert "Access" in answer.text or "allowed" in answer.text or "Only" in answer.text, answer.text


READER_FORBIDDEN: list[tuple[str, str, dict[str, Any]]] = [
    ("sale.order", "write", {"ids": [1], "vals": {"note": "x"}}),
    ("sale.order", "action_confirm", {"ids": [1]}),
    ("sale.order.line", "unlink", {"ids": [1]}),
    ("purchase.order", "create", {"vals_list": [{"partner_id": 1}]}),
    ("account.move", "write", {"ids": [1], "vals": {"narration": "x"}}),
    ("stock.move", "write", {"ids": [1], "vals": {"quantity": 1}}),
    ("gatehouse.change", "request", {"kind": "model", "subject": "x", "mark": "x"}),
    ("gatehouse.change", "applied", {"kind": "model", "mark": "x"}),
    ("gatehouse.pattern.run", "record", {"results": []}),
    ("gatehouse.retraining", "record", {"results": []}),
    ("gatehouse.exception", "report_alerts", {"posts": []}),
    ("gatehouse.event", "record_checks_batch", {"results": []}),
]


@pytest.mark.parametrize(
    ("model", "method", "arguments"), READER_FORBIDDEN, ids=[f"{m}.{n}" for m, n, _ in READER_FORBIDDEN]
)
def test_the_reader_may_not(stack: Stack, model: str, method: str, arguments: dict[str, Any]) -> None:
    answer = call(stack, stack.data["reader"]["api_key"], model, method, **arguments)
    assert answer.status_code in (403, 404, 422), answer.text
    assert "Access" in answer.text or "allowed" in answer.text or "Only" in answer.text, answer.text


@pytest.mark.parametrize(
    "model",
    [
        "sale.order",
        "sale.order.line",
        "purchase.order.line",
        "account.move",
        "stock.move",
        "gatehouse.change",
    ],
)
def test_the_reader_reads_what_jobs_need(stack: Stack, model: str) -> None:
    answer = call(
        stack, stack.data["reader"]["api_key"], model, "search_read", domain=[], fields=["id"], limit=1
    )
    assert answer.status_code == 200, answer.text


def test_the_bot_neither_releases_nor_signs_a_real_hold(stack: Stack) -> None:
    order = sales.make_order(stack, OVER_BAND_ORDER)
    sales.confirm(stack, order)
    [hold] = sales.holds(stack, order)
    [step] = stack.call(
        "sales_manager", "gatehouse.approval.step", "search", [("approval_id.hold_id", "=", hold["id"])]
    )
    for model, method, number in (
        ("gatehouse.hold", "release", hold["id"]),
        ("gatehouse.approval.step", "approve", step),
    ):
        answer = call(
            stack, stack.data["bot"]["api_key"], model, method, ids=[number], reason="the machine says so"
        )
        assert (answer.status_code, "Only" in answer.text or "not allowed" in answer.text) == (403, True), (
            answer.text
        )
    assert sales.holds(stack, order)


def test_the_bot_may_do_its_work(stack: Stack) -> None:
    answer = call(stack, stack.data["bot"]["api_key"], "gatehouse.event", "record_checks_batch", results=[])
    assert (answer.status_code, answer.json()) == (200, [])


def test_a_wrong_key_gets_nothing(stack: Stack) -> None:
    assert call(stack, "0" * 40, "gatehouse.event", "record_checks_batch", results=[]).status_code == 401


def test_a_revoked_role_and_a_disabled_user_stop_at_once(stack: Stack) -> None:
    key, bot = stack.data["bot"]["api_key"], stack.data["bot"]["login"]
    [user] = stack.call("admin", "res.users", "search", [("login", "=", bot)])
    [role] = stack.call("admin", "res.groups", "search", [("name", "=", "Gatehouse: Integration")])

    def works() -> bool:
        return call(stack, key, "gatehouse.event", "record_checks_batch", results=[]).ok

    assert works()
    try:
        stack.call("admin", "res.users", "write", [user], {"group_ids": [(3, role)]})
        assert not works()
        stack.call("admin", "res.users", "write", [user], {"group_ids": [(4, role)]})
        assert works()
        stack.call("admin", "res.users", "write", [user], {"active": False})
        assert not works()
    finally:
        stack.call("admin", "res.users", "write", [user], {"active": True, "group_ids": [(4, role)]})
    assert works()


def test_an_expired_key_stops_at_once(stack: Stack) -> None:
    [user] = stack.call("admin", "res.users", "search", [("login", "=", stack.data["bot"]["login"])])
    code = f"""
ends = datetime.datetime.now() + datetime.timedelta(seconds=6)
keys = env(user={user})["res.users.apikeys"].sudo()
action = {{"type": "ir.actions.act_window_close", "infos": keys._generate("rpc", "a few seconds", ends)}}
"""
    [model] = stack.call("admin", "ir.model", "search", [("model", "=", "res.users")])
    values = {"name": "A key of a few seconds", "model_id": model, "state": "code", "code": code}
    maker = documents.create(stack, "admin", "ir.actions.server", values)
    begun = time.monotonic()
    key = stack.call("admin", "ir.actions.server", "run", [maker])["infos"]

    def status() -> int:
        return call(stack, key, "gatehouse.event", "record_checks_batch", results=[]).status_code

    assert status() == 200, "it works while it lasts"
    time.sleep(max(0.0, begun + 7 - time.monotonic()))
    assert status() == 401
    assert call(stack, stack.data["bot"]["api_key"], "gatehouse.event", "record_checks_batch", results=[]).ok


def secrets_of(value: Any) -> list[str]:
    """Every text of a JSON value that is long enough to be nobody's chance."""
    if isinstance(value, dict):
        return [text for part in value.values() for text in secrets_of(part)]
    return [value] if isinstance(value, str) and len(value) >= 12 and "@" not in value else []


def test_no_log_holds_a_secret(stack: Stack) -> None:
    folder = Path(stack.data["folder"])
    secrets = secrets_of(json.loads((folder / "secrets.json").read_text()))
    secrets += [stack.data["bot"]["api_key"], stack.data["n8n"]["api_key"]]
    assert len(secrets) > 15
    logs = [path for path in sorted((folder / "log").glob("*.log")) if path.is_file()]
    assert logs
    found = [
        (path.name, secret[:4])
        for path in logs
        for text in [path.read_text(errors="replace")]
        for secret in secrets
        if secret in text
    ]
    assert found == []


def test_what_the_stack_keeps_is_readable_by_its_owner_only(stack: Stack) -> None:
    folder = Path(stack.data["folder"])
    names = ("secrets.json", "stack.json", "n8n.json", "owner.json", "provisioned.json", "odoo.conf")
    assert {name: oct((folder / name).stat().st_mode & 0o077) for name in names} == dict.fromkeys(
        names, "0o0"
    )
