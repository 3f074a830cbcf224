"""Everybody of a run at work, each in a thread of his own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from .handling import release, ship
from .people import Work
from .selling import ask_again, sell


def at_work(work: Work, sellers: int = 2) -> list[threading.Thread]:
    """Everybody at once; the salespeople first in the list, then the warehouse, then the managers."""

    def guarded(job: Callable[[Work], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                job(work)
            except Exception as error:
                work.note_failure(f"{job.__name__} gave up: {type(error).__name__}: {error}")

        return run

    jobs = [*[sell] * sellers, *([ask_again] if work.again else []), ship, release]
    threads = [threading.Thread(target=guarded(job), daemon=True, name=job.__name__) for job in jobs]
    for thread in threads:
        thread.start()
    return threads
