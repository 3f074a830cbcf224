"""Answers wait for the log a moment, and for a database that is away as long as there is room."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DataError, OperationalError

from sidecar.adapters.answer_queue import AnswerQueue
from sidecar.adapters.database import Database
from sidecar.adapters.prediction_log import Answered, Batch, PredictionLog
from tests.unit.sidecar.conftest import sale


def batch(*documents: str, subject: str = "discounts") -> Batch:
    return Batch(datetime.now(UTC), subject, "v1", False, [Answered(name, 0.5, False) for name in documents])


class Memory:
    """A log that is away while `away`, and never takes the document `bad`."""

    def __init__(self) -> None:
        self.away, self.written, self.calls = False, [], 0

    def write(self, batches) -> None:
        self.calls += 1
        documents = [entry.document for one in batches for entry in one.answers]
        if self.away:
            raise OperationalError("insert", None, Exception("the database is away"))
        if "bad" in documents:
            raise DataError("insert", None, Exception("a zero byte"))
        self.written += documents


@pytest.fixture
def log() -> Memory:
    return Memory()


@pytest.fixture
def lost() -> Counter:
    return Counter()


@pytest.fixture
def queue(log: Memory, lost: Counter) -> AnswerQueue:
    return AnswerQueue(log, lambda subject, count: lost.update({subject: count}), hold=60, most=3)


def test_many_requests_are_one_transaction_in_their_order(queue: AnswerQueue, log: Memory) -> None:
    for name in "abc":
        queue.put(batch(name))
    assert queue.flush() is True
    assert (log.written, log.calls) == (["a", "b", "c"], 1)


def test_nothing_is_lost_while_the_database_is_away_and_there_is_room(
    queue: AnswerQueue, log: Memory, lost: Counter
) -> None:
    log.away = True
    queue.put(batch("a", "b"))
    assert queue.flush() is False
    queue.put(batch("c"))
    log.away = False
    assert queue.flush() is True
    assert (log.written, lost) == (["a", "b", "c"], {})


def test_what_finds_no_room_is_dropped_and_counted(queue: AnswerQueue, log: Memory, lost: Counter) -> None:
    queue.put(batch("a", "b"))
    queue.put(batch("c", "d", subject="emails"))
    queue.flush()
    assert (log.written, lost) == (["a", "b"], {"emails": 2})


def test_an_answer_that_the_database_refuses_does_not_take_its_neighbours_along(
    queue: AnswerQueue, log: Memory, lost: Counter
) -> None:
    for name in ("a", "bad", "c"):
        queue.put(batch(name))
    assert queue.flush() is True
    assert (log.written, lost) == (["a", "c"], {"discounts": 1})


def test_the_end_of_the_process_writes_what_waits(queue: AnswerQueue, log: Memory) -> None:
    queue.put(batch("a"))
    queue.close()
    assert log.written == ["a"]


def test_what_cannot_be_written_at_the_end_is_counted(
    log: Memory, lost: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidecar.adapters.answer_queue._LAST_WORD", 0.0)
    queue = AnswerQueue(log, lambda subject, count: lost.update({subject: count}), hold=0.01)
    log.away = True
    queue.put(batch("a", "b"))
    queue.close()
    assert lost == {"discounts": 2}


QUEUES: dict[str, AnswerQueue] = {}


def test_a_forked_worker_writes_by_a_thread_of_its_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'side.db'}"
    QUEUES[url] = AnswerQueue(PredictionLog(Database(url), 180), lambda subject, count: None, hold=0.01)
    child = multiprocessing.get_context("fork").Process(target=_answer_and_wait, args=(url, str(tmp_path)))
    child.start()
    child.join(60)
    assert child.exitcode == 0
    with sqlite3.connect(tmp_path / "side.db") as kept:
        assert kept.execute("SELECT document FROM prediction").fetchall() == [("child",)]


def _answer_and_wait(url: str, folder: str) -> None:
    """What a worker does that was forked from a process with an application in it."""
    QUEUES[url].put(batch("child"))
    until = time.monotonic() + 50
    while time.monotonic() < until:
        with sqlite3.connect(Path(folder) / "side.db") as kept:
            if kept.execute("SELECT count(*) FROM prediction").fetchone() == (1,):
                return
        time.sleep(0.05)
    raise SystemExit(1)


def test_a_log_without_its_table_keeps_no_answer_back_and_the_answers_wait(make, auth, tmp_path) -> None:
    app = make()
    with sqlite3.connect(tmp_path / "side.db") as kept:
        kept.execute("ALTER TABLE prediction RENAME TO away")
    asked = {"documents": [sale()]}
    assert app.test_client().post("/v1/discounts/score", json=asked, headers=auth).status_code == 200
    assert app.extensions["answers"].flush() is False
    with sqlite3.connect(tmp_path / "side.db") as kept:
        kept.execute("ALTER TABLE away RENAME TO prediction")
    assert app.extensions["answers"].flush() is True
    with sqlite3.connect(tmp_path / "side.db") as kept:
        assert kept.execute("SELECT document FROM prediction").fetchall() == [("e1",)]
