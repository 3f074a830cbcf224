"""What a rule is, and what the rules share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sidecar.workflows.normal import STICKY, Node, Workflow

GATEHOUSE = "n8n-nodes-gatehouse."
GATEHOUSE_TRIGGER = "n8n-nodes-gatehouse.gatehouseTrigger"
HTTP = "n8n-nodes-base.httpRequest"
WEBHOOK = "n8n-nodes-base.webhook"
EXECUTE = "n8n-nodes-base.executeWorkflow"
ERROR_TRIGGER = "n8n-nodes-base.errorTrigger"


@dataclass(frozen=True)
class Context:
    """What a rule may know besides the workflow itself."""

    stem: str
    known_ids: frozenset[str]
    text: str | None = None


@dataclass(frozen=True)
class Finding:
    """One breach of a rule in a file."""

    file: str
    rule: str
    message: str


Check = Callable[[Workflow, Context], Iterator[str]]


@dataclass(frozen=True)
class Rule:
    """A rule with its text and one workflow that keeps it and one that breaks it.

    The examples are changes to the smallest workflow that keeps every rule (``examples.BASE``).
    """

    id: str
    text: str
    check: Check
    good: dict[str, Any] = field(default_factory=dict)
    bad: dict[str, Any] = field(default_factory=dict)

    @property
    def good_text(self) -> str:
        """The good example for people."""
        return json.dumps(self.good, ensure_ascii=False)

    @property
    def bad_text(self) -> str:
        """The bad example for people."""
        return json.dumps(self.bad, ensure_ascii=False)


def rule(id: str, text: str, good: dict[str, Any], bad: dict[str, Any]) -> Callable[[Check], Rule]:
    """Makes a rule of a function that yields one message a breach."""
    return lambda check: Rule(id, text, check, good, bad)


def steps(workflow: Workflow) -> list[Node]:
    """The nodes that do something: all but sticky notes."""
    return [node for node in workflow.get("nodes") or [] if node.get("type") != STICKY]


def parameter(node: Node, *path: str) -> Any:
    """A parameter's value by its path, None where it is not set."""
    value: Any = node.get("parameters") or {}
    for key in path:
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def is_trigger(node: Node) -> bool:
    """Whether a node starts executions."""
    name = str(node.get("type", "")).rpartition(".")[2].lower()
    return name.endswith("trigger") or name in ("webhook", "emailreadimap", "start")


def outputs(workflow: Workflow, node: Node) -> list[list[dict[str, Any]]]:
    """Where a node's main outputs lead, one list an output."""
    kinds = (workflow.get("connections") or {}).get(node["name"]) or {}
    return [ends or [] for ends in kinds.get("main") or []]


def targets(workflow: Workflow) -> Iterator[tuple[str, str]]:
    """Every connection as (from, to)."""
    for source, kinds in (workflow.get("connections") or {}).items():
        for outs in kinds.values():
            for ends in outs:
                for end in ends or []:
                    yield source, end["node"]


def strings(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every string inside a value with its path."""
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from strings(part, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from strings(part, f"{path}[{index}]")


def expressions(node: Node) -> list[str]:
    """The parameters of a node that n8n evaluates."""
    return [path for path, text in strings(node.get("parameters") or {}) if text.startswith("=")]
