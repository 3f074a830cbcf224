"""Counts and keeps what a route answered; an answer never waits for a log that is away."""

from collections.abc import Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from sidecar.adapters.metrics import Metrics
from sidecar.adapters.prediction_log import Answered, PredictionLog

_log = structlog.get_logger()


class Answers:
    """What every scoring route tells about its answers."""

    def __init__(self, metrics: Metrics, log: PredictionLog) -> None:
        self._metrics, self._log = metrics, log

    def given(
        self, subject: str, version: str, degraded: bool, count: int, answers: Sequence[Answered]
    ) -> None:
        """Count `count` lines or records and keep the answers; what the log does not take is counted and told."""
        self._metrics.scored.labels(subject, str(degraded).lower()).inc(count)
        try:
            self._log.write(subject, version, degraded, answers)
        except SQLAlchemyError as error:
            self._metrics.unlogged.labels(subject).inc(len(answers))
            _log.warning("predictions_not_kept", subject=subject, count=len(answers), error=str(error)[:300])
