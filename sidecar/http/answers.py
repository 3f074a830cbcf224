"""Counts what a route answered and hands it to the log's queue; an answer never waits for either."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from prometheus_client import Counter

from sidecar.adapters.answer_queue import AnswerQueue
from sidecar.adapters.feature_counts import Seen
from sidecar.adapters.metrics import Metrics
from sidecar.adapters.model_store import Loaded, ModelStore
from sidecar.adapters.prediction_log import Answered, Batch, Shadow


def shadow_of(store: ModelStore, subject: str, answer: Callable[[Any], Sequence[Answered]]) -> Shadow:
    """Asks the challenger of a subject by `answer(model)`, whenever it is called: after the answer, off its thread."""

    def ask() -> tuple[str, Sequence[Answered]] | None:
        challenger = store.challenger(subject)
        return (challenger.version, answer(challenger.model)) if challenger else None

    return ask


def seen_of(loaded: Loaded[Any] | None, rows: Sequence[Any]) -> Seen | None:
    """What is counted of the features of a request; None for rules, and for a model without bins."""
    return Seen(loaded.mark, loaded.model.bins, rows) if loaded and loaded.model.bins else None


class Answers:
    """What every scoring route tells about its answers."""

    def __init__(self, metrics: Metrics, queue: AnswerQueue) -> None:
        self._metrics, self._queue = metrics, queue
        self._scored: dict[tuple[str, bool], Counter] = {}

    def given(
        self,
        subject: str,
        version: str,
        degraded: bool,
        count: int,
        answers: Sequence[Answered],
        shadow: Shadow | None = None,
        seen: Seen | None = None,
    ) -> None:
        """Count `count` lines or records and keep the answers; what the log cannot take is counted and told.

        `shadow` is asked after the answer is on its way.
        """
        counter = self._scored.get((subject, degraded))
        if counter is None:
            counter = self._metrics.scored.labels(subject, "true" if degraded else "false")
            self._scored[subject, degraded] = counter
        counter.inc(count)
        self._queue.put(Batch(datetime.now(UTC), subject, version, degraded, answers, shadow, seen))
