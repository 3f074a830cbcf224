"""An execution that fails is an exception in Odoo that names workflow, node, error and execution, each execution once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from stack.client import Stack, wait_until
from tests.integration.test_n8n_closed import deploy, take_away, workflow

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


def exceptions(stack: Stack) -> list[dict[str, Any]]:
    names = ["key", "category", "title", "detail", "execution_id", "state", "role_id"]
    domain = [("workflow", "=", FAILING)]
    rows: list[dict[str, Any]] = stack.call(
        "operations", "gatehouse.exception", "search_read", domain, names, order="id"
    )
    return rows


def test_each_failed_execution_is_one_exception_with_node_and_error(stack: Stack, failing: str) -> None:
    before = len(exceptions(stack))
    wait_until(lambda: requests.post(failing, json={}, timeout=30).status_code, lambda status: status != 404)
    requests.post(failing, json={}, timeout=30)
    found = wait_until(lambda: exceptions(stack)[before:], lambda rows: len(rows) == 2)
    for row in found:
        assert (row["key"], row["category"], row["state"]) == (
            f"execution:{row['execution_id']}",
            "workflow",
            "open",
        )
        assert row["title"] == f"Workflow failed: {FAILING}"
        assert row["detail"] == "Act: The warehouse has no such door"
        assert row["role_id"]
    assert len({row["execution_id"] for row in found}) == 2
