"""Rules that keep secrets, strangers and hidden logic out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sidecar.workflows.normal import Workflow
from sidecar.workflows.rules.model import (
    GATEHOUSE,
    GATEHOUSE_TRIGGER,
    WEBHOOK,
    Context,
    expressions,
    parameter,
    rule,
    steps,
    strings,
)

ALLOWED = frozenset(
    f"n8n-nodes-base.{name}"
    for name in (
        "emailReadImap",
        "emailSend",
        "errorTrigger",
        "executeWorkflow",
        "executeWorkflowTrigger",
        "extractFromFile",
        "filter",
        "ftp",
        "httpRequest",
        "if",
        "limit",
        "manualTrigger",
        "merge",
        "noOp",
        "removeDuplicates",
        "respondToWebhook",
        "scheduleTrigger",
        "set",
        "slack",
        "microsoftTeams",
        "splitInBatches",
        "splitOut",
        "aggregate",
        "stickyNote",
        "stopAndError",
        "switch",
        "wait",
        "webhook",
    )
)
OWN = frozenset(f"{GATEHOUSE}{name}" for name in ("gatehouse", "gatehouseOdoo", "gatehouseTrigger"))
HOT_PATH = ("01-", "10-", "20-", "70-")
MAX_EXPRESSIONS = 20
SECRET_KEY = re.compile(
    r"(password|passwd|secret|api_?key|access_?token|auth_?token|bearer|private_?key)$", re.I
)
SECRET_VALUE = re.compile(
    r"whsec_[A-Za-z0-9+/=]{8,}|-----BEGIN [A-Z ]*PRIVATE KEY|\bsk-[A-Za-z0-9_-]{16,}"
    r"|\bgh[pousr]_[A-Za-z0-9]{20,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}|\bAKIA[0-9A-Z]{16}\b"
    r"|\b(?:Bearer|Basic)\s+[A-Za-z0-9+/._=-]{12,}|://[^\s/:@{}]+:[^\s/@{}]+@",
    re.I,
)
NODE = "n8n-nodes-base."


@rule(
    "signed-trigger",
    "A trigger that listens on the network is authenticated or signed by a credential.",
    good={
        "trigger": {
            "type": WEBHOOK,
            "webhookId": "mail",
            "parameters": {"path": "mail", "authentication": "headerAuth"},
            "credentials": {"httpHeaderAuth": {"id": "gatehouse-mail", "name": "Mail"}},
        }
    },
    bad={"trigger": {"type": WEBHOOK, "webhookId": "mail", "parameters": {"path": "mail"}}},
)
def signed_trigger(workflow: Workflow, context: Context) -> Iterator[str]:
    """Webhooks and Gatehouse Triggers have authentication and its credential; webhook ids are literal."""
    for node in steps(workflow):
        kind, references = node["type"], node.get("credentials") or {}
        if kind == GATEHOUSE_TRIGGER and "gatehouseSigningApi" not in references:
            yield f'"{node["name"]}": needs a gatehouseSigningApi credential'
        if kind in (WEBHOOK, f"{NODE}formTrigger"):
            if parameter(node, "authentication") in (None, "none") or not references:
                yield f'"{node["name"]}": anybody can start it; set an authentication and its credential'
            if not node.get("webhookId"):
                yield f'"{node["name"]}": has no literal webhookId, so its address is not stable'


@rule(
    "no-secrets",
    "No key, token, password or URL with a login stands in a file; credentials are stubs of id and name.",
    good={
        "node": {"credentials": {"gatehouseApi": {"id": "gatehouse-sidecar", "name": "Gatehouse sidecar"}}}
    },
    bad={"node": {"parameters": {"headers": {"Authorization": "Bearer 0123456789abcdef"}}}},
)
def no_secrets(workflow: Workflow, context: Context) -> Iterator[str]:
    """Strings do not look like secrets."""
    for node in workflow.get("nodes") or []:
        for path, text in strings(node.get("parameters") or {}):
            literal = bool(text) and not text.startswith("=")
            if SECRET_VALUE.search(text) or (literal and SECRET_KEY.search(path)):
                yield f'"{node["name"]}": parameters.{path} looks like a secret; use a credential'
        for kind, reference in (node.get("credentials") or {}).items():
            if (
                not isinstance(reference, dict)
                or not {"id", "name"} >= set(reference)
                or not reference.get("id")
            ):
                yield f'"{node["name"]}": the credential {kind} must be a stub with "id" and "name" only'
    for path, text in strings(workflow.get("staticData") or {}):
        if SECRET_VALUE.search(text) or SECRET_KEY.search(path):
            yield f"staticData.{path} looks like a secret"


@rule(
    "no-pinned-data",
    "No pinned data: it is somebody's record, and it would run in tests instead of the real thing.",
    good={"pinData": {}},
    bad={"pinData": {"Every hour": [{"json": {"customer": "Azure"}}]}},
)
def no_pinned_data(workflow: Workflow, context: Context) -> Iterator[str]:
    """pinData is empty."""
    for name in workflow.get("pinData") or {}:
        yield f'"{name}" has pinned data'


@rule(
    "no-env",
    "No $env and no $vars: configuration belongs in a credential, and both are blocked or need a licence.",
    good={"node": {"parameters": {"text": "={{ $json.id }}"}}},
    bad={"node": {"parameters": {"url": "={{ $env.URL }}"}}},
)
def no_env(workflow: Workflow, context: Context) -> Iterator[str]:
    """No expression reads the environment."""
    for node in steps(workflow):
        for path, text in strings(node.get("parameters") or {}):
            if re.search(r"\$(env|vars)\b|process\.env\b", text):
                yield f'"{node["name"]}": parameters.{path} reads the environment'


@rule(
    "no-code",
    "No Code nodes and no shell: logic lives in Odoo's policies, the sidecar or the nodes, with tests.",
    good={"add": {"id": "n9", "name": "Keep new", "type": f"{NODE}filter", "parameters": {}}},
    bad={
        "add": {"id": "n9", "name": "Decide", "type": f"{NODE}code", "parameters": {"jsCode": "return items"}}
    },
)
def no_code(workflow: Workflow, context: Context) -> Iterator[str]:
    """No node runs code of its own."""
    for node in steps(workflow):
        if node["type"] in {
            f"{NODE}code",
            f"{NODE}executeCommand",
            f"{NODE}ssh",
            "@n8n/n8n-nodes-langchain.code",
        }:
            yield f'"{node["name"]}" is a {node["type"]}; move its logic to the sidecar or the node package'


@rule(
    "known-node-types",
    "Only the node types that are reviewed for use here (the list is in sidecar/workflows/rules/safety.py).",
    good={"add": {"id": "n9", "name": "Is it late", "type": f"{NODE}if", "parameters": {}}},
    bad={"add": {"id": "n9", "name": "Post", "type": "n8n-nodes-stranger.post", "parameters": {}}},
)
def known_node_types(workflow: Workflow, context: Context) -> Iterator[str]:
    """Node types are on the allow list."""
    for node in workflow.get("nodes") or []:
        if node["type"] not in ALLOWED and node["type"] not in OWN:
            yield f'"{node["name"]}" is a {node["type"]}, which is not on the list of reviewed types'


@rule(
    "expressions",
    f"No expression on the hot path (workflows 01, 10, 20, 70), at most {MAX_EXPRESSIONS} elsewhere: "
    "each costs milliseconds an item.",
    good={"name": "10-example", "node": {"parameters": {"resource": "score"}}},
    bad={"name": "10-example", "node": {"parameters": {"resource": "={{ $json.kind }}"}}},
)
def expression_count(workflow: Workflow, context: Context) -> Iterator[str]:
    """Count parameters that start with "="."""
    found = [f'"{node["name"]}".{path}' for node in steps(workflow) for path in expressions(node)]
    limit = 0 if context.stem.startswith(HOT_PATH) else MAX_EXPRESSIONS
    if len(found) > limit:
        yield f"{len(found)} expressions, at most {limit}: {', '.join(found[:5])}"


SAFETY = (signed_trigger, no_secrets, no_pinned_data, no_env, no_code, known_node_types, expression_count)
