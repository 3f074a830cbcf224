"""Compares what runs in n8n with the files.

n8n keeps a draft (top level) and the version that runs (``activeVersion``); settings are live with the draft.
A version that ``deploy`` published is named ``gatehouse <fingerprint>``, so a hand-made change shows without
any state kept elsewhere: the running content no longer matches the name, or the name is not ours.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from sidecar.workflows.files import WorkflowFile
from sidecar.workflows.normal import Workflow, fingerprint, normalise, render

MARK = "gatehouse "
MARK_LENGTH = 16


class State(StrEnum):
    """How a workflow in n8n stands to its file."""

    SAME = "same"
    DIFFERENT = "different"
    MISSING = "missing"
    INACTIVE = "inactive"
    ARCHIVED = "archived"
    EXTRA = "extra"


@dataclass(frozen=True)
class Comparison:
    """One workflow's result."""

    id: str
    name: str
    state: State
    drifted: bool = False
    draft: bool = False
    foreign_draft: bool = False
    lines: list[str] = field(default_factory=list)

    @property
    def alarming(self) -> bool:
        """Whether this is a difference that fails ``diff``."""
        return self.state not in (State.SAME, State.EXTRA)


def version_name(workflow: Workflow) -> str:
    """The name a deployed version gets."""
    return MARK + fingerprint(workflow)[:MARK_LENGTH]


def running(remote: Workflow) -> Workflow | None:
    """What runs: the active version's nodes with the live settings; None when nothing does."""
    active = remote.get("activeVersion")
    if not active or not remote.get("active"):
        return None
    return {
        "id": remote["id"],
        "name": remote["name"],
        "settings": remote.get("settings"),
        "nodes": active.get("nodes"),
        "connections": active.get("connections"),
    }


def edited_by_hand(remote: Workflow, credentials: dict[str, str]) -> bool:
    """Whether what runs is not what the last deploy published."""
    live = running(remote)
    if live is None:
        return False
    name = (remote.get("activeVersion") or {}).get("name")
    return bool(name != version_name(to_stubs(live, credentials)))


def to_stubs(workflow: Workflow, credentials: dict[str, str]) -> Workflow:
    """The workflow with this n8n's credential ids replaced by the files' stub ids."""
    return replace_credentials(workflow, {actual: stub for stub, actual in credentials.items()})


def replace_credentials(workflow: Workflow, ids: dict[str, str]) -> Workflow:
    """The workflow with credential ids replaced."""
    if not ids:
        return workflow
    nodes = []
    for node in workflow.get("nodes") or []:
        references = node.get("credentials") or {}
        replaced = {
            kind: ref | {"id": ids.get(ref.get("id"), ref.get("id"))} for kind, ref in references.items()
        }
        nodes.append(node | {"credentials": replaced} if replaced else node)
    return workflow | {"nodes": nodes}


def compare(file: WorkflowFile, remote: Workflow | None, credentials: dict[str, str]) -> Comparison:
    """One file against what n8n has under its id."""
    if remote is None:
        return Comparison(file.id, file.name, State.MISSING)
    if remote.get("isArchived"):
        return Comparison(file.id, file.name, State.ARCHIVED)
    wanted = normalise(file.workflow)
    draft = to_stubs(remote, credentials)
    live = running(remote)
    if live is None:
        return Comparison(
            file.id, file.name, State.INACTIVE, lines=_lines(file, wanted, normalise(draft), "draft")
        )
    actual = normalise(to_stubs(live, credentials))
    return Comparison(
        file.id,
        file.name,
        State.SAME if actual == wanted else State.DIFFERENT,
        drifted=edited_by_hand(remote, credentials),
        draft=normalise(draft) != actual,
        foreign_draft=normalise(draft) not in (actual, wanted),
        lines=_lines(file, wanted, actual, "running"),
    )


def compare_all(
    files: list[WorkflowFile], remotes: Iterable[Workflow], credentials: dict[str, str]
) -> list[Comparison]:
    """Every file, then every running workflow of n8n that has no file."""
    by_id = {str(remote["id"]): remote for remote in remotes}
    results = [compare(file, by_id.get(file.id), credentials) for file in files]
    known = {file.id for file in files}
    for workflow_id, remote in sorted(by_id.items()):
        if workflow_id not in known and remote.get("active"):
            results.append(Comparison(workflow_id, str(remote["name"]), State.EXTRA))
    return results


def _lines(file: WorkflowFile, wanted: Workflow, actual: Workflow, label: str) -> list[str]:
    return list(
        difflib.unified_diff(
            render(wanted).splitlines(),
            render(actual).splitlines(),
            f"{file.path.name} (file)",
            f"{file.path.name} ({label})",
            lineterm="",
            n=2,
        )
    )
