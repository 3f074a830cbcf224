"""n8n's executions and workflows as Odoo's reconciliation and exception queue take them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from typing import Any

from sidecar.workflows.drift import Comparison, State
from sidecar.workflows.normal import Workflow

#: n8n's own limit where a workflow sets none.
DEFAULT_TIMEOUT = 300.0
LONGEST_DIFF = 15_000


def executions_of(rows: Iterable[dict[str, Any]], workflows: Iterable[Workflow]) -> list[dict[str, Any]]:
    """[{"id", "workflow", "status", "started_at", "timeout_seconds"}] of n8n's executions; unstarted ones are left out."""
    known = {str(workflow["id"]): workflow for workflow in workflows}
    found = []
    for row in rows:
        workflow = known.get(str(row.get("workflowId")), {})
        limit = (workflow.get("settings") or {}).get("executionTimeout")
        started = row.get("startedAt") or row.get("createdAt")
        if started:
            found.append(
                {
                    "id": str(row["id"]),
                    "workflow": str(workflow.get("name") or row.get("workflowId") or ""),
                    "status": str(row.get("status") or ("success" if row.get("finished") else "running")),
                    "started_at": str(started),
                    "timeout_seconds": float(limit)
                    if isinstance(limit, int | float) and limit > 0
                    else DEFAULT_TIMEOUT,
                }
            )
    return found


def unusable_files_report(problem: str) -> dict[str, Any]:
    """The report on a folder of workflows that cannot be compared; `problem` names the file and the place in it."""
    mark = hashlib.sha256(problem.encode()).hexdigest()[:16]
    return {
        "key": f"workflow-files:{mark}",
        "category": "configuration",
        "title": "The reviewed workflow files cannot be used",
        "detail": f"{problem[:LONGEST_DIFF]}\n"
        "Mend it (gatehouse workflows lint names the rest). Until then nobody sees whether what runs in n8n is what was reviewed; "
        "what runs goes on.",
        "again": True,
    }


def drift_reports(results: Iterable[Comparison], others: Collection[str] = ()) -> list[dict[str, Any]]:
    """One report for Odoo's exception queue a workflow that differs or has no file; its key changes with the difference.

    others: ids of workflows that may run without a file.
    """
    reports: list[dict[str, Any]] = []
    for result in results:
        if result.state is State.EXTRA and result.id not in others:
            title, detail = f"Workflow {result.name} runs and no reviewed file has it", _unknown(result)
        elif result.alarming:
            title, detail = f"Workflow {result.name} differs from its reviewed file", _difference(result)
        else:
            continue
        text = "\n".join(result.lines)
        mark = hashlib.sha256(f"{result.state.value}\n{text}".encode()).hexdigest()[:16]
        reports.append(
            {
                "key": f"drift:{result.id}:{mark}",
                "category": "configuration",
                "title": title,
                "detail": detail[:LONGEST_DIFF],
                "workflow": result.name,
            }
        )
    return reports


def _difference(result: Comparison) -> str:
    hand = " It was changed by hand in n8n." if result.drifted else ""
    return (
        f"{result.name} ({result.id}) is {result.state.value} compared with the reviewed file.{hand}\n"
        "Bring the change into the files by review, or deploy the files again "
        "(gatehouse workflows deploy --force --reason TEXT). This closes when they agree.\n\n"
        + "\n".join(result.lines)
    )


def _unknown(result: Comparison) -> str:
    return (
        f"{result.name} ({result.id}) is active in n8n: nobody reviewed what it does.\n"
        f"Bring it into the files by review (gatehouse workflows export --id {result.id}), or end it in n8n. One that "
        "is no part of Gatehouse is named under others of its environment in environments.toml. This closes then."
    )
