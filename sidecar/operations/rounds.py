"""One round of comparing n8n with Odoo and with the reviewed files, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sidecar.operations.watch import drift_reports, executions_of, unusable_files_report
from sidecar.workflows.client import N8nClient
from sidecar.workflows.deploy import order
from sidecar.workflows.drift import compare_all
from sidecar.workflows.environments import Environment
from sidecar.workflows.files import WorkflowError, read_folder
from sidecar.workflows.normal import Workflow

#: Executions that may have lost something, each asked for apart: on a busy n8n they fall off the newest page.
DOUBTFUL = ("running", "waiting", "error", "crashed")
#: Odoo takes at most 5,000 a call; these are the newest of each status.
MOST_EACH = 1000

Call = Callable[..., Any]


@dataclass(frozen=True)
class Round:
    """Counts of a round, and a line for each difference."""

    executions: int
    workflows: int
    repaired: int
    person: int
    drifted: int
    lines: tuple[str, ...]

    @property
    def summary(self) -> str:
        """The round in one sentence."""
        return (
            f"{self.executions} executions and {self.workflows} workflows compared, {self.repaired} differences "
            f"repaired, {self.person} for a person"
        )


def doubtful_executions(client: N8nClient) -> Iterable[dict[str, Any]]:
    """n8n's executions that did not end well or did not end, newest first by status, each once."""
    seen: dict[str, dict[str, Any]] = {}
    for status in DOUBTFUL:
        for row in client.executions(status, MOST_EACH):
            seen[str(row["id"])] = row
    return seen.values()


def tell_of_workflows(
    odoo: Call, folder: Path, workflows: list[Workflow], place: Environment
) -> list[dict[str, Any]]:
    """Tell Odoo what differs between the reviewed files and n8n's workflows, or what keeps them from being compared.

    What Odoo was told before and is no longer among it, is closed there. Returns the reports.
    """
    try:
        files = order(read_folder(folder))
    except WorkflowError as error:
        unusable = [unusable_files_report(str(error))]
        odoo("gatehouse.exception", "report", unusable)
        return unusable
    reports = drift_reports(compare_all(files, workflows, dict(place.credentials)), place.others)
    odoo("gatehouse.reconciliation", "compare_workflows", reports)
    return reports


def compare(client: N8nClient, odoo: Call, folder: Path, place: Environment) -> Round:
    """Hand n8n's executions to Odoo's reconciliation and its drifted workflows to the exception queue.

    place: the n8n that is looked at, with its ids of credentials and the workflows there that are none of the files.

    A file that cannot be read, or workflows that call each other in a circle, are an exception too; executions are compared all the same.
    odoo: calls (Odoo model, method, *arguments). Raises what the client and the call raise; nothing is half done,
    because every call may be repeated.
    """
    workflows = list(client.list_workflows())
    executions = executions_of(doubtful_executions(client), workflows)
    found = odoo("gatehouse.reconciliation", "reconcile", executions)
    reports = tell_of_workflows(odoo, folder, workflows, place)
    lines = [f"{line['outcome']}: {line['kind']} {line['name']}: {line['text']}" for line in found["lines"]]
    lines += [f"person: {report['title']}" for report in reports]
    return Round(
        len(executions),
        len(workflows),
        found["repaired"],
        found["person"] + len(reports),
        len(reports),
        tuple(lines),
    )
