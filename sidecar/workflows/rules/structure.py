"""Rules that keep a workflow readable, stable and ready for n8n 3."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sidecar.workflows.normal import STICKY, Workflow, normalise, render
from sidecar.workflows.rules.model import (
    EXECUTE,
    Context,
    is_trigger,
    parameter,
    rule,
    steps,
    strings,
    targets,
)

NODE = "n8n-nodes-base."
ID = re.compile(r"gh[a-z0-9]{3,30}")
NAME = re.compile(r"\d\d-[a-z0-9]+(-[a-z0-9]+)*")
DEFAULT_NAMES = re.compile(
    r"(HTTP Request|Webhook|Edit Fields|Set|If|IF|Switch|Merge|Filter|Code|Wait|Limit|Split Out|Aggregate"
    r"|No Operation, do nothing|Loop Over Items|Schedule Trigger|Execute Workflow|Execute Sub-workflow"
    r"|Call n8n Workflow Tool|When Executed by Another Workflow|When clicking .*|Error Trigger|Stop and Error"
    r"|Respond to Webhook|Send Email|Email Trigger \(IMAP\)|Sticky Note|Remove Duplicates|Extract from File"
    r"|Gatehouse|Gatehouse Odoo|Gatehouse Trigger|My workflow)( ?\d+)?"
)
MIN_PURPOSE_WORDS = 4
GONE = frozenset(
    f"{NODE}{name}" for name in ("function", "functionItem", "itemLists", "aiTransform", "start")
)
SEVERAL_OUTPUTS = frozenset({f"{NODE}if", f"{NODE}switch", "n8n-nodes-gatehouse.gatehouse"})
CALL: dict[str, Any] = {
    "type": EXECUTE,
    "parameters": {"workflowId": {"__rl": True, "mode": "id", "value": "gh70finance"}},
}


@rule(
    "workflow-id",
    "The name is the file's name, NN-verb-object, and the id is fixed, gh and lower-case letters or digits.",
    good={"id": "gh30example", "name": "30-example"},
    bad={"id": "RnT5cEJjeiebTIKP", "name": "30-example"},
)
def workflow_id(workflow: Workflow, context: Context) -> Iterator[str]:
    """Id and name are stable and say where the workflow belongs."""
    if not ID.fullmatch(str(workflow.get("id", ""))):
        yield f'the id is "{workflow.get("id", "")}", must be gh and 3 to 30 lower-case letters or digits'
    if workflow.get("name") != context.stem:
        yield f'the name is "{workflow.get("name")}", must be the file\'s name "{context.stem}"'
    if not NAME.fullmatch(context.stem):
        yield f'the file is named "{context.stem}", must be like 10-check-sales-order'


@rule(
    "owner-and-purpose",
    "The first sticky note says who owns the workflow, in a line Owner:, and in a sentence what it is for.",
    good={
        "note": {"parameters": {"content": "**Owner:** Sales\n\nChecks each confirmed order's discounts."}}
    },
    bad={"note": {"parameters": {"content": "## Check an order"}}},
)
def owner_and_purpose(workflow: Workflow, context: Context) -> Iterator[str]:
    """The first sticky note has an owner and, besides headings and the owner, a sentence."""
    notes = [node for node in workflow.get("nodes") or [] if node["type"] == STICKY]
    if not notes:
        yield "no sticky note says whose it is and what it is for"
        return
    lines = str(parameter(notes[0], "content") or "").splitlines()
    owners = [line for line in lines if re.match(r"\W*owner\W*:\W*\w", line, re.I)]
    purpose = [line for line in lines if line.strip() and not line.startswith("#") and line not in owners]
    if not owners:
        yield f'the first sticky note "{notes[0]["name"]}" has no line "Owner: ..."'
    if len(" ".join(purpose).split()) < MIN_PURPOSE_WORDS:
        yield f'the first sticky note "{notes[0]["name"]}" has no sentence that says what the workflow is for'


@rule(
    "named-nodes",
    "Every step has a name of its own that says what it does, used once.",
    good={"node": {"name": "Score the discounts"}},
    bad={"node": {"name": "Gatehouse1"}},
)
def named_nodes(workflow: Workflow, context: Context) -> Iterator[str]:
    """No default names, no double names or ids."""
    nodes = workflow.get("nodes") or []
    for node in steps(workflow):
        if DEFAULT_NAMES.fullmatch(node["name"].strip()):
            yield f'"{node["name"]}" is a default name; say what the step does'
    for key in ("name", "id"):
        for value, count in Counter(str(node.get(key)) for node in nodes).items():
            if count > 1:
                yield f'{count} nodes have the {key} "{value}"'


@rule(
    "no-orphans",
    "Every step is reached from a trigger, nothing is switched off, and connections name existing steps.",
    good={},
    bad={"add": {"id": "n9", "name": "Forgotten", "type": f"{NODE}noOp", "parameters": {}}},
)
def no_orphans(workflow: Workflow, context: Context) -> Iterator[str]:
    """Reachability from the triggers."""
    nodes = {node["name"]: node for node in steps(workflow)}
    edges = list(targets(workflow))
    for source, target in edges:
        for name in (source, target):
            if name not in nodes:
                yield f'a connection names "{name}", which is not a step'
    reached = {name for name, node in nodes.items() if is_trigger(node)}
    if not reached:
        yield "no trigger: nothing starts it"
    grown = True
    while grown:
        more = {target for source, target in edges if source in reached and target in nodes} - reached
        reached |= more
        grown = bool(more)
    for name, node in nodes.items():
        if name not in reached:
            yield f'"{name}" is not reached from a trigger'
        if node.get("disabled"):
            yield f'"{name}" is switched off; remove it'


@rule(
    "known-workflows",
    "Sub-workflows and the error workflow are named by the id of a file in this folder.",
    good={"add": CALL | {"id": "n9", "name": "Ask finance"}},
    bad={
        "add": {
            "id": "n9",
            "name": "Ask finance",
            "type": EXECUTE,
            "parameters": {"workflowId": {"__rl": True, "mode": "id", "value": "RnT5cEJjeiebTIKP"}},
        }
    },
)
def known_workflows(workflow: Workflow, context: Context) -> Iterator[str]:
    """References lead to known ids."""
    error_id = (workflow.get("settings") or {}).get("errorWorkflow")
    if error_id and error_id not in context.known_ids:
        yield f'settings.errorWorkflow is "{error_id}", which is no workflow of this folder'
    for node in steps(workflow):
        if node["type"] != EXECUTE:
            continue
        target = parameter(node, "workflowId")
        value = target.get("value") if isinstance(target, dict) else target
        if value not in context.known_ids:
            yield f'"{node["name"]}" calls "{value}", which is no workflow of this folder'


@rule(
    "ready-for-n8n-3",
    "Nothing that n8n 3 removes: Function, Function Item, Item Lists, AI Transform, $getPairedItem, "
    "sub-workflows once an item, Always Output Data on a node with several outputs.",
    good={"add": CALL | {"id": "n9", "name": "Ask finance"}},
    bad={
        "add": {
            "id": "n9",
            "name": "Ask finance",
            "type": EXECUTE,
            "parameters": CALL["parameters"] | {"mode": "each"},
        }
    },
)
def ready_for_n8n_3(workflow: Workflow, context: Context) -> Iterator[str]:
    """No deprecated node, function or mode."""
    for node in steps(workflow):
        if node["type"] in GONE:
            yield f'"{node["name"]}": n8n 3 removes {node["type"]}'
        if node["type"] == EXECUTE and parameter(node, "mode") == "each":
            yield f'"{node["name"]}": runs once for each item; n8n 3 runs sub-workflows once with all items'
        if node["type"] in SEVERAL_OUTPUTS and node.get("alwaysOutputData"):
            yield f'"{node["name"]}": Always Output Data means something else in n8n 3 with several outputs'
        if node.get("continueOnFail"):
            yield f'"{node["name"]}": continueOnFail is replaced by On Error'
        for path, text in strings(node.get("parameters") or {}):
            if "$getPairedItem" in text:
                yield f'"{node["name"]}": parameters.{path} uses $getPairedItem'


@rule(
    "normal-form",
    "The file is in normal form; `gatehouse workflows format` writes it.",
    good={},
    bad={"node": {"position": [223, 1]}},
)
def normal_form(workflow: Workflow, context: Context) -> Iterator[str]:
    """The text equals the normal form's text."""
    text = context.text if context.text is not None else render(workflow)
    if text != render(normalise(workflow)):
        yield "not in normal form; run `gatehouse workflows format`"


STRUCTURE = (
    workflow_id,
    owner_and_purpose,
    named_nodes,
    no_orphans,
    known_workflows,
    ready_for_n8n_3,
    normal_form,
)
