"""Rules that keep a failure bounded and visible."""

from __future__ import annotations

from collections.abc import Iterator

from sidecar.workflows.normal import Workflow
from sidecar.workflows.rules.model import (
    ERROR_TRIGGER,
    EXECUTE,
    GATEHOUSE,
    GATEHOUSE_TRIGGER,
    HTTP,
    Context,
    outputs,
    parameter,
    rule,
    steps,
    targets,
)

MAX_EXECUTION_SECONDS = 3600
MAX_HTTP_MS = 60_000
MAX_TRIES = 5
MAX_WAIT_MS = 5000
LOOP = "n8n-nodes-base.splitInBatches"
HTTP_GOOD = {
    "type": HTTP,
    "parameters": {"url": "https://partner.example", "options": {"timeout": 10000}},
    "onError": "continueErrorOutput",
}


@rule(
    "error-workflow",
    "Every workflow names the error workflow; the error handler itself does not need to.",
    good={"settings": {"errorWorkflow": "gh00error"}},
    bad={"settings": {"errorWorkflow": None}},
)
def error_workflow(workflow: Workflow, context: Context) -> Iterator[str]:
    """settings.errorWorkflow is set."""
    handles = any(node.get("type") == ERROR_TRIGGER for node in steps(workflow))
    if not handles and not (workflow.get("settings") or {}).get("errorWorkflow"):
        yield "settings.errorWorkflow is not set: a failure would reach nobody"


@rule(
    "execution-timeout",
    f"Every workflow has an execution timeout of 1 to {MAX_EXECUTION_SECONDS} seconds.",
    good={"settings": {"executionTimeout": 300}},
    bad={"settings": {"executionTimeout": -1}},
)
def execution_timeout(workflow: Workflow, context: Context) -> Iterator[str]:
    """settings.executionTimeout is within bounds."""
    value = (workflow.get("settings") or {}).get("executionTimeout")
    if (
        isinstance(value, bool)
        or not isinstance(value, int | float)
        or not 1 <= value <= MAX_EXECUTION_SECONDS
    ):
        yield f"settings.executionTimeout is {value}, must be 1 to {MAX_EXECUTION_SECONDS} seconds"


@rule(
    "http-timeout",
    f"Every HTTP Request states a timeout of at most {MAX_HTTP_MS} ms (n8n's default is five minutes).",
    good={"node": HTTP_GOOD},
    bad={"node": HTTP_GOOD | {"parameters": {"url": "https://partner.example"}}},
)
def http_timeout(workflow: Workflow, context: Context) -> Iterator[str]:
    """HTTP Request nodes have options.timeout."""
    for node in steps(workflow):
        if node["type"] != HTTP:
            continue
        value = parameter(node, "options", "timeout")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= MAX_HTTP_MS:
            yield f'"{node["name"]}": options.timeout is {value}, must be 1 to {MAX_HTTP_MS} ms'


@rule(
    "bounded-retries",
    f"Retries are at most {MAX_TRIES} with at most {MAX_WAIT_MS} ms between.",
    good={"node": {"retryOnFail": True, "maxTries": 3, "waitBetweenTries": 1000}},
    bad={"node": {"retryOnFail": True, "maxTries": 50, "waitBetweenTries": 1000}},
)
def bounded_retries(workflow: Workflow, context: Context) -> Iterator[str]:
    """maxTries and waitBetweenTries are bounded."""
    for node in steps(workflow):
        if not node.get("retryOnFail"):
            continue
        if node.get("maxTries", 3) > MAX_TRIES:
            yield f'"{node["name"]}": maxTries is {node["maxTries"]}, at most {MAX_TRIES}'
        if node.get("waitBetweenTries", 1000) > MAX_WAIT_MS:
            yield f'"{node["name"]}": {node["waitBetweenTries"]} ms between tries, at most {MAX_WAIT_MS}'


@rule(
    "no-endless-loop",
    "Steps form no circle, except through Loop Over Items, which ends.",
    good={},
    bad={
        "connections": {
            "Every hour": {"main": [[{"node": "Ask the sidecar", "type": "main", "index": 0}]]},
            "Ask the sidecar": {
                "main": [
                    [{"node": "Write back", "type": "main", "index": 0}],
                    [{"node": "Write back", "type": "main", "index": 0}],
                ]
            },
            "Write back": {"main": [[{"node": "Ask the sidecar", "type": "main", "index": 0}]]},
        }
    },
)
def no_endless_loop(workflow: Workflow, context: Context) -> Iterator[str]:
    """The graph without its loop nodes is free of cycles."""
    loops = {node["name"] for node in steps(workflow) if node["type"] == LOOP}
    remaining = {(a, b) for a, b in targets(workflow) if a not in loops and b not in loops}
    while True:
        starts = {a for a, _ in remaining}
        kept = {(a, b) for a, b in remaining if b in starts}
        if kept == remaining:
            break
        remaining = kept
    if remaining:
        yield f"these steps form a circle: {', '.join(sorted({a for a, _ in remaining}))}"


@rule(
    "failure-branch",
    "A call's failure leads somewhere: an HTTP Request continues on its error output, and every error "
    'output and every Gatehouse output "unavailable" is wired.',
    good={},
    bad={
        "node": {"onError": "continueErrorOutput"},
        "connections": {
            "Every hour": {"main": [[{"node": "Ask the sidecar", "type": "main", "index": 0}]]},
            "Ask the sidecar": {"main": [[{"node": "Write back", "type": "main", "index": 0}]]},
        },
    },
)
def failure_branch(workflow: Workflow, context: Context) -> Iterator[str]:
    """Second outputs of calling nodes are connected."""
    for node in steps(workflow):
        on_error = node.get("onError")
        outs = outputs(workflow, node)
        if node["type"] == HTTP and on_error != "continueErrorOutput":
            yield f'"{node["name"]}": set On Error to "continue (using error output)" and wire that output'
        elif on_error == "continueErrorOutput" and not (len(outs) > 1 and outs[-1]):
            yield f'"{node["name"]}": the error output leads nowhere'
        elif (
            _has_unavailable(node["type"])
            and on_error != "continueErrorOutput"
            and not (len(outs) > 1 and outs[1])
        ):
            yield f'"{node["name"]}": the output "unavailable" leads nowhere'
        if on_error == "continueRegularOutput" and node["type"] not in (EXECUTE,):
            yield f'"{node["name"]}": errors would go on as if they were data; use the error output'


def _has_unavailable(node_type: str) -> bool:
    return node_type == f"{GATEHOUSE}gatehouse" and node_type != GATEHOUSE_TRIGGER


RELIABILITY = (
    error_workflow,
    execution_timeout,
    http_timeout,
    bounded_retries,
    no_endless_loop,
    failure_branch,
)
