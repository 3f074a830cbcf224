"""The path of one service to PostgreSQL, cut or slowed while the others keep theirs."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg

from stack.postgres import USER

#: A cut path ends what connects anew this soon; a slow one lets its backends work for a fifth of each turn.
CUT_EVERY, SLOW_STANDS, SLOW_WORKS = 0.05, 0.4, 0.1
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND datname = %s"
END = f"SELECT pg_terminate_backend(pid) FROM ({BACKENDS}) AS found"  # noqa: S608


class DatabasePath:
    """What a service sees of its database: `cut` ends its connections as soon as they stand, `slow` halts its backends
    again and again. Nothing of it outlives the fault, whatever becomes of the server.

    socket: the folder of the server's Unix socket. database: the service's.
    """

    def __init__(self, socket: str, database: str) -> None:
        self.socket, self.database = socket, database

    def strike(self, how: str, seconds: float) -> threading.Thread:
        """Begin; the thread ends with the fault. Raises psycopg.OperationalError when the server is down already."""
        connection = psycopg.connect(host=self.socket, user=USER, dbname="postgres", autocommit=True)
        turn = {"cut": self._cut, "slow": self._slow}[how]
        thread = threading.Thread(target=self._repeat, args=[connection, turn, seconds], daemon=True)
        thread.start()
        return thread

    def _repeat(
        self,
        connection: psycopg.Connection[Any],
        turn: Callable[[psycopg.Connection[Any]], None],
        seconds: float,
    ) -> None:
        end = time.monotonic() + seconds
        with connection:
            while time.monotonic() < end:
                try:
                    turn(connection)
                except psycopg.OperationalError:
                    return  # another fault took the server itself: there is no path left to break

    def _cut(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(END, [self.database])
        time.sleep(CUT_EVERY)

    def _slow(self, connection: psycopg.Connection[Any]) -> None:
        pids = [pid for (pid,) in connection.execute(BACKENDS, [self.database]).fetchall()]
        send(pids, signal.SIGSTOP)
        try:
            time.sleep(SLOW_STANDS)
        finally:
            send(pids, signal.SIGCONT)
        time.sleep(SLOW_WORKS)


def send(pids: list[int], number: int) -> None:
    """A signal to each of them that still lives."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
