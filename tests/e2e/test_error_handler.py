"""An execution that fails is an exception in Odoo that names workflow, node, error and execution; the same failure again counts on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from stack.client import Stack, wait_until
from tests.e2e.test_watch import compare
from tests.integration.test_n8n_closed import deploy, take_away, workflow
from tests.neighbours import away, garbage, newest

pytestmark = pytest.mark.e2e
FAILING = "ghtestfailing000"


@pytest.fixture
def failing(stack: Stack, tmp_path: Path) -> Iterator[str]:
    """The webhook of a workflow whose one node always fails, with the error handler of the others."""
    node = {
        "type": "n8n-nodes-base.stopAndError",
        "typeVersion": 1,
        "parameters": {"errorMessage": "The warehouse has no such door"},
        "onError": "stopWorkflow",
    }
    content = workflow(FAILING, node)
    content["settings"] = {"errorWorkflow": "gh00handleerrors"}
    result = deploy(stack, tmp_path, content)
    assert result.exit_code == 0, result.output
    yield f"{stack.url('n8n')}/webhook/{FAILING}"
    take_away(stack, FAILING)
    opened = [("workflow", "=", FAILING), ("state", "=", "open")]
    left = stack.call("operations", "gatehouse.exception", "search", opened)
    stack.call("operations", "gatehouse.exception", "resolve", left, "The workflow is gone")


def exceptions(stack: Stack) -> list[dict[str, Any]]:
    names = ["key", "category", "title", "detail", "execution_id", "state", "role_id", "occurrences"]
    domain = [("workflow", "=", FAILING), ("category", "!=", "configuration")]  # no reviewed file has it
    rows: list[dict[str, Any]] = stack.call(
        "operations", "gatehouse.exception", "search_read", domain, names, order="id"
    )
    return rows


def fail(failing: str) -> None:
    wait_until(lambda: requests.post(failing, json={}, timeout=30).status_code, lambda status: status != 404)


@pytest.mark.covers("00-handle-workflow-error", "ordinary again")
def test_a_failed_execution_is_an_exception_with_node_and_error_and_the_next_ones_count_on_it(
    stack: Stack, failing: str
) -> None:
    before = len(exceptions(stack))
    fail(failing)
    [first] = wait_until(lambda: exceptions(stack)[before:], bool)
    assert (first["key"], first["category"]) == (f"execution:{first['execution_id']}", "workflow")
    assert first["title"] == f"Workflow failed: {FAILING}"
    assert first["detail"].startswith("Act: The warehouse has no such door\nOpen the execution in n8n")
    assert (first["state"], first["occurrences"]) == ("open", 1)
    assert first["role_id"]
    for _nth in range(4):
        fail(failing)
    [counting] = wait_until(lambda: exceptions(stack)[before:], lambda rows: rows[0]["occurrences"] == 5)
    assert counting["key"] == first["key"]
    assert int(counting["execution_id"]) > int(first["execution_id"]), "the last one is what one finds in n8n"


@pytest.mark.covers("00-handle-workflow-error", "down garbage")
@pytest.mark.parametrize(
    "meet",
    [lambda stack: away(stack, "odoo"), lambda stack: garbage(stack, neighbour="odoo")],
    ids=["down", "garbage"],
)
def test_a_failure_that_could_not_be_told_is_told_by_the_watch(
    stack: Stack, failing: str, meet: Callable[[Stack], Any]
) -> None:
    fail(failing)  # n8n takes a moment until it knows the webhook
    wait_until(lambda: exceptions(stack), lambda rows: any(row["state"] == "open" for row in rows))
    untold = newest(stack, "00-handle-workflow-error", "error")
    with meet(stack):
        fail(failing)
        wait_until(lambda: newest(stack, "00-handle-workflow-error", "error"), lambda number: number > untold)
    known = exceptions(stack)
    compare(stack)
    told = wait_until(lambda: exceptions(stack), lambda rows: rows != known)
    assert int(told[-1]["execution_id"]) > int(known[-1]["execution_id"])
    assert told[-1]["state"] == "open"
    compare(stack)
    assert exceptions(stack) == told
