"""A challenger from Odoo through n8n and the sidecar's jobs: requested when better, recorded when not, served after its sign-off."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import requests

from sidecar.config import BUNDLED_MODELS
from stack.client import Stack, wait_until
from tests.neighbours import away, garbage, newest

pytestmark = pytest.mark.e2e
#: A training beside other work takes minutes.
SECONDS = 900.0
SUBJECT = "purchases"
#: A job that says it is done, and what came of it is of no use.
NO_RESULT = {"state": "done", "result": {"better": "yes"}}


def serving(stack: Stack) -> str:
    """The hash of the model that workers serve."""
    folder = Path(stack.data["folder"]) / "models" / SUBJECT
    return str(json.loads((folder / "manifest.json").read_text())["sha256"])


@pytest.fixture
def models(stack: Stack) -> Iterator[Path]:
    """The served model of the subject, brought back afterwards as one that nobody chose: the next start may renew it."""
    folder = Path(stack.data["folder"]) / "models"
    kept, versions = folder.parent / "kept-model", folder / ".versions" / SUBJECT
    chosen = versions.is_dir()
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(folder / SUBJECT, kept)
    yield folder
    for name in ("model.npz", "expected.json", "MODEL_CARD.md", "manifest.json"):
        shutil.copy(kept / name, folder / SUBJECT / name)
    shutil.rmtree(kept)
    if versions.is_dir() and not chosen:
        shutil.rmtree(versions)


@pytest.fixture
def row(stack: Stack) -> Iterator[int]:
    """The subject's retraining, switched on and due now; off again afterwards, as is the role that signs."""
    group = stack.call(
        "admin", "ir.model.data", "check_object_reference", "gatehouse", "group_operations_manager"
    )[1]
    signoff = stack.call("admin", "gatehouse.change.signoff", "create", {"kind": "model", "role_id": group})
    [number] = stack.call(
        "operations", "gatehouse.retraining", "search", [("subject", "=", SUBJECT), ("active", "in", [True, False])]
    )  # fmt: skip
    with psycopg.connect(stack.data["database_urls"]["odoo"]) as connection:
        connection.execute("DELETE FROM gatehouse_retraining_run")
    stack.call("operations", "gatehouse.retraining", "write", [number], {"active": True, "test_days": 120})
    stack.call("operations", "gatehouse.retraining", "action_now", [number])
    yield number
    stack.call("operations", "gatehouse.retraining", "write", [number], {"active": False})
    stack.call("admin", "gatehouse.change.signoff", "unlink", [signoff])


def retrain(stack: Stack) -> Callable[[], None]:
    """Execute the workflow now instead of waiting for its minute."""
    return lambda: stack.execute("92-retrain-models")


def run(stack: Stack, number: int, *outcomes: str, prompt: bool = True) -> dict[str, Any]:
    """The newest run, once it has one of the outcomes; without `prompt` by the workflow's own schedule."""
    names = ["outcome", "note", "figures", "change_id", "champion", "challenger", "mark", "attempts"]

    def read() -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = stack.call(
            "operations", "gatehouse.retraining.run", "search_read", [("retraining_id", "=", number)], names, limit=1
        )  # fmt: skip
        return rows

    return wait_until(
        read,
        lambda rows: bool(rows) and rows[0]["outcome"] in outcomes,
        SECONDS,
        retrain(stack) if prompt else None,
    )[0]


