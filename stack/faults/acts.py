"""What each fault does to the running stack."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

import psycopg

from stack.client import Stack
from stack.cost import group
from stack.postgres import NAME as POSTGRES
from stack.steps import StepError

from .database import DatabasePath, send
from .deliveries import Deliveries
from .links import Links
from .plan import Strike
from .supervisor import Supervisor

#: Milliseconds a slow partner takes: some answers come too late for the node that waits for them.
SLOW_MS = 6000
LINK_DELAY = 0.5


@dataclass
class Faults:
    """Carries out strikes and remembers those that could not be."""

    stack: Stack
    supervisor: Supervisor
    links: Links
    deliveries: Deliveries
    random: Random
    done: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    undo: list[threading.Timer] = field(default_factory=list)
    paths: list[threading.Thread] = field(default_factory=list)

    def run(self, strikes: list[Strike], begun: float, over: threading.Event) -> None:
        """Every strike at its second; ends early when `over` is set."""
        for strike in strikes:
            if over.wait(max(0.0, begun + strike.second - time.monotonic())):
                return
            self.carry_out(strike)

    def carry_out(self, strike: Strike) -> None:
        """One strike. A target that is down already is noted as missed."""
        act: dict[str, Callable[[Strike], None]] = {
            "kill": self._kill,
            "freeze": self._freeze,
            "link": self._link,
            "clock": self._odoo_to_n8n,
            "disk": self._disk,
            "partner": self._partner,
            "delivery": lambda found: self.deliveries.arm(found.how),
        }
        try:
            act[strike.kind](strike)
            self.done.append(str(strike))
        except (
            StepError,
            OSError,
            LookupError,
            subprocess.SubprocessError,
            psycopg.OperationalError,
        ) as error:
            self.missed.append(f"{strike}: {error}")

    def heal(self) -> None:
        """Everything back to normal."""
        for timer in self.undo:
            if not timer.finished.is_set():
                timer.cancel()
                timer.function()
        for partner in ("finance", "carrier", "account", "supplier", "booking", "mail"):
            self.stack.partner_mode(partner, "ok")
        for name in self.links.links:
            self.links.set(name, "ok")
        self.deliveries.mode = "ok"
        self.deliveries.armed.clear()
        for thread in self.paths:
            thread.join()

    def crash_n8n(self) -> None:
        """SIGKILL to every first process of n8n: it has several with the profile `scale`."""
        names = [name for name in self.supervisor.names if name == "n8n" or name.startswith("n8n_")]
        send([pid for name in names if (pid := self.supervisor.processes.running(name))], signal.SIGKILL)

    def _later(self, seconds: float, action: Callable[[], None]) -> None:
        timer = threading.Timer(seconds, action)
        timer.daemon = True
        self.undo.append(timer)
        timer.start()

    def _kill(self, strike: Strike) -> None:
        name, how = strike.target, strike.how
        if how in ("main", "master", "postmaster"):
            self._signal(self._main(name), signal.SIGKILL)
        elif how.startswith("backend"):
            self._signal(self._backend(how.rsplit(" ", 1)[1]), signal.SIGKILL)
        else:
            main = self._main(name)
            others = sorted(pid for pid in self.supervisor.processes.members(name) if pid != main)
            self._signal(self.random.choice(others), signal.SIGKILL)

    def _freeze(self, strike: Strike) -> None:
        """Neither dead nor alive: connections stay open and nothing answers."""
        self._main(strike.target)
        pids = group(self.supervisor.processes, strike.target)
        send(pids, signal.SIGSTOP)
        self._later(strike.lasts, lambda: send(pids, signal.SIGCONT))

    def _link(self, strike: Strike) -> None:
        client, _, server = strike.target.partition("-")
        if strike.target == "odoo-n8n":
            self._odoo_to_n8n(strike)
        elif server == POSTGRES:
            self._main(POSTGRES)
            path = DatabasePath(self.supervisor.session.server.socket, client)
            self.paths.append(path.strike(strike.how, strike.lasts))
        else:
            self.links.set(strike.target, strike.how, LINK_DELAY)
            self._later(strike.lasts, lambda: self.links.set(strike.target, "ok"))

    def _odoo_to_n8n(self, strike: Strike) -> None:
        self.deliveries.mode = strike.how
        self._later(strike.lasts, lambda: setattr(self.deliveries, "mode", "ok"))

    def _disk(self, strike: Strike) -> None:
        """No byte more into the log: the limit of a file's size stands at what it has."""
        self._main(strike.target)
        full = Path(self.supervisor.processes.log(strike.target)).stat().st_size
        for pid in group(self.supervisor.processes, strike.target):
            before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (full, before[1]))
            self._later(strike.lasts, partial(self._free, pid, before))

    def _free(self, pid: int, before: tuple[int, int]) -> None:
        try:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        except ProcessLookupError:
            return

    def _partner(self, strike: Strike) -> None:
        self.stack.partner_mode(strike.target, strike.how, SLOW_MS if strike.how == "slow" else 0)
        self._later(strike.lasts, lambda: self.stack.partner_mode(strike.target, "ok"))

    def _main(self, name: str) -> int:
        pid = self.supervisor.processes.running(name)
        if pid is None:
            raise LookupError(f"{name} is down already")
        return pid

    def _backend(self, database: str) -> int:
        """A PostgreSQL process that serves this database."""
        where = f"backend_type = 'client backend' AND datname = '{database}'"
        query = f"SELECT pid FROM pg_stat_activity WHERE {where} ORDER BY pid"  # noqa: S608
        if self.supervisor.processes.running(POSTGRES) is None:
            raise LookupError("PostgreSQL is down already")
        found = self.supervisor.session.server.sql("postgres", query).split()
        if not found:
            raise LookupError(f"nobody is connected to {database}")
        return int(self.random.choice(found))

    def _signal(self, pid: int, number: int) -> None:
        os.kill(pid, number)
