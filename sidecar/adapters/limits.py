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

    def wait(self, caller: str, per_minute: int | None = None) -> float:
        """0 when the request may go on (and is counted), else the seconds until one may; `per_minute` is the caller's own."""
        size = self._size if per_minute is None else per_minute
        if not size:
            return 0.0
        with self._lock:
            now = self._clock()
            left, at = self._buckets.get(caller, (float(size), now))
            left = min(float(size), left + (now - at) * size / 60.0)
            if left < 1.0:
                self._buckets[caller] = (left, now)
                return (1.0 - left) * 60.0 / size
            self._buckets[caller] = (left - 1.0, now)
            return 0.0