@pytest.mark.covers("92-retrain-models", "ordinary")
def test_a_better_challenger_waits_for_its_sign_off_and_serves_after_it(
    stack: Stack, models: Path, row: int
) -> None:
    for name in ("model.npz", "expected.json", "MODEL_CARD.md", "manifest.json"):  # knows another company
        shutil.copy(BUNDLED_MODELS / SUBJECT / name, models / SUBJECT / name)
    before = serving(stack)
    found = run(stack, row, "requested", "worse", "failed")
    assert found["outcome"] == "requested", found
    assert "| challenger |" in found["figures"]
    [change] = stack.call(
        "operations", "gatehouse.change", "read", [found["change_id"][0]], ["state", "kind", "detail", "mark"]
    )
    assert (change["state"], change["kind"], change["mark"]) == ("open", "model", found["mark"])
    assert "average_precision" in change["detail"]
    forged = {"kind": "promote", "subject": SUBJECT, "mark": found["mark"], "reason": "nobody signed"}
    answer = ask(stack, {"id": f"forged:{found['mark'][:8]}", "job": forged})
    assert "no signed-off change" in answer["problem"]
    assert serving(stack) == before
    stack.call("operations", "gatehouse.change", "sign", [change["id"]], "The figures are convincing")
    run(stack, row, "promoted", prompt=False)
    assert serving(stack) != before
    assert json.loads((models / SUBJECT / "manifest.json").read_text())["source"] == "Odoo"
    [change] = stack.call("operations", "gatehouse.change", "read", [change["id"]], ["state"])
    assert change["state"] == "applied"


@pytest.mark.covers("92-retrain-models", "again")
def test_a_challenger_that_is_not_better_asks_for_nothing_and_leaves_a_record_why(
    stack: Stack, models: Path, row: int
) -> None:
    before, changes = serving(stack), stack.call("operations", "gatehouse.change", "search_count", [])
    # The champion has seen the days that are measured, the challenger has learnt from too little to match it.
    stack.call("operations", "gatehouse.retraining", "write", [row], {"test_days": 365})
    found = run(stack, row, "requested", "worse", "failed")
    assert found["outcome"] == "worse", found
    assert "The challenger is not better: average_precision" in found["note"]
    assert stack.call("operations", "gatehouse.change", "search_count", []) == changes
    assert serving(stack) == before
    seen = newest(stack, "92-retrain-models")
    retrain(stack)()
    wait_until(lambda: newest(stack, "92-retrain-models"), lambda number: number > seen)
    assert run(stack, row, "worse", prompt=False) == found, "nothing is due, so nothing is done again"


@pytest.mark.covers("92-retrain-models", "down garbage")
def test_a_sidecar_that_is_down_or_answers_garbage_trains_nothing_and_is_told_once(
    stack: Stack, row: int
) -> None:
    before = serving(stack)
    for attempt, (meet, note) in enumerate(
        ((away(stack, "sidecar"), "no connection"), (garbage(stack, NO_RESULT), "outside the contract")), 1
    ):
        with psycopg.connect(stack.data["database_urls"]["odoo"]) as connection:
            connection.execute(
                "UPDATE gatehouse_retraining_run SET retry_at = NULL"
            )  # as if the pause were over
        with meet:
            found = wait_until(
                lambda: run(stack, row, "asked", prompt=False),
                lambda found, attempt=attempt: found["attempts"] == attempt,
                prompt=retrain(stack),
            )
        assert note in found["note"]
    assert serving(stack) == before
    domain = [("key", "=", f"retraining:{SUBJECT}"), ("state", "=", "open")]
    [told] = stack.call("operations", "gatehouse.exception", "search_read", domain, ["detail", "title"])
    assert (told["title"], "no connection" in told["detail"]) == (
        f"The model {SUBJECT} is not retrained",
        True,
    )
    stack.call("operations", "gatehouse.exception", "resolve", [told["id"]], "A test took the sidecar away")


def ask(stack: Stack, body: dict[str, Any]) -> dict[str, Any]:
    """A job asked for with n8n's key, once it failed or is done."""
    headers = {"Authorization": f"Bearer {stack.data['sidecar']['n8n']}"}
    address = f"{stack.url('sidecar')}/v1/jobs"
    requests.post(address, json=body, headers=headers, timeout=10).raise_for_status()

    def look() -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{address}/{body['id']}", headers=headers, timeout=10).json()
        return found

    return wait_until(look, lambda found: found["state"] in ("failed", "done"), SECONDS)
