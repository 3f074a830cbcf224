"""The keys a worker knows; those of a file are read again when it changes, so a revoked key stops at once."""

from __future__ import annotations

import hmac
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog

from sidecar.domain.keys import ApiKey, parse_keys

#: Seconds between two looks at the file.
LOOK_EVERY = 1.0
log = structlog.get_logger()


class KeyRing:
    """Finds keys by their hash. Raises ValueError at the start when the file is wrong, OSError when it is missing."""

    def __init__(
        self, keys: tuple[ApiKey, ...], file: Path | None = None, clock: Callable[[], float] = time.monotonic
    ):
        self._given, self._file, self._clock = keys, file, clock
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._next = 0.0
        self._keys = keys
        if file:
            self._seen = self._stamp(file)
            self._keys = keys + parse_keys(file.read_text(), str(file))
            self._next = clock() + LOOK_EVERY

    @staticmethod
    def _stamp(file: Path) -> tuple[int, int, int]:
        state = os.stat(file)
        return state.st_mtime_ns, state.st_size, state.st_ino

    def _look(self, file: Path) -> None:
        """Take over a changed file. One that cannot be read takes no key away and gives none; the log says so."""
        try:
            stamp = self._stamp(file)
            if stamp == self._seen:
                return
            self._seen = stamp
            self._keys = self._given + parse_keys(file.read_text(), str(file))
        except (OSError, ValueError) as error:
            log.error(
                "keys_not_read", file=str(file), error=str(error), action="the keys of before stay in use"
            )
        else:
            log.info("keys_read", file=str(file), count=len(self._keys))

    def find(self, sha256: str) -> ApiKey | None:
        """The key of this hash, whether or not it has ended; compared in constant time."""
        if self._file and self._clock() >= self._next:
            with self._lock:
                if self._clock() >= self._next:
                    self._look(self._file)
                    self._next = self._clock() + LOOK_EVERY
        return next((key for key in self._keys if hmac.compare_digest(key.sha256, sha256)), None)

    def __bool__(self) -> bool:
        """Whether any key is known."""
        return bool(self._keys)
