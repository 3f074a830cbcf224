"""How served models fare, for Prometheus: drift of scores, classes and features, override rate and calibration."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import structlog
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy.exc import SQLAlchemyError

from sidecar.adapters.feature_counts import moved
from sidecar.adapters.model_store import ModelStore
from sidecar.adapters.prediction_log import PredictionLog, Reviewed
from sidecar.domain.drift import SCORED, mix_stability, stability

#: Subjects whose score is a probability, so that it can be held against what people say; of mails that of the class.
PROBABILITIES = ("stock-moves", "orders", "payments", "lead-times", "emails")
LATE, BEFORE, REVIEWED = timedelta(days=7), timedelta(days=28), timedelta(days=90)


class ModelFigures:
    """Gauges computed from the prediction log by grouped counts, at most once in `every` seconds of a process."""

    def __init__(self, log: PredictionLog, store: ModelStore, every: float = 600.0):
        """`store` holds the models in service, whose training history the features are compared with."""
        self._log, self._store, self._every = log, store, every
        self._text, self._due, self._lock = b"", float("-inf"), threading.Lock()
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def text(self) -> bytes:
        """The exposition format; empty while the database is away, so that nothing old looks alive."""
        with self._lock:
            if time.monotonic() >= self._due:
                self._due = time.monotonic() + self._every
                try:
                    self._text = generate_latest(self._registry)
                except SQLAlchemyError as error:
                    structlog.get_logger().warning(
                        "model_figures_missing", error=str(error.__class__.__name__)
                    )
                    self._text, self._due = b"", float("-inf")
            return self._text

    def describe(self) -> list[Metric]:
        """None: registering must not ask the database."""
        return []

    def collect(self) -> Iterator[Metric]:
        """Raises sqlalchemy.exc.SQLAlchemyError when the database is away."""
        now = datetime.now(UTC)
        yield from self._drift(now - LATE - BEFORE, now - LATE, now)
        yield self._features(now.date() + timedelta(days=1))
        yield from self._reviews(now - REVIEWED)

    def _drift(self, start: datetime, middle: datetime, now: datetime) -> Iterator[Metric]:
        name = "gatehouse_model_score_stability"
        scores = GaugeMetricFamily(
            name, "Population stability of 7 days against 28 before", labels=["subject"]
        )
        for subject in SCORED:
            value = stability(
                self._log.score_counts(subject, start, middle), self._log.score_counts(subject, middle, now)
            )
            if value is not None:
                scores.add_metric([subject], value)
        name = "gatehouse_model_class_stability"
        classes = GaugeMetricFamily(name, "The same of the mix of classes", labels=["subject"])
        value = mix_stability(
            self._log.labels("emails", start, middle), self._log.labels("emails", middle, now)
        )
        if value is not None:
            classes.add_metric(["emails"], value)
        yield scores
        yield classes

    def _features(self, end: date) -> Metric:
        """Whole days before day `end`."""
        features = GaugeMetricFamily(
            "gatehouse_model_feature_stability",
            "Population stability of a feature of 7 days, against the 28 before or against the training history",
            labels=["subject", "model", "feature", "against"],
        )
        middle = end - LATE
        before, late = (
            self._log.feature_counts(middle - BEFORE, middle),
            self._log.feature_counts(middle, end),
        )
        for found in moved(before, late, self._store.get):
            for against, value in (("before", found.before), ("training", found.training)):
                if value is not None:
                    features.add_metric([found.subject, found.model, found.feature, against], value)
        return features

    def _reviews(self, since: datetime) -> Iterator[Metric]:
        """Of answers that people reviewed in 90 days, by the version that answered."""
        found: dict[tuple[str, str], list[Reviewed]] = defaultdict(list)
        for entry in self._log.reviewed(since):
            found[entry.subject, entry.version].append(entry)
        labels = ["subject", "version"]
        count = GaugeMetricFamily("gatehouse_model_reviews", "Answers that a person reviewed", labels=labels)
        rate = GaugeMetricFamily("gatehouse_model_override_ratio", "Share of them rejected", labels=labels)
        name = "gatehouse_model_calibration_gap"
        gap = GaugeMetricFamily(
            name, "Mean probability of them minus the share that came true", labels=labels
        )
        for (subject, version), rows in sorted(found.items()):
            count.add_metric([subject, version], len(rows))
            rate.add_metric([subject, version], sum(row.outcome == "rejected" for row in rows) / len(rows))
            over = [row.score - _came_true(row) for row in rows if row.score is not None]
            if subject in PROBABILITIES and over:
                gap.add_metric([subject, version], sum(over) / len(over))
        yield from (count, rate, gap)


def _came_true(row: Reviewed) -> bool:
    """Whether there was what the score is the probability of: a warning was right, or letting pass was wrong."""
    return (row.outcome == "confirmed") == row.warned
