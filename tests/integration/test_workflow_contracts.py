"""The sub-workflows that speak to a partner, called on the running n8n with what their schema takes, give what it says."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from stack.client import Stack, wait_until
from tests.contract.schemas import WORKFLOWS, errors
from tests.integration.test_n8n_closed import deploy, take_away

pytestmark = pytest.mark.integration
#: Sub-workflow and the partner of the stack that it asks.
ASKED = {
    "70-account-data": "account",
    "70-carrier-limits": "carrier",
    "70-finance-exposure": "finance",
    "70-supplier-availability": "supplier",
    "70-carrier-booking": "booking",
    "70-carrier-records": "booking",
    "70-finance-records": "finance",
}
FOLDER = Path(__file__).resolve().parents[2] / "n8n-workflows"
Call = Callable[[str, list[dict[str, Any]]], list[dict[str, Any]]]


def caller(number: str, target: str) -> dict[str, Any]:
    """A webhook that hands the items of its body to a sub-workflow and answers with all that come back."""

    def step(place: int, name: str, kind: str, version: float, parameters: dict[str, Any]) -> dict[str, Any]:
        return {"id": f"0c8c8f7e-0000-4000-8000-00000000000{place}", "name": name, "type": f"n8n-nodes-base.{kind}",
                "typeVersion": version, "position": [224 * place, 0], "parameters": parameters}  # fmt: skip

    door = step(0, "Asked", "webhook", 2, {"path": number, "httpMethod": "POST", "responseMode": "lastNode",
                                          "responseData": "allEntries"})  # fmt: skip
    door["webhookId"] = number
    split = step(1, "Items", "splitOut", 1, {"fieldToSplitOut": "body.items", "options": {}})
    chosen = {"workflowId": {"__rl": True, "mode": "id", "value": target}, "options": {}}
    call = step(2, "Call", "executeWorkflow", 1.2, chosen)
    wires = {
        name: {"main": [[{"index": 0, "node": then, "type": "main"}]]}
        for name, then in (("Asked", "Items"), ("Items", "Call"))
    }
    return {"id": number, "name": number, "nodes": [door, split, call], "connections": wires, "settings": {}}


@pytest.fixture(scope="module")
def called(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Call]:
    """Calls a sub-workflow by its file's name."""
    numbers: dict[str, str] = {}

    def call(name: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if name not in numbers:
            number = "ghtest" + name.replace("-", "")[2:12]
            target = json.loads((FOLDER / f"{name}.json").read_text())["id"]
            result = deploy(stack, tmp_path_factory.mktemp(number), caller(number, target))
            assert result.exit_code == 0, result.output
            numbers[name] = number
        address = f"{stack.url('n8n')}/webhook/{numbers[name]}"
        answer = wait_until(
            lambda: requests.post(address, json={"items": items}, timeout=60),
            lambda got: got.status_code != 404,
        )
        assert answer.ok, answer.text
        found: list[dict[str, Any]] = answer.json()
        return found

    yield call
    for number in numbers.values():
        take_away(stack, number)


def fresh(name: str) -> list[dict[str, Any]]:
    """The examples of what a sub-workflow takes, about events and effects that nobody knows yet."""
    items = json.loads(json.dumps(WORKFLOWS[f"{name}.in"]["examples"]))
    for item in items:
        item["event_id"] = str(uuid.uuid4())
        if "effect" in item:
            item["effect"]["key"] = f"{item['event_id']}-{item['effect']['kind']}"
            item["data"]["reference"] = f"X/{item['event_id'][:6]}"
    return list(items)


@pytest.mark.covers(
    "70-account-data 70-carrier-limits 70-finance-exposure 70-supplier-availability 70-carrier-booking 70-carrier-records 70-finance-records",
    "ordinary down garbage",
)
@pytest.mark.parametrize("name", ASKED)
@pytest.mark.parametrize("mode", ["ok", "down", "garbage"])
def test_what_comes_out_fits_whatever_the_partner_does(
    stack: Stack, called: Call, name: str, mode: str
) -> None:
    items = fresh(name)
    stack.partner_mode(ASKED[name], mode)
    try:
        given = called(name, items)
    finally:
        stack.partner_mode(ASKED[name], "ok")
    assert [errors(f"{name}.out", item) for item in given] == [[]] * len(items)
    assert [item["event_id"] for item in given] == [item["event_id"] for item in items]
    assert answered(given[0]) == (mode == "ok"), given[0]


def answered(item: dict[str, Any]) -> bool:
    """Whether the partner's answer is in the item, behind what others answered before."""
    if "result" in item:
        return bool(item["result"]["outcome"] == "done")
    return bool((item.get("records") or item["checks"])[-1]["available"])
