"""What was asked of the language model and what it cost: hashes and figures, never a text."""

import hashlib
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from sidecar.adapters.database import Database
from sidecar.adapters.tables import LANGUAGE_CALL
from sidecar.config import LanguageModelConfig


class CapReached(Exception):
    """Today's cap on cost or calls does not allow another call; the text says which."""


class LanguageLedger:
    """Reserves before a call and settles after it, so that no two workers spend the same money."""

    def __init__(self, database: Database, days: int = 180) -> None:
        self._database, self._days = database, days

    def begin(
        self, prompt: str, version: str, model: str, request: str, reserve: float, config: LanguageModelConfig
    ) -> int:
        """The call's number, its cost reserved. Raises CapReached."""
        now = datetime.now(UTC)
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        with self._database.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7233847)")
            connection.execute(
                sa.delete(LANGUAGE_CALL).where(LANGUAGE_CALL.c.at < now - timedelta(days=self._days))
            )
            spent, calls = connection.execute(
                sa.select(sa.func.coalesce(sa.func.sum(LANGUAGE_CALL.c.cost), 0.0), sa.func.count()).where(
                    LANGUAGE_CALL.c.at >= day
                )
            ).one()
            if float(spent) + reserve > config.daily_cost:
                raise CapReached(f"today's {config.daily_cost:g} are spent up to {float(spent):.4f}")
            if calls >= config.daily_calls:
                raise CapReached(f"today's {config.daily_calls} calls are made")
            row = {
                "at": now, "prompt": prompt, "version": version, "model": model[:100], "outcome": "begun", "cost": reserve,
                "request_sha256": hashlib.sha256(request.encode()).hexdigest(), "answer_sha256": "", "tokens_in": 0, "tokens_out": 0,
            }  # fmt: skip
            number = connection.execute(
                sa.insert(LANGUAGE_CALL).values(row).returning(LANGUAGE_CALL.c.id)
            ).scalar_one()
        return int(number)

    def end(
        self, call: int, outcome: str, cost: float, answer: str = "", tokens_in: int = 0, tokens_out: int = 0
    ) -> None:
        """Settle a call."""
        digest = hashlib.sha256(answer.encode()).hexdigest() if answer else ""
        values = {
            "outcome": outcome, "cost": cost, "answer_sha256": digest, "tokens_in": tokens_in, "tokens_out": tokens_out,
        }  # fmt: skip
        with self._database.begin() as connection:
            connection.execute(sa.update(LANGUAGE_CALL).where(LANGUAGE_CALL.c.id == call).values(values))

    def judged(self, call: int, outcome: str) -> None:
        """Keep what became of an answer."""
        with self._database.begin() as connection:
            connection.execute(
                sa.update(LANGUAGE_CALL).where(LANGUAGE_CALL.c.id == call).values(outcome=outcome[:32])
            )
