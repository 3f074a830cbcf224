"""What was answered, without what was asked: for drift, override rates and the story of a document."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from sidecar.adapters.database import Database
from sidecar.adapters.feature_counts import Counts, Seen, add, between, tally
from sidecar.adapters.tables import FEATURE_COUNT, FEEDBACK, PREDICTION
from sidecar.domain.drift import STEPS

#: A challenger's answers stand under their subject with this before it, so that nothing reads them by accident.
SHADOW = "shadow/"
#: Seconds between two prunings of one process.
PRUNE_EVERY = 3600.0


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer: the caller's id of the document, its score 0..1 or class label, and whether it abstained."""

    document: str
    score: float | None
    abstained: bool
    label: str = ""


#: Asks the challenger the same request: its version and answers, None without a challenger.
Shadow = Callable[[], tuple[str, Sequence[Answered]] | None]


@dataclass(frozen=True, slots=True)
class Batch:
    """The answers of one request, at one moment (UTC), what is counted of its features, and the challenger asked afterwards."""

    at: datetime
    subject: str
    version: str
    degraded: bool
    answers: Sequence[Answered]
    shadow: Shadow | None = None
    seen: Seen | None = None


class Compared(NamedTuple):
    """One document as champion and challenger saw it."""

    document: str
    version: str
    score: float | None
    label: str
    other_version: str
    other_score: float | None
    other_label: str


class Reviewed(NamedTuple):
    """An answer that a person called right (`confirmed`) or wrong (`rejected`), and whether it had warned."""

    subject: str
    version: str
    outcome: str
    score: float | None
    warned: bool


class PredictionLog:
    """Appends answers; `days` 0 keeps none."""

    def __init__(self, database: Database, days: int) -> None:
        self._database, self._days = database, days
        self._pruned = float("-inf")  # not 0: a machine that started within the hour counts from there

    def write(self, batches: Sequence[Batch]) -> None:
        """Keep answers in one transaction. Raises sqlalchemy.exc.SQLAlchemyError when the database does not take them."""
        if not self._days:
            return
        rows = [
            {
                "at": batch.at, "subject": batch.subject, "document": entry.document[:200],
                "version": batch.version[:64], "degraded": batch.degraded, "abstained": entry.abstained,
                "score": entry.score, "label": entry.label[:64],
            }
            for batch in batches
            for entry in batch.answers
        ]  # fmt: skip
        if not rows:
            return
        counted = tally((batch.at.date(), batch.subject, batch.seen) for batch in batches)
        with self._database.begin() as connection:
            connection.execute(sa.insert(PREDICTION), rows)
            add(connection, counted)
            if time.monotonic() - self._pruned > PRUNE_EVERY:
                self._pruned = time.monotonic()
                oldest = datetime.now(UTC) - timedelta(days=self._days)
                connection.execute(sa.delete(PREDICTION).where(PREDICTION.c.at < oldest))
                connection.execute(sa.delete(FEATURE_COUNT).where(FEATURE_COUNT.c.day < oldest.date()))

    def score_counts(self, subject: str, since: datetime, until: datetime) -> dict[int, int]:
        """How many scores of a time span by thousandths, counted by the database; abstentions and degraded answers left out."""
        step = sa.cast(PREDICTION.c.score * STEPS, sa.Integer)
        with self._database.begin() as connection:
            rows = connection.execute(
                sa.select(step, sa.func.count()).where(
                    PREDICTION.c.subject == subject, PREDICTION.c.at >= since, PREDICTION.c.at < until,
                    PREDICTION.c.abstained.is_(False), PREDICTION.c.degraded.is_(False), PREDICTION.c.score.is_not(None),
                ).group_by(step)
            )  # fmt: skip
            return {int(place): int(count) for place, count in rows}

    def feature_counts(self, since: date, until: date) -> Counts:
        """How often each feature fell into each of its bins from day `since` to before day `until`."""
        with self._database.begin() as connection:
            return between(connection, since, until)

    def labels(self, subject: str, since: datetime, until: datetime) -> dict[str, int]:
        """How often each class was answered in a time span."""
        with self._database.begin() as connection:
            rows = connection.execute(
                sa.select(PREDICTION.c.label, sa.func.count())
                .where(PREDICTION.c.subject == subject, PREDICTION.c.at >= since, PREDICTION.c.at < until,
                       PREDICTION.c.label != "")
                .group_by(PREDICTION.c.label)
            )  # fmt: skip
            return {str(label): int(count) for label, count in rows}

    def shadowed(self, subject: str, since: datetime) -> list[Compared]:
        """What champion and challenger answered to the same documents of the same requests, abstentions left out."""
        champion, challenger = PREDICTION.alias(), PREDICTION.alias()
        query = (
            sa.select(champion.c.document, champion.c.version, champion.c.score, champion.c.label,
                      challenger.c.version, challenger.c.score, challenger.c.label)
            .join(challenger, sa.and_(challenger.c.subject == SHADOW + subject, challenger.c.at == champion.c.at,
                                      challenger.c.document == champion.c.document))
            .where(champion.c.subject == subject, champion.c.at >= since, champion.c.degraded.is_(False),
                   champion.c.abstained.is_(False), challenger.c.abstained.is_(False))
            .order_by(champion.c.id)
        )  # fmt: skip
        with self._database.begin() as connection:
            return [Compared(*row) for row in connection.execute(query)]

    def reviewed(self, since: datetime) -> list[Reviewed]:
        """Each answer since then that a person judged; the last answer of a document counts, and a person's last word."""
        newest = (
            sa.select(PREDICTION.c.document, PREDICTION.c.subject, sa.func.max(PREDICTION.c.id).label("id"))
            .where(PREDICTION.c.at >= since)
            .group_by(PREDICTION.c.document, PREDICTION.c.subject)
            .subquery()
        )
        last_word = (
            sa.select(FEEDBACK.c.event_id, FEEDBACK.c.check_name, sa.func.max(FEEDBACK.c.id).label("id"))
            .group_by(FEEDBACK.c.event_id, FEEDBACK.c.check_name)
            .subquery()
        )
        query = (
            sa.select(
                PREDICTION.c.subject,
                PREDICTION.c.version,
                FEEDBACK.c.outcome,
                PREDICTION.c.score,
                FEEDBACK.c.warned,
                FEEDBACK.c.check_name,
            )
            .join(newest, newest.c.id == PREDICTION.c.id)
            .join(last_word, last_word.c.event_id == PREDICTION.c.document)
            .join(FEEDBACK, FEEDBACK.c.id == last_word.c.id)
            .order_by(PREDICTION.c.id)
        )
        with self._database.begin() as connection:
            return [
                Reviewed(*answer)
                for *answer, check in connection.execute(query)
                if SUBJECT_OF_CHECK.get(check, check) == answer[0]
            ]


#: Feedback names the check as Odoo does; the log names the subject.
SUBJECT_OF_CHECK = {
    "discount_anomaly": "discounts",
    "purchase_anomaly": "purchases",
    "email_class": "emails",
    "order_risk": "orders",
    "late_probability": "lead-times",
    "stock_moves": "stock-moves",
    "payments": "payments",
}
