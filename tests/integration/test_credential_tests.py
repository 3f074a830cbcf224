"""The test button of n8n's credentials: it says whether the credential works, and where it does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stack.client import Stack
from stack.n8n_editor import N8nEditor

pytestmark = pytest.mark.integration
STUBS = {
    stub["id"]: stub
    for stub in map(
        json.loads,
        (
            path.read_text()
            for path in (Path(__file__).resolve().parents[2] / "n8n-workflows" / "credentials").glob("*.json")
        ),
    )
}
#: They keep n8n's own doors: there is nobody to ask.
DOORS = {name for name, stub in STUBS.items() if stub["type"] == "httpHeaderAuth"}
LINE = "Connection test of Gatehouse"


@pytest.fixture(scope="module")
def editor(stack: Stack) -> N8nEditor:
    """n8n's editor, signed in as its owner."""
    return stack.n8n()


def pressed(editor: N8nEditor, name: str, **changes: Any) -> tuple[str, str]:
    """What the button says of a stored credential with changes that are not saved: status and message."""
    stored = editor.rest(f"/rest/credentials/{name}?includeData=true")["data"]
    body = {key: stored[key] for key in ("id", "name", "type")} | {"data": {**stored["data"], **changes}}
    answer = editor.rest("/rest/credentials/test", {"credentials": body})["data"]
    return answer["status"], answer["message"]


@pytest.mark.parametrize("name", sorted(STUBS.keys() - DOORS))
def test_a_credential_of_the_stack_passes(editor: N8nEditor, name: str) -> None:
    status, message = pressed(editor, name)
    assert status == "OK", message


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("gatehouse-sidecar", {"apiKey": "wrong"}),
        ("gatehouse-odoo", {"apiKey": "wrong"}),
        ("gatehouse-odoo", {"database": "nobodys"}),
        ("gatehouse-finance", {"apiKey": "wrong"}),
        ("gatehouse-carrier", {"apiKey": "wrong"}),
        ("gatehouse-account", {"apiKey": "wrong"}),
        ("gatehouse-supplier", {"contract": "/v1/nothing"}),
        ("gatehouse-signing", {"secret": "whsec_short"}),
        ("gatehouse-signing", {"previousSecret": "no secret"}),
    ],
)
def test_a_wrong_one_does_not(editor: N8nEditor, name: str, changes: dict[str, str]) -> None:
    status, message = pressed(editor, name, **changes)
    assert (status, bool(message)) == ("Error", True)


@pytest.mark.parametrize(
    "name", ["gatehouse-sidecar", "gatehouse-odoo", "gatehouse-finance", "gatehouse-slack"]
)
def test_the_button_asks_no_private_address(editor: N8nEditor, name: str) -> None:
    status, message = pressed(editor, name, baseUrl="http://10.0.0.1")
    assert status == "Error"
    assert "blocked" in message.lower(), message


@pytest.mark.parametrize("channel", ["slack", "teams"])
def test_a_channel_gets_one_line_and_a_wrong_address_none(
    stack: Stack, editor: N8nEditor, channel: str
) -> None:
    before = lines(stack)
    assert pressed(editor, f"gatehouse-{channel}")[0] == "OK"
    assert lines(stack) == before + 1
    hooks = f"{stack.url('partners')}/hooks/nobodys/{channel}"
    assert pressed(editor, f"gatehouse-{channel}", baseUrl=hooks)[0] == "Error"
    assert lines(stack) == before + 1


def lines(stack: Stack) -> int:
    """How often a channel was told the test's line."""
    return sum(LINE in str(post["body"]) for post in stack.partner_saw("posts"))
