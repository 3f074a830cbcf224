"""The normal form of a workflow: one text for one meaning, unchanged by the n8n editor's open-and-save.

Kept: id, name, nodes, connections and settings. Dropped: what n8n rewrites on every save, who shares the
workflow, pinned data, and everything equal to its default. Nodes are ordered as one reads the canvas: sticky
notes first, then from left to right, top to bottom; positions sit on the editor's grid; keys are sorted.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

Workflow = dict[str, Any]
Node = dict[str, Any]

GRID = 16
KEPT = ("id", "name", "nodes", "connections", "settings")
STICKY = "n8n-nodes-base.stickyNote"
NODE_DEFAULTS: dict[str, Any] = {
    "onError": "stopWorkflow",
    "disabled": False,
    "retryOnFail": False,
    "alwaysOutputData": False,
    "executeOnce": False,
    "notesInFlow": False,
    "continueOnFail": False,
    "notes": "",
    "credentials": {},
}
SETTINGS_ADDED = {"binaryMode": "separate", "executionOrder": "v1"}
SETTINGS_DEFAULTS: dict[str, Any] = {"availableInMCP": False, "callerPolicy": "workflowsFromSameOwner"}
CACHED_KEYS = frozenset({"cachedResultName", "cachedResultUrl"})


def normalise(workflow: Workflow) -> Workflow:
    """The workflow in its normal form; the argument is not changed."""
    result: Workflow = {key: workflow[key] for key in ("id", "name") if workflow.get(key) is not None}
    nodes = [_node(node) for node in workflow.get("nodes") or []]
    result["nodes"] = sorted(nodes, key=_node_order)
    result["connections"] = _connections(workflow.get("connections") or {})
    result["settings"] = _settings(workflow.get("settings") or {})
    return result


def render(workflow: Workflow) -> str:
    """The text of a workflow file: sorted keys, two spaces, real characters, one newline at the end."""
    return json.dumps(workflow, indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def fingerprint(workflow: Workflow) -> str:
    """The hash that says whether two workflows mean the same."""
    text = json.dumps(normalise(workflow), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def snap(value: float) -> int:
    """The nearest line of the editor's grid; halves go up, as in JavaScript's Math.round."""
    return int((float(value) + GRID / 2) // GRID) * GRID


def _node_order(node: Node) -> tuple[bool, tuple[Any, ...], str, str]:
    place = tuple(node.get("position") or ())
    return node.get("type") != STICKY, place, str(node.get("name")), str(node.get("id"))


def _node(node: Node) -> Node:
    result: Node = {}
    for key, value in node.items():
        if value is None or (key in NODE_DEFAULTS and value == NODE_DEFAULTS[key]):
            continue
        result[key] = value
    position = node.get("position")
    if isinstance(position, list) and len(position) == 2:
        result["position"] = [snap(part) for part in position]
    result["parameters"] = _without_cache(node.get("parameters") or {})
    if not result.get("retryOnFail"):
        result.pop("maxTries", None)
        result.pop("waitBetweenTries", None)
    return result


def _without_cache(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_cache(part) for key, part in value.items() if key not in CACHED_KEYS}
    if isinstance(value, list):
        return [_without_cache(part) for part in value]
    return value


def _connections(connections: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for source, kinds in connections.items():
        kept = {kind: outputs for kind, raw in kinds.items() if (outputs := _outputs(raw or []))}
        if kept:
            result[source] = kept
    return result


def _outputs(raw: list[Any]) -> list[list[Any]]:
    outputs = [sorted(out or [], key=lambda end: (end["node"], end.get("index", 0))) for out in raw]
    while outputs and not outputs[-1]:
        outputs.pop()
    return outputs


def _settings(settings: dict[str, Any]) -> dict[str, Any]:
    kept = {
        key: value
        for key, value in settings.items()
        if value is not None and not (key in SETTINGS_DEFAULTS and value == SETTINGS_DEFAULTS[key])
    }
    return SETTINGS_ADDED | kept
