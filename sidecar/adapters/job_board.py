"""Jobs as the database keeps them: asked for over HTTP, taken by `gatehouse jobs work`, their results read over HTTP."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from sidecar.adapters.database import Database
from sidecar.adapters.tables import JOB

#: Ended jobs are kept so long; who asked for one has its result by then.
KEPT_DAYS = 90
_LONGEST_PROBLEM = 2000


class OtherJob(Exception):
    """The name stands for a job with another content."""


@dataclass(frozen=True, slots=True)
class Job:
    """One job: `state` is queued, running, done or failed; `problem` tells of the last attempt that failed."""

    id: str
    kind: str
    parameters: dict[str, Any]
    state: str
    attempts: int
    problem: str
    result: dict[str, Any] | None


def _job(row: Any) -> Job:
    return Job(
        row.id, row.kind, json.loads(row.parameters), row.state, row.attempts, row.problem,
        json.loads(row.result) if row.result else None,
    )  # fmt: skip


class JobBoard:
    """The table of jobs; each call is a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def ask(self, name: str, kind: str, parameters: dict[str, Any]) -> Job:
        """The job of that name: a new one is queued, a failed one is queued again, any other is answered as it stands.

        Raises OtherJob when the name stands for another content, SQLAlchemyError when the database is away.
        """
        content = json.dumps(parameters, sort_keys=True)
        try:
            with self._database.begin() as connection:
                found = self._find(connection, name)
                if found is None:
                    connection.execute(
                        sa.insert(JOB).values(
                            id=name, kind=kind, parameters=content, state="queued", attempts=0,
                            asked_at=datetime.now(UTC), problem="", result="",
                        )
                    )  # fmt: skip
                    self._prune(connection)
                elif (found.kind, found.parameters) != (kind, content):
                    raise OtherJob(name)
                elif found.state == "failed":
                    again = sa.update(JOB).where(JOB.c.id == name, JOB.c.state == "failed")
                    connection.execute(again.values(state="queued", asked_at=datetime.now(UTC)))
                return _job(self._find(connection, name))
        except IntegrityError:  # two asked at once; the other one's row is there now
            return self.ask(name, kind, parameters)

    def find(self, name: str) -> Job | None:
        """The job of that name as it stands."""
        with self._database.begin() as connection:
            row = self._find(connection, name)
            return _job(row) if row else None

    def take(self) -> Job | None:
        """The job that waits longest, now running; None when nothing waits. Two workers never take the same."""
        waiting = (
            sa.select(JOB.c.id)
            .where(JOB.c.state == "queued")
            .order_by(JOB.c.asked_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        with self._database.begin() as connection:
            name = connection.execute(waiting).scalar()
            if name is None:
                return None
            running = sa.update(JOB).where(JOB.c.id == name)
            connection.execute(
                running.values(
                    state="running", attempts=JOB.c.attempts + 1, started_at=datetime.now(UTC), ended_at=None
                )
            )
            return _job(self._find(connection, name))

    def finish(self, name: str, result: dict[str, Any]) -> None:
        """Keep what came of a running job."""
        self._end(name, state="done", result=json.dumps(result), problem="")

    def fail(self, name: str, problem: str) -> None:
        """Keep why a running job failed; asking for it again queues it again."""
        self._end(name, state="failed", problem=problem[:_LONGEST_PROBLEM])

    def give_up(self, seconds: float) -> int:
        """Fail the jobs that run for longer than `seconds`: the process that took them is gone. Returns how many."""
        oldest = datetime.now(UTC) - timedelta(seconds=seconds)
        with self._database.begin() as connection:
            lost = sa.update(JOB).where(JOB.c.state == "running", JOB.c.started_at < oldest)
            gone = lost.values(
                state="failed", ended_at=datetime.now(UTC), problem="the process that did it is gone"
            )
            return int(connection.execute(gone).rowcount)

    def newest(self, count: int) -> list[Job]:
        """The jobs asked for last."""
        with self._database.begin() as connection:
            rows = connection.execute(sa.select(JOB).order_by(JOB.c.asked_at.desc()).limit(count))
            return [_job(row) for row in rows]

    @staticmethod
    def _find(connection: sa.Connection, name: str) -> Any:
        return connection.execute(sa.select(JOB).where(JOB.c.id == name)).first()

    def _end(self, name: str, **values: Any) -> None:
        with self._database.begin() as connection:
            running = sa.update(JOB).where(JOB.c.id == name, JOB.c.state == "running")
            connection.execute(running.values(ended_at=datetime.now(UTC), **values))

    @staticmethod
    def _prune(connection: sa.Connection) -> None:
        oldest = datetime.now(UTC) - timedelta(days=KEPT_DAYS)
        connection.execute(sa.delete(JOB).where(JOB.c.ended_at < oldest, JOB.c.state.in_(["done", "failed"])))
