"""The example of stock nodes does what it says: a signed batch is scored and recorded, an unsigned one is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from sidecar.workflows.client import N8nClient
from sidecar.workflows.commands import workflows
from sidecar.workflows.files import WorkflowError
from stack.client import Stack, stopped, wait_until
from stack.demo import sales
from stack.demo.anomalies import UNUSUAL_ORDER

pytestmark = pytest.mark.integration
FILE = Path(__file__).resolve().parents[2] / "n8n-workflows/examples/99-check-sales-order-by-http.json"
SECRET = "a secret whose bytes are all text"
WORKFLOW = "ghexamplestock00"


@pytest.fixture(scope="module")
def address(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The example's webhook, deployed with this stack's addresses and credentials, and taken away afterwards."""
    n8n, editor = stack.data["n8n"], stack.n8n()
    secrets = {
        "example-signing": {"hmacSecret": SECRET},
        "example-sidecar": {"token": stack.data["sidecar"]["n8n"]},
        "example-odoo": {"token": stack.data["bot"]["api_key"]},
    }
    stubs = {
        stub["id"]: {"name": stub["name"], "type": kind, "data": secrets[stub["id"]]}
        for node in json.loads(FILE.read_text())["nodes"]
        for kind, stub in node.get("credentials", {}).items()
    }
    made = {stub: editor.rest("/rest/credentials", content)["data"]["id"] for stub, content in stubs.items()}
    folder = tmp_path_factory.mktemp("examples")
    text = FILE.read_text().replace("https://scoring.example", stack.url("sidecar"))
    (folder / FILE.name).write_text(text.replace("https://odoo.example", stack.url("odoo")))
    arguments = ["deploy", "--folder", str(folder), "--skip-lint"]
    arguments += [word for stub, number in made.items() for word in ("--credential", f"{stub}={number}")]
    env = {"GATEHOUSE_N8N_URL": stack.url("n8n"), "GATEHOUSE_N8N_API_KEY": n8n["api_key"]}
    result = CliRunner().invoke(workflows, arguments, env=env)
    assert result.exit_code == 0, result.output
    yield f"{stack.url('n8n')}/webhook/gatehouse-stock/events"
    client = N8nClient(stack.url("n8n"), n8n["api_key"])
    client._call("POST", f"/workflows/{WORKFLOW}/deactivate")
    # n8n takes a moment to unpublish, and refuses to delete until then.
    wait_until(lambda: removed(client, WORKFLOW), bool)
    for number in made.values():
        editor.rest(f"/rest/credentials/{number}", method="DELETE")


def removed(client: N8nClient, workflow: str) -> bool:
    """Whether n8n deleted the workflow now."""
    try:
        client._call("DELETE", f"/workflows/{workflow}")
    except WorkflowError as error:
        if "409" not in str(error):
            raise
        return False
    return True


def headers(body: bytes, age: int = 0, secret: str = SECRET) -> dict[str, str]:
    """Standard Webhooks headers by a secret whose bytes are text."""
    number, stamp = "msg_1", str(int(time.time()) - age)
    mac = hmac.new(secret.encode(), f"{number}.{stamp}.".encode() + body, hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(mac).decode()
    names = {"webhook-id": number, "webhook-timestamp": stamp, "webhook-signature": signature}
    return {"Content-Type": "application/json", **names}


def test_a_check_that_the_sidecar_owed_is_recorded_by_http_alone(stack: Stack, address: str) -> None:
    with stopped("sidecar"):
        order = sales.make_order(stack, UNUSUAL_ORDER)
        sales.confirm(stack, order)

        def check() -> list[dict[str, Any]]:
            domain = [
                ("res_model", "=", "sale.order"),
                ("res_id", "=", order),
                ("code", "=", "discount_anomaly"),
            ]
            rows: list[dict[str, Any]] = stack.call(
                "admin", "gatehouse.check", "search_read", domain, ["available", "source", "score", "model"]
            )
            return rows

        [owed] = wait_until(check, bool)
        assert owed["available"] is False
    domain = [("res_model", "=", "sale.order"), ("res_id", "=", order), ("type", "=", "sale.order.confirmed")]
    [row] = stack.call("admin", "gatehouse.event", "search_read", domain, ["payload", "attempt"])
    body = json.dumps({"events": [{**json.loads(row["payload"]), "attempt": row["attempt"]}]}).encode()
    answer = requests.post(address, data=body, headers=headers(body), timeout=60)
    assert answer.status_code == 202, answer.text
    [recorded] = wait_until(check, lambda rows: bool(rows) and rows[0]["available"])
    assert recorded["source"] == "sidecar"
    assert recorded["score"] > 0.5
    assert recorded["model"].startswith("discounts ")


@pytest.mark.parametrize(
    "changes", [{"age": 360}, {"secret": "another secret whose bytes are text"}], ids=["old", "other secret"]
)
def test_what_is_not_signed_or_not_fresh_is_refused(address: str, changes: dict[str, Any]) -> None:
    body = b'{"events": []}'
    answer = requests.post(address, data=body, headers=headers(body, **changes), timeout=60)
    assert answer.status_code == 401
