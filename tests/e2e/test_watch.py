"""A workflow changed by hand in n8n, and an event nobody answered, reach Odoo's exception queue or are repaired."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from sidecar.operations.commands import watch
from sidecar.workflows.commands import workflows
from stack.client import Stack
from tests.integration.test_n8n_closed import deploy as deploy_file
from tests.integration.test_n8n_closed import take_away, workflow

pytestmark = pytest.mark.e2e
FOLDER = str(Path(__file__).resolve().parents[2] / "n8n-workflows")
ADDED = "ghtestaddedbyhan"


def compare(stack: Stack) -> Result:
    bot, n8n = stack.data["bot"], stack.data["n8n"]
    words = ["--n8n-url", stack.url("n8n"), "--n8n-key", n8n["api_key"], "--url", stack.url("odoo"),
             "--db", stack.data["databases"]["odoo"], "--login", bot["login"], "--key", bot["api_key"],
             "--folder", FOLDER]  # fmt: skip
    return CliRunner().invoke(watch, words)


def deploy(stack: Stack, *words: str) -> Result:
    address = ["--url", stack.url("n8n"), "--api-key", stack.data["n8n"]["api_key"], "--folder", FOLDER]
    return CliRunner().invoke(workflows, ["deploy", *address, *words])


def call(stack: Stack, method: str, path: str, body: Any = None) -> Any:
    headers = {"X-N8N-API-KEY": stack.data["n8n"]["api_key"]}
    answer = requests.request(
        method, f"{stack.url('n8n')}/api/v1{path}", json=body, headers=headers, timeout=30
    )
    assert answer.ok, answer.text
    return answer.json()


def edit_by_hand(stack: Stack, number: str) -> None:
    workflow = call(stack, "GET", f"/workflows/{number}")
    for node in workflow["nodes"]:
        if node["type"].endswith("stickyNote"):
            node["parameters"]["content"] += "\n\nEdited by hand"
    body = {name: workflow[name] for name in ("name", "nodes", "connections", "settings")}
    call(stack, "PUT", f"/workflows/{number}", body)
    call(stack, "POST", f"/workflows/{number}/activate", {"name": "by hand", "description": ""})


def told(stack: Stack, workflow: str) -> dict[str, Any]:
    """The newest exception about what n8n runs under this name."""
    [row] = stack.call(
        "operations", "gatehouse.exception", "search_read",
        [("category", "=", "configuration"), ("workflow", "=", workflow)],
        ["detail", "state"], limit=1, order="last_at desc, id desc",
    )  # fmt: skip
    return dict(row)


def test_a_workflow_changed_by_hand_and_one_added_by_hand_are_exceptions_until_n8n_runs_the_files_alone(
    stack: Stack, tmp_path: Path
) -> None:
    files = [
        row for row in call(stack, "GET", "/workflows?limit=100")["data"] if row["name"] == "70-account-data"
    ]
    number = files[0]["id"]
    compare(stack)  # what other tests left, such as executions that failed while Odoo was down, is told once
    assert "0 for a person" in compare(stack).output
    edit_by_hand(stack, number)
    added = workflow(ADDED, {"type": "n8n-nodes-base.noOp", "typeVersion": 1, "parameters": {}})
    try:
        assert deploy_file(stack, tmp_path, added).exit_code == 0
        found = compare(stack)
        assert found.exit_code == 1, found.output
        assert "Workflow 70-account-data differs from its reviewed file" in found.output
        assert f"Workflow {ADDED} runs and no reviewed file has it" in found.output
        assert "Edited by hand" in told(stack, "70-account-data")["detail"]
        assert told(stack, ADDED)["state"] == "open"
        refused = deploy(stack)
        assert refused.exit_code == 1
        assert "70-account-data" in refused.output
    finally:
        take_away(stack, ADDED)
        forced = deploy(stack, "--force", "--reason", "the file is the reviewed one")
    assert forced.exit_code == 0, forced.output
    assert "0 for a person" in compare(stack).output
    assert {told(stack, name)["state"] for name in ("70-account-data", ADDED)} == {"resolved"}
