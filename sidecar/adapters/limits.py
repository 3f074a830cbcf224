"""Requests per key and minute, counted in this process."""

import threading
import time
from collections.abc import Callable


class RateLimit:
    """A bucket per caller that refills over a minute; 0 means no limit."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic):
        self._size, self._clock = per_minute, clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait(self, caller: str) -> float:
        """0 when the request may go on (and is counted), else the seconds until one may."""
        if not self._size:
            return 0.0
        with self._lock:
            now = self._clock()
            left, at = self._buckets.get(caller, (float(self._size), now))
            left = min(float(self._size), left + (now - at) * self._size / 60.0)
            if left < 1.0:
                self._buckets[caller] = (left, now)
                return (1.0 - left) * 60.0 / self._size
            self._buckets[caller] = (left - 1.0, now)
            return 0.0
