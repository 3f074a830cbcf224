"""Counts what a route answered and hands it to the log's queue; an answer never waits for either."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sidecar.adapters.answer_queue import AnswerQueue
from sidecar.adapters.metrics import Metrics
from sidecar.adapters.prediction_log import Answered, Batch


class Answers:
    """What every scoring route tells about its answers."""

    def __init__(self, metrics: Metrics, queue: AnswerQueue) -> None:
        self._metrics, self._queue = metrics, queue

    def given(
        self, subject: str, version: str, degraded: bool, count: int, answers: Sequence[Answered]
    ) -> None:
        """Count `count` lines or records and keep the answers; what the log cannot take is counted and told."""
        self._metrics.scored.labels(subject, "true" if degraded else "false").inc(count)
        self._queue.put(Batch(datetime.now(UTC), subject, version, degraded, answers))
