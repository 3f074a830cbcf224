"""Jobs: asked for over HTTP by name, done once by a process with a limit on its time."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from sidecar.adapters.database import Database
from sidecar.adapters.job_board import JobBoard, OtherJob
from sidecar.adapters.tables import JOB
from sidecar.jobs import worker
from sidecar.jobs.worker import JobFailed, one, run_apart, work

ASKED = {"company": 1, "week": "2026-11-16", "weeks": 4, "limit": 0.0}


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(f"sqlite:///{tmp_path / 'jobs.db'}")


@pytest.fixture
def board(database: Database) -> JobBoard:
    return JobBoard(database)


def test_the_same_name_is_the_same_job(board: JobBoard) -> None:
    assert board.ask("a", "patterns", ASKED).state == "queued"
    taken = board.take()
    assert taken is not None
    assert (taken.id, taken.state, taken.attempts, taken.parameters) == ("a", "running", 1, ASKED)
    assert board.ask("a", "patterns", ASKED).state == "running"
    board.finish("a", {"entries": []})
    assert board.ask("a", "patterns", ASKED).result == {"entries": []}
    assert board.take() is None


def test_a_name_that_stands_for_another_content_is_refused(board: JobBoard) -> None:
    board.ask("a", "patterns", ASKED)
    with pytest.raises(OtherJob):
        board.ask("a", "patterns", {**ASKED, "weeks": 1})


def test_a_failed_job_is_done_again_when_asked_for_and_not_by_itself(board: JobBoard) -> None:
    board.ask("a", "patterns", ASKED)
    board.take()
    board.fail("a", "Odoo is away")
    assert board.take() is None
    found = board.find("a")
    assert found is not None
    assert (found.state, found.problem) == ("failed", "Odoo is away")
    assert board.ask("a", "patterns", ASKED).state == "queued"
    again = board.take()
    assert again is not None
    assert again.attempts == 2


def test_jobs_are_taken_in_the_order_they_were_asked_for(board: JobBoard) -> None:
    for name in ("first", "second"):
        board.ask(name, "patterns", ASKED)
    assert [getattr(board.take(), "id", None) for _ in range(3)] == ["first", "second", None]


def test_a_job_whose_process_is_gone_fails(board: JobBoard, database: Database) -> None:
    board.ask("a", "patterns", ASKED)
    board.take()
    assert board.give_up(60) == 0
    with database.begin() as connection:
        connection.execute(sa.update(JOB).values(started_at=datetime.now(UTC) - timedelta(minutes=2)))
    assert board.give_up(60) == 1
    found = board.find("a")
    assert found is not None
    assert found.state == "failed"


def test_what_ended_long_ago_is_forgotten(board: JobBoard, database: Database) -> None:
    board.ask("old", "patterns", ASKED)
    board.take()
    board.finish("old", {})
    with database.begin() as connection:
        connection.execute(sa.update(JOB).values(ended_at=datetime.now(UTC) - timedelta(days=91)))
    board.ask("new", "patterns", ASKED)
    assert board.find("old") is None


def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Do a job by another program than the real one."""
    path = tmp_path / "program"
    path.write_text(text)
    path.chmod(0o700)
    monkeypatch.setattr(worker.sys, "executable", str(path))


def job(board: JobBoard):
    board.ask("a", "patterns", ASKED)
    return board.take()


def test_a_job_that_takes_too_long_is_ended_with_what_it_started(
    board: JobBoard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, monkeypatch, f"#!/bin/sh\nsleep 600 &\necho $! > {tmp_path}/child\nwait\n")
    with pytest.raises(JobFailed, match="longer than 1 seconds"):
        run_apart(job(board), 1.0)
    child = Path(f"/proc/{(tmp_path / 'child').read_text().strip()}/stat")
    assert not child.exists() or child.read_text().split()[2] == "Z"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("#!/bin/sh\necho 'no orders' >&2; exit 3\n", "^no orders$"),
        ("#!/bin/sh\necho 'Traceback' >&2; exit 1\n", "it broke .1.: Traceback"),
        ("#!/bin/sh\nkill -9 $$\n", "it broke .-9.: no message"),
    ],
)
def test_a_job_that_cannot_be_done_says_why(
    board: JobBoard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, why: str
) -> None:
    program(tmp_path, monkeypatch, text)
    with pytest.raises(JobFailed, match=why):
        run_apart(job(board), 30.0)


@pytest.mark.parametrize("said", ["", "no json\n"])
def test_an_answer_that_is_none_fails_the_job(
    board: JobBoard, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    program(tmp_path, monkeypatch, f"#!/bin/sh\nprintf '{said}'\n")
    board.ask("a", "patterns", ASKED)
    assert one(board, 30.0, lambda text: None)
    found = board.find("a")
    assert found is not None
    assert found.state == "failed"


def test_a_database_that_is_away_is_told_once_and_waited_for() -> None:
    ended, said = threading.Event(), []

    class Away:
        calls = 0

        def give_up(self, seconds: float) -> int:
            self.calls += 1
            if self.calls == 3:
                ended.set()
            raise sa.exc.OperationalError("select", {}, Exception("gone"))

    work(Away(), 10.0, 0.01, ended, said.append)  # type: ignore[arg-type]
    assert len(said) == 1
    assert "tried again" in said[0]
