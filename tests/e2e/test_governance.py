"""A workflow waits for its sign-offs in Odoo before it is deployed to the real n8n."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sidecar.workflows.commands import workflows
from stack.client import Stack

pytestmark = pytest.mark.e2e
FOLDER = Path(__file__).resolve().parents[2] / "n8n-workflows"


@pytest.fixture
def it_signs(stack: Stack) -> Iterator[None]:
    """Deployments wait for the operations manager's role."""
    group = stack.call(
        "admin", "ir.model.data", "check_object_reference", "gatehouse", "group_operations_manager"
    )[1]
    made = stack.call("admin", "gatehouse.change.signoff", "create", {"kind": "workflow", "role_id": group})
    yield
    stack.call("admin", "gatehouse.change.signoff", "unlink", made)


def deploy(stack: Stack, folder: Path) -> Result:
    bot = stack.data["bot"]
    words = ["--url", stack.url("n8n"), "--api-key", stack.data["n8n"]["api_key"], "--folder", str(folder),
             "--odoo-url", stack.url("odoo"), "--odoo-db", stack.data["databases"]["odoo"],
             "--odoo-login", bot["login"], "--odoo-key", bot["api_key"]]  # fmt: skip
    return CliRunner().invoke(workflows, ["deploy", *words])


def test_a_deployment_waits_for_its_sign_off_and_is_recorded(
    stack: Stack, it_signs: None, tmp_path: Path
) -> None:
    folder = tmp_path / "n8n-workflows"
    shutil.copytree(FOLDER, folder)
    path = folder / "70-account-data.json"
    workflow = json.loads(path.read_text())
    note = next(node for node in workflow["nodes"] if node["type"].endswith("stickyNote"))
    note["parameters"]["content"] += f" {tmp_path.name}"
    path.write_text(json.dumps(workflow, indent=2, sort_keys=True, ensure_ascii=False) + "\n")
    waiting = deploy(stack, folder)
    assert waiting.exit_code == 1
    assert "waits for Operations manager" in waiting.output
    change = stack.call(
        "operations", "gatehouse.change", "search_read", [("state", "=", "open")], ["subject"]
    )[0]
    assert change["subject"] == "70-account-data"
    stack.call("operations", "gatehouse.change", "sign", [change["id"]], "Read the difference")
    try:
        done = deploy(stack, folder)
        assert done.exit_code == 0, done.output
        row = stack.call("operations", "gatehouse.change", "read", [change["id"]], ["state", "applied_at"])[0]
        assert row["state"] == "applied"
    finally:
        back = deploy(stack, FOLDER)
        opened = stack.call("operations", "gatehouse.change", "search", [("state", "=", "open")])
        for number in opened:
            stack.call("operations", "gatehouse.change", "sign", [number], "Back to the reviewed file")
        back = deploy(stack, FOLDER)
        assert back.exit_code == 0, back.output
