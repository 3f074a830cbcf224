"""Odoo's figures, and those of the rounds, for Prometheus. n8n and the scoring API have a /metrics of their own."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

#: A scrape within this time of the last one gets the same figures: Odoo is asked at most so often.
KEPT_SECONDS = 10.0


class OdooFigures(Collector):
    """The gauges of `gatehouse.metrics/read_gauges`, with whether Odoo answered."""

    def __init__(self, read: Callable[[], list[dict[str, Any]]], clock: Callable[[], float] = time.monotonic):
        self._read, self._clock, self._lock = read, clock, threading.Lock()
        self._kept: list[dict[str, Any]] = []
        self._up, self._at = False, -KEPT_SECONDS

    def describe(self) -> Iterator[Metric]:
        """Nothing: the figures are known when Odoo answers."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """Every gauge; with Odoo away none but `gatehouse_up` 0, so that no old figure looks alive."""
        with self._lock:
            if self._clock() - self._at >= KEPT_SECONDS:
                self._refresh()
            up, rows = self._up, list(self._kept)
        family = GaugeMetricFamily("gatehouse_up", "Whether the service answered", labels=["service"])
        family.add_metric(["odoo"], float(up))
        yield family
        for row in rows:
            gauge = GaugeMetricFamily(row["name"], row["help"], labels=row["labels"])
            for labels, value in row["samples"]:
                gauge.add_metric(labels, value)
            yield gauge

    def _refresh(self) -> None:
        self._at = self._clock()
        try:
            self._kept, self._up = self._read(), True
        except Exception:  # whatever it is, monitoring must say "down" and go on
            self._kept, self._up = [], False


class RoundFigures:
    """What the rounds of comparing found."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.last = Gauge(
            "gatehouse_watch_last_success_seconds", "Unix time of the last complete round", registry=registry
        )
        self.failed = Counter(
            "gatehouse_watch_failures", "Rounds that could not be completed", registry=registry
        )
        self.drifted = Gauge(
            "gatehouse_workflows_drifted", "Workflows that differ from their file", registry=registry
        )
        self.person = Gauge(
            "gatehouse_differences_open", "Differences a person has to see to", registry=registry
        )
