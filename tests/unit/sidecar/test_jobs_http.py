"""POST /v1/jobs and GET /v1/jobs/{id}: a worker writes down what is asked and does none of it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from sidecar.adapters.database import Database
from sidecar.adapters.job_board import JobBoard
from tests.unit.sidecar.conftest import api_key

MEASURE = {"kind": "patterns", "company": 1, "week": "2026-11-16", "weeks": 4, "limit": 5000.0}
RETRAIN = {"kind": "retrain", "subject": "discounts", "days": 28}
PROMOTE = {"kind": "promote", "subject": "discounts", "mark": "a" * 64, "reason": "CH/1 signed off"}


@pytest.fixture
def trainer(make):
    keys = (api_key("n8n", "train-key", "train"), api_key("all", "test-key", "score"))
    return make(api_keys=keys).test_client()


def ask(client, body: Any, key: str = "train-key"):
    return client.post("/v1/jobs", json=body, headers={"Authorization": f"Bearer {key}"})


def look(client, name: str, key: str = "train-key"):
    return client.get(f"/v1/jobs/{name}", headers={"Authorization": f"Bearer {key}"})


@pytest.mark.parametrize("job", [MEASURE, RETRAIN, PROMOTE])
def test_what_is_asked_waits_under_its_name(trainer, job) -> None:
    answer = ask(trainer, {"id": "patterns:1:2026-11-16:4:7", "job": job})
    assert answer.status_code == 200, answer.text
    assert answer.json == {
        "id": "patterns:1:2026-11-16:4:7", "kind": job["kind"], "state": "queued", "attempts": 0, "problem": "", "result": None,
    }  # fmt: skip
    assert look(trainer, "patterns:1:2026-11-16:4:7").json == answer.json


def test_looking_does_not_queue_a_failed_job_and_asking_does(trainer, tmp_path) -> None:
    board = JobBoard(Database(f"sqlite:///{tmp_path / 'side.db'}"))
    ask(trainer, {"id": "a", "job": MEASURE})
    assert board.take() is not None
    board.fail("a", "Odoo is away")
    assert [look(trainer, "a").json[name] for name in ("state", "problem")] == ["failed", "Odoo is away"]
    assert look(trainer, "a").json["state"] == "failed"
    assert ask(trainer, {"id": "a", "job": MEASURE}).json["state"] == "queued"


def test_a_name_that_is_taken_or_unknown_is_a_problem(trainer) -> None:
    ask(trainer, {"id": "a", "job": MEASURE})
    taken = ask(trainer, {"id": "a", "job": RETRAIN})
    assert (taken.status_code, taken.json["code"]) == (409, "job_name_taken")
    unknown = look(trainer, "b")
    assert (unknown.status_code, unknown.json["code"]) == (404, "unknown_job")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"week": "soon"}, "week"),
        ({"weeks": 9}, "weeks"),
        ({"company": 0}, "company"),
        ({"kind": "shell"}, "kind"),
        ({"command": "rm"}, "command"),
        ({"limit": -1}, "limit"),
    ],
)
def test_a_wrong_field_is_named(trainer, change, field) -> None:
    answer = ask(trainer, {"id": "a", "job": {**MEASURE, **change}})
    assert answer.status_code == 422
    assert field in answer.text


def test_a_name_or_mark_that_could_be_a_path_is_refused(trainer) -> None:
    assert ask(trainer, {"id": "../a", "job": MEASURE}).status_code == 422
    assert ask(trainer, {"id": "a", "job": {**PROMOTE, "mark": "../../etc"}}).status_code == 422
    assert ask(trainer, {"id": "a", "job": {**RETRAIN, "subject": "../x"}}).status_code == 422


def test_the_scope_is_wanted(trainer) -> None:
    assert ask(trainer, {"id": "a", "job": MEASURE}, "test-key").status_code == 403
    assert look(trainer, "a", "test-key").status_code == 403


def test_a_worker_that_takes_jobs_knows_no_training() -> None:
    code = (
        "import sys; import sidecar.app, sidecar.bootstrap, sidecar.http.jobs, sidecar.adapters.job_board;"
        "print([m for m in ('pandas', 'sklearn', 'odoorpc', 'sidecar.training', 'sidecar.jobs') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
