"""Makes whole workflows of the rules' short examples."""

from __future__ import annotations

import copy
from typing import Any

from sidecar.workflows.normal import Workflow
from sidecar.workflows.rules.model import Context

STEM = "30-example"
BASE: Workflow = {
    "id": "gh30example",
    "name": STEM,
    "nodes": [
        {
            "id": "n0",
            "name": "About",
            "type": "n8n-nodes-base.stickyNote",
            "typeVersion": 1,
            "position": [0, -160],
            "parameters": {"content": "## Example\nOwner: integration\nPurpose: shows the rules"},
        },
        {
            "id": "n1",
            "name": "Every hour",
            "type": "n8n-nodes-base.scheduleTrigger",
            "typeVersion": 1.2,
            "position": [0, 0],
            "parameters": {"rule": {"interval": [{"field": "hours"}]}},
        },
        {
            "id": "n2",
            "name": "Ask the sidecar",
            "type": "n8n-nodes-gatehouse.gatehouse",
            "typeVersion": 1,
            "position": [224, 0],
            "parameters": {"resource": "score"},
            "credentials": {"gatehouseApi": {"id": "gatehouse-sidecar", "name": "Gatehouse sidecar"}},
        },
        {
            "id": "n3",
            "name": "Write back",
            "type": "n8n-nodes-gatehouse.gatehouseOdoo",
            "typeVersion": 1,
            "position": [448, 0],
            "parameters": {"resource": "event"},
            "credentials": {"gatehouseOdooApi": {"id": "gatehouse-odoo", "name": "Gatehouse Odoo"}},
        },
    ],
    "connections": {
        "Every hour": {"main": [[{"node": "Ask the sidecar", "type": "main", "index": 0}]]},
        "Ask the sidecar": {
            "main": [
                [{"node": "Write back", "type": "main", "index": 0}],
                [{"node": "Write back", "type": "main", "index": 0}],
            ]
        },
    },
    "settings": {
        "errorWorkflow": "gh00error",
        "executionTimeout": 300,
        "executionOrder": "v1",
        "binaryMode": "separate",
    },
}
KNOWN_IDS = frozenset({"gh00error", "gh30example", "gh70finance"})


def example(change: dict[str, Any]) -> Workflow:
    """The base with a change.

    ``settings``, ``note``, ``trigger`` and ``node`` (the step "Ask the sidecar") are merged, None removes;
    ``add`` is a further node; every other key replaces the top-level one.
    """
    workflow = copy.deepcopy(BASE)
    for key, value in copy.deepcopy(change).items():
        if key == "settings":
            workflow["settings"] = _merged(workflow["settings"], value)
        elif key in ("trigger", "node", "note"):
            place = {"note": 0, "trigger": 1, "node": 2}[key]
            _replace(workflow, place, value)
        elif key == "add":
            workflow["nodes"].append(value)
        else:
            workflow[key] = value
    return workflow


def context(workflow: Workflow, text: str | None = None) -> Context:
    """The context in which the examples are checked."""
    return Context(stem=str(workflow.get("name", STEM)), known_ids=KNOWN_IDS, text=text)


def _replace(workflow: Workflow, place: int, change: dict[str, Any]) -> None:
    old = workflow["nodes"][place]["name"]
    workflow["nodes"][place] = node = _merged(workflow["nodes"][place], change)
    if node["name"] == old:
        return
    connections = {
        node["name"] if name == old else name: kinds for name, kinds in workflow["connections"].items()
    }
    for kinds in connections.values():
        for ends in kinds["main"]:
            for end in ends:
                end["node"] = node["name"] if end["node"] == old else end["node"]
    workflow["connections"] = connections


def _merged(base: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in (base | change).items() if value is not None}
