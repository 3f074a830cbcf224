"""What data and workflows cannot make n8n do: reach private addresses, run commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner, Result

from sidecar.workflows.client import N8nClient
from sidecar.workflows.commands import workflows
from stack.client import Stack, wait_until
from tests.integration.test_workflow_examples import removed

pytestmark = pytest.mark.integration
FETCHING, READING, REFUSED = "ghtestfetching00", "ghtestreading000", "ghtestrefused000"


def workflow(number: str, node: dict[str, Any]) -> dict[str, Any]:
    """A webhook that answers what one node makes of it."""
    trigger = {
        "id": "0c8c8f7e-0000-4000-8000-000000000001",
        "name": "Asked",
        "type": "n8n-nodes-base.webhook",
        "typeVersion": 2,
        "position": [0, 0],
        "webhookId": number,
        "parameters": {"path": number, "httpMethod": "POST", "responseMode": "lastNode"},
    }
    act = {
        "id": "0c8c8f7e-0000-4000-8000-000000000002",
        "name": "Act",
        "position": [224, 0],
        "onError": "continueRegularOutput",
        **node,
    }
    wires = {"Asked": {"main": [[{"index": 0, "node": "Act", "type": "main"}]]}}
    return {"id": number, "name": number, "nodes": [trigger, act], "connections": wires, "settings": {}}


def deploy(stack: Stack, folder: Path, content: dict[str, Any]) -> Result:
    (folder / "probe.json").write_text(json.dumps(content))
    env = {"GATEHOUSE_N8N_URL": stack.url("n8n"), "GATEHOUSE_N8N_API_KEY": stack.data["n8n"]["api_key"]}
    return CliRunner().invoke(workflows, ["deploy", "--folder", str(folder), "--skip-lint"], env=env)


def take_away(stack: Stack, number: str) -> None:
    client = N8nClient(stack.url("n8n"), stack.data["n8n"]["api_key"])
    if client.get_workflow(number):
        client._call("POST", f"/workflows/{number}/deactivate")
        wait_until(lambda: removed(client, number), bool)


@pytest.fixture(scope="module")
def fetch(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A webhook that fetches the address it is given, as an address from data would be."""
    node = {
        "type": "n8n-nodes-base.httpRequest",
        "typeVersion": 4.2,
        "parameters": {"url": "={{ $json.body.url }}", "options": {"timeout": 3000}},
    }
    result = deploy(stack, tmp_path_factory.mktemp("fetch"), workflow(FETCHING, node))
    assert result.exit_code == 0, result.output
    address = f"{stack.url('n8n')}/webhook/{FETCHING}"
    # n8n takes a moment until each of its processes knows the webhook
    wait_until(lambda: requests.post(address, json={"url": ""}, timeout=30).status_code, lambda s: s != 404)
    yield address
    take_away(stack, FETCHING)


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.1.1/",
        "http://[::ffff:10.0.0.1]/",
        "http://0x0a000001/",
    ],
)
def test_an_address_from_data_that_is_private_is_not_asked(stack: Stack, fetch: str, address: str) -> None:
    answer = requests.post(fetch, json={"url": address}, timeout=30)
    assert "blocked" in answer.text.lower(), answer.text


def test_the_services_of_the_allow_list_are_asked(stack: Stack, fetch: str) -> None:
    answer = requests.post(fetch, json={"url": f"{stack.url('sidecar')}/healthz"}, timeout=30)
    assert "blocked" not in answer.text.lower()
    assert answer.ok, answer.text


@pytest.mark.parametrize("kind", ["executeCommand", "ssh", "localFileTrigger"])
def test_a_workflow_with_a_node_that_reaches_for_the_machine_is_not_taken(
    stack: Stack, tmp_path: Path, kind: str
) -> None:
    node = {"type": f"n8n-nodes-base.{kind}", "typeVersion": 1, "parameters": {"command": "id"}}
    result = deploy(stack, tmp_path, workflow(REFUSED, node))
    assert result.exit_code == 1
    assert "missing-node-type" in result.output
    assert N8nClient(stack.url("n8n"), stack.data["n8n"]["api_key"]).get_workflow(REFUSED) is None


@pytest.mark.parametrize("name", ["/etc/hostname", "secrets.json"])
def test_a_workflow_reads_no_file_of_the_machine(stack: Stack, tmp_path: Path, name: str) -> None:
    path = Path(stack.data["folder"]) / name  # an absolute name stays as it is
    assert path.exists()
    node = {
        "type": "n8n-nodes-base.readWriteFile",
        "typeVersion": 1,
        "parameters": {"fileSelector": str(path), "options": {}},
    }
    try:
        result = deploy(stack, tmp_path, workflow(READING, node))
        assert result.exit_code == 0, result.output
        address = f"{stack.url('n8n')}/webhook/{READING}"
        answer = wait_until(
            lambda: requests.post(address, json={}, timeout=30), lambda got: got.status_code != 404
        )
        assert "not allowed" in answer.text, answer.text
    finally:
        take_away(stack, READING)
