"""Holds answers back for a moment, so that a thread writes many of them in one transaction and no request waits for a disk."""

from __future__ import annotations

import atexit
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Protocol

import structlog
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError

from sidecar.adapters.prediction_log import SHADOW, Batch

#: Seconds that answers wait for company: what a killed worker may lose.
HOLD = 0.25
#: Answers that wait at most; more, while the database is away, are dropped and counted.
MOST = 10_000
#: Answers of one transaction at most.
_AT_ONCE = 1000
_LAST_WORD = 5.0
_log = structlog.get_logger()


class Log(Protocol):
    """Where answers are kept."""

    def write(self, batches: Sequence[Batch]) -> None:
        """Keep them in one transaction. Raises SQLAlchemyError when the database does not take them."""


class AnswerQueue:
    """A bounded queue before the log, emptied by a thread of its own, and for the last time when the process ends."""

    def __init__(
        self, log: Log, lost: Callable[[str, int], None], hold: float = HOLD, most: int = MOST
    ) -> None:
        """`lost(subject, answers)` is told of what is never going to be kept."""
        self._log, self._lost, self._hold, self._most = log, lost, hold, most
        self._waiting: deque[Batch] = deque()
        self._count = 0
        self._guard, self._writing = threading.Lock(), threading.Lock()
        self._some, self._end = threading.Event(), threading.Event()
        self._process = 0

    def put(self, batch: Batch) -> None:
        """Take a request's answers; never waits and never raises."""
        with self._guard:
            full = self._count + len(batch.answers) > self._most
            if not full:
                self._waiting.append(batch)
                self._count += len(batch.answers)
        if full:
            self._lost(batch.subject, len(batch.answers))
            return
        if self._process != os.getpid():
            self._start()
        if not self._some.is_set():
            self._some.set()

    def _start(self) -> None:
        """The thread of this process: one made before a fork is not there after it."""
        with self._guard:
            if self._process == os.getpid():
                return
            self._process = os.getpid()
            threading.Thread(target=self._run, name="answers", daemon=True).start()
            atexit.register(self.close)

    def _run(self) -> None:
        while not self._end.is_set():
            self._some.wait()
            self._some.clear()
            self._end.wait(self._hold)
            if not self.flush() and not self._end.wait(4 * self._hold):
                self._some.set()  # the database is away: try again

    def flush(self) -> bool:
        """Write what waits now. False when the database is away: the answers wait on."""
        with self._writing:
            while batches := self._take():
                try:
                    self._log.write([*batches, *filter(None, map(self._shadow, batches))])
                except (OperationalError, InterfaceError) as error:
                    self._put_back(batches)
                    _log.warning("predictions_wait", count=self._count, error=str(error)[:300])
                    return False
                except SQLAlchemyError:
                    self._one_by_one(batches)
        return True

    def _shadow(self, batch: Batch) -> Batch | None:
        """The challenger's answers, asked here so that they delay no answer; a fault of it costs only them."""
        if batch.shadow is None:
            return None
        try:
            found = batch.shadow()
        except Exception as error:
            _log.warning("shadow_failed", subject=batch.subject, error=str(error)[:300])
            return None
        return Batch(batch.at, SHADOW + batch.subject, found[0], False, found[1]) if found else None

    def _take(self) -> list[Batch]:
        batches: list[Batch] = []
        size = 0
        with self._guard:
            while self._waiting and size < _AT_ONCE:
                batches.append(self._waiting.popleft())
                size += len(batches[-1].answers)
            self._count -= size
        return batches

    def _put_back(self, batches: list[Batch]) -> None:
        with self._guard:
            self._waiting.extendleft(reversed(batches))
            self._count += sum(len(batch.answers) for batch in batches)

    def _one_by_one(self, batches: list[Batch]) -> None:
        """What the database refuses as such is dropped alone, not with its neighbours."""
        for batch in batches:
            try:
                self._log.write([batch])
            except SQLAlchemyError as error:
                self._lost(batch.subject, len(batch.answers))
                _log.warning(
                    "predictions_not_kept",
                    subject=batch.subject,
                    count=len(batch.answers),
                    error=str(error)[:300],
                )

    def close(self) -> None:
        """Write what waits, for at most five seconds; what is left is counted as lost."""
        self._end.set()
        self._some.set()
        until = time.monotonic() + _LAST_WORD
        while not self.flush() and time.monotonic() < until:
            time.sleep(self._hold)
        while batches := self._take():
            for batch in batches:
                self._lost(batch.subject, len(batch.answers))
