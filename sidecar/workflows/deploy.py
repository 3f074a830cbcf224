"""Brings the files into n8n: one import as drafts, then publishing in the order of the references."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from sidecar.workflows.client import N8nClient
from sidecar.workflows.drift import State, compare, running, to_stubs
from sidecar.workflows.drift import version_name as mark
from sidecar.workflows.files import WorkflowError, WorkflowFile
from sidecar.workflows.normal import Workflow, fingerprint, normalise

ERROR_TRIGGER = "n8n-nodes-base.errorTrigger"
EXECUTE = "n8n-nodes-base.executeWorkflow"
ACTIVE_SECONDS = 30.0

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What a deploy would do."""

    changed: list[WorkflowFile]
    unchanged: list[WorkflowFile]
    drifted: list[WorkflowFile]
    archived: list[WorkflowFile]


def references(workflow: Workflow) -> set[str]:
    """The ids of the workflows that this one calls or names as its error workflow."""
    found: set[str] = set()
    for node in workflow.get("nodes") or []:
        if node.get("type") == EXECUTE:
            target = (node.get("parameters") or {}).get("workflowId")
            value = target.get("value") if isinstance(target, dict) else target
            if isinstance(value, str) and value:
                found.add(value)
    error_workflow = (workflow.get("settings") or {}).get("errorWorkflow")
    if isinstance(error_workflow, str) and error_workflow:
        found.add(error_workflow)
    return found


def order(files: list[WorkflowFile]) -> list[WorkflowFile]:
    """Error handlers first, then callees before callers; a cycle is an error that names its members."""
    by_id = {file.id: file for file in files}
    done: dict[str, WorkflowFile] = {}
    path: list[str] = []

    def visit(workflow_id: str) -> None:
        if workflow_id in done:
            return
        if workflow_id in path:
            names = [by_id[i].name for i in [*path[path.index(workflow_id) :], workflow_id]]
            raise WorkflowError(f"the workflows call each other in a circle: {' -> '.join(names)}")
        path.append(workflow_id)
        for target in sorted(references(by_id[workflow_id].workflow) - {workflow_id}):
            if target in by_id:
                visit(target)
        path.pop()
        done[workflow_id] = by_id[workflow_id]

    handlers = [f for f in files if any(n.get("type") == ERROR_TRIGGER for n in f.workflow["nodes"])]
    for file in [*handlers, *files]:
        visit(file.id)
    return list(done.values())


def make_plan(client: N8nClient, files: list[WorkflowFile], credentials: dict[str, str]) -> Plan:
    """Compares every file with n8n."""
    plan = Plan([], [], [], [])
    for file in order(files):
        remote = client.get_workflow(file.id)
        comparison = compare(file, remote, credentials)
        if comparison.state is State.ARCHIVED:
            plan.archived.append(file)
        same = comparison.state is State.SAME
        if same and (comparison.foreign_draft or not comparison.drifted):
            plan.unchanged.append(file)
            continue
        plan.changed.append(file)
        if not same and (comparison.drifted or comparison.foreign_draft):
            plan.drifted.append(file)
    return plan


def deploy(client: N8nClient, plan: Plan, credentials: dict[str, str], reason: str | None, say: Say) -> None:
    """Imports what changed as drafts, publishes it in order and waits until n8n runs it."""
    if plan.archived:
        names = ", ".join(file.name for file in plan.archived)
        raise WorkflowError(
            f"archived in n8n: {names}; unarchive them there, or delete them, then deploy again"
        )
    if plan.drifted and reason is None:
        names = ", ".join(file.name for file in plan.drifted)
        raise WorkflowError(
            f"changed by hand in n8n since the last deploy, or with an unpublished draft: {names}\n"
            "look at `gatehouse workflows diff`, take the change over with `export`, "
            "or overwrite it with --force --reason TEXT"
        )
    if not plan.changed:
        return
    client.import_package([normalise(file.workflow) for file in plan.changed], credentials)
    say(f"imported {len(plan.changed)} as drafts")
    for number, file in enumerate(plan.changed, start=1):
        description = reason or "deployed from the workflow files"
        client.activate(file.id, mark(file.workflow), description)
        wait_until_running(client, file, credentials)
        say(f"{number}/{len(plan.changed)} running: {file.name}")


def wait_until_running(client: N8nClient, file: WorkflowFile, credentials: dict[str, str]) -> None:
    """Returns when n8n runs exactly the file; an error with the reason when it does not in time."""
    wanted = fingerprint(file.workflow)
    end = time.monotonic() + ACTIVE_SECONDS
    while True:
        remote = client.get_workflow(file.id)
        live = running(remote) if remote else None
        if live is not None and fingerprint(to_stubs(live, credentials)) == wanted:
            return
        if time.monotonic() > end:
            state = "not active" if live is None else "another version runs"
            raise WorkflowError(
                f"{file.name}: imported, but not running after {ACTIVE_SECONDS:.0f} s ({state})"
            )
        time.sleep(0.3)


__all__ = ["Plan", "deploy", "make_plan", "order", "references", "wait_until_running"]
