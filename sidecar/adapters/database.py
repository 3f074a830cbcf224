"""Feedback and idempotency keys, on SQLite (WAL, writes begin IMMEDIATE) or PostgreSQL."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from sidecar.adapters.migrate import upgrade
from sidecar.adapters.tables import FEEDBACK, IDEMPOTENCY, METADATA


class Busy(Exception):
    """The same key is being written, or the database stays locked."""


class KeyReused(Exception):
    """The idempotency key came before with another body."""


class Database:
    """The sidecar's own tables."""

    def __init__(self, url: str, busy_seconds: float = 5.0):
        """Brings the tables to this version. Raises OperationalError when the database is away."""
        self._sqlite = url.startswith("sqlite")
        if self._sqlite and sa.make_url(url).database:
            Path(str(sa.make_url(url).database)).parent.mkdir(parents=True, exist_ok=True)
        # Statements prepared in a session break behind a pool that hands each transaction another connection.
        arguments: dict[str, Any] = {"timeout": busy_seconds} if self._sqlite else {"prepare_threshold": None}
        self._engine = sa.create_engine(url, connect_args=arguments, pool_pre_ping=not self._sqlite)
        if self._sqlite:
            sa.event.listen(self._engine, "connect", self._on_connect)
            sa.event.listen(
                self._engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE")
            )
        with self.begin() as connection:
            if not self._sqlite:
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7233846)")
            self.before = upgrade(connection, METADATA)
        self._engine.dispose()

    @staticmethod
    def _on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")

    def begin(self) -> AbstractContextManager[sa.Connection]:
        """A transaction, committed at its end."""
        return self._engine.begin()

    def ping(self) -> bool:
        """Whether the database answers."""
        try:
            with self._engine.connect() as connection:
                connection.execute(
                    sa.select(sa.func.count()).select_from(IDEMPOTENCY.select().limit(1).subquery())
                )
        except sa.exc.SQLAlchemyError:
            return False
        return True

    def add_feedback(
        self, caller: str, key: str, sha256: str, values: Mapping[str, str | bool]
    ) -> tuple[int, bool]:
        """(id, created): stores feedback and key in one transaction; a repeated key gives the first id again.

        Raises KeyReused when the key came with another body, Busy when it or the database is held.
        """
        try:
            with self._engine.begin() as connection:
                known = connection.execute(
                    sa.select(IDEMPOTENCY).where(IDEMPOTENCY.c.caller == caller, IDEMPOTENCY.c.key == key)
                ).first()
                if known:
                    if known.request_sha256 != sha256:
                        raise KeyReused
                    return int(known.feedback_id), False
                row = {**values, "given_by": caller, "given_at": datetime.now(UTC)}
                number = connection.execute(
                    sa.insert(FEEDBACK).values(row).returning(FEEDBACK.c.id)
                ).scalar_one()
                connection.execute(
                    sa.insert(IDEMPOTENCY).values(
                        caller=caller, key=key, request_sha256=sha256, feedback_id=number
                    )
                )
                return int(number), True
        except (IntegrityError, OperationalError) as error:
            raise Busy from error
