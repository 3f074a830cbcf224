"""Prometheus figures of the process, or of all workers when a folder is given."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector


class Metrics:
    """Counts requests and answers; labels hold no identifiers."""

    def __init__(self, folder: str = ""):
        self._folder, self._registry = folder, CollectorRegistry()
        self.requests = Counter(
            "gatehouse_requests", "Requests by route and status", ["route", "status"], registry=self._registry
        )
        self.seconds = Histogram(
            "gatehouse_request_seconds", "Time to answer", ["route"], registry=self._registry,
            buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 5),
        )  # fmt: skip
        self.scored = Counter(
            "gatehouse_scored", "Lines or messages answered", ["subject", "degraded"], registry=self._registry
        )

        self.unlogged = Counter(
            "gatehouse_predictions_unlogged",
            "Answers that the log did not take",
            ["subject"],
            registry=self._registry,
        )
        self.feedback = Counter(
            "gatehouse_feedback", "What people said of answers", ["check", "outcome"], registry=self._registry
        )

    def text(self) -> bytes:
        """The exposition format."""
        if self._folder:
            registry = CollectorRegistry()
            MultiProcessCollector(registry, path=self._folder)  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        return generate_latest(self._registry)
