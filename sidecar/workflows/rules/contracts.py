"""The rule about what a sub-workflow promises to those who call it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sidecar.workflows.normal import STICKY, Node, Workflow
from sidecar.workflows.rules.model import GATEHOUSE, HTTP, Context, parameter, rule, steps

CALLED = "n8n-nodes-base.executeWorkflowTrigger"
OUTWARD = frozenset({HTTP, "n8n-nodes-base.emailSend", "n8n-nodes-base.ftp", "n8n-nodes-base.slack"})
"""Nodes of n8n that speak to somebody outside; the Gatehouse node does with its resource `partner`."""
LINE = re.compile(r"^\W*schemas\W*:\W*(.*)$", re.I | re.M)
PARTNER: dict[str, Any] = {
    "trigger": {"type": CALLED, "parameters": {"inputSource": "passthrough"}},
    "node": {"parameters": {"resource": "partner", "operation": "financeExposure"}},
}


def speaks_to_a_partner(workflow: Workflow) -> bool:
    """Whether a workflow is called by others and asks or tells somebody outside for them."""
    return any(node["type"] == CALLED for node in steps(workflow)) and any(map(_outward, steps(workflow)))


def _outward(node: Node) -> bool:
    return node["type"] in OUTWARD or (
        node["type"] == f"{GATEHOUSE}gatehouse" and parameter(node, "resource") == "partner"
    )


@rule(
    "schema",
    "A sub-workflow that speaks to a partner names the schemas of what it takes and gives, in a line Schemas: of its first "
    "sticky note: its own name with .in and .out, files of docs/contracts/workflows.",
    good={
        **PARTNER,
        "note": {
            "parameters": {
                "content": "**Owner:** Finance\n\nAsks what a customer owes.\n\n**Schemas:** 30-example.in, 30-example.out"
            }
        },
    },
    bad={
        **PARTNER,
        "note": {"parameters": {"content": "**Owner:** Finance\n\nAsks what a customer owes."}},
    },
)
def schema(workflow: Workflow, context: Context) -> Iterator[str]:
    """The partner behind it can be swapped without reading its callers."""
    if not speaks_to_a_partner(workflow):
        return
    notes = [node for node in workflow.get("nodes") or [] if node["type"] == STICKY]
    found = notes and LINE.search(str(parameter(notes[0], "content") or ""))
    named = set(re.findall(r"[\w.-]+\.(?:in|out)\b", found[1])) if found else set()
    for missing in sorted({f"{context.stem}.in", f"{context.stem}.out"} - named):
        yield f'it speaks to a partner, and its first sticky note names no schema "{missing}"'


CONTRACTS = (schema,)
