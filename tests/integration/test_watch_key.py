"""The key that the containers give the watch is enough for its rounds, and changes nothing in n8n."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from sidecar.operations.commands import watch
from stack.client import Stack
from stack.containers.setup import WATCH_SCOPES
from stack.n8n_keys import N8nKeys

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def key(stack: Stack) -> str:
    owner = stack.data["n8n"]
    made, _expires = N8nKeys(stack.url("n8n")).make(
        owner["email"], owner["password"], "watch test", WATCH_SCOPES
    )
    return made


def test_a_round_needs_no_more_than_files_with_the_two_keys(stack: Stack, key: str, tmp_path: Path) -> None:
    (tmp_path / "n8n").write_text(key)
    (tmp_path / "odoo").write_text(stack.data["bot"]["api_key"])
    env = {
        "GATEHOUSE_N8N_URL": stack.url("n8n"),
        "GATEHOUSE_N8N_API_KEY_FILE": str(tmp_path / "n8n"),
        "GATEHOUSE_ODOO_URL": stack.url("odoo"),
        "GATEHOUSE_ODOO_DB": stack.data["databases"]["odoo"],
        "GATEHOUSE_ODOO_LOGIN": "gatehouse_bot",
        "GATEHOUSE_ODOO_KEY_FILE": str(tmp_path / "odoo"),
    }
    ran = CliRunner().invoke(watch, [], env=env)
    # 1 says that something needs a person, which others may have left
    assert ran.exit_code in (0, 1), ran.output
    assert "workflows compared" in ran.output


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/workflows/gh01routeevents0/deactivate"),
        ("DELETE", "/workflows/gh01routeevents0"),
        ("POST", "/workflows"),
        ("POST", "/credentials"),
        ("GET", "/users"),
    ],
)
def test_it_may_do_nothing_else(stack: Stack, key: str, method: str, path: str) -> None:
    answer = requests.request(
        method, f"{stack.url('n8n')}/api/v1{path}", json={}, headers={"X-N8N-API-KEY": key}, timeout=30
    )
    assert answer.status_code == 403, answer.text
