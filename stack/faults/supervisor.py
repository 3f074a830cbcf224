"""Starts a service again when it ended, as systemd or Docker would, and notes each end."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable

from stack.postgres import NAME as POSTGRES
from stack.probe import answers
from stack.processes import stat_of
from stack.session import Session
from stack.steps import StepError

LOOK_SECONDS = 0.5
#: Looks between two questions whether a service is well, and bad answers in a row after which it is ended.
ASK_EVERY, UNWELL = 10, 3
#: Seconds after which a service that still does not answer counts as gone for good.
PATIENCE = 900


class Supervisor:
    """Keeps the services of a stack running; `pause` says how many seconds after an end each is started."""

    def __init__(self, session: Session, names: tuple[str, ...], pause: Callable[[], float]) -> None:
        self.session, self.names, self.pause = session, names, pause
        self.processes, self.services = session.processes, session.services()
        self.ended: list[tuple[float, str]] = []
        self.failures: list[str] = []
        self.over = threading.Event()
        self.threads: list[threading.Thread] = []
        self.begun = time.monotonic()

    def start(self) -> None:
        """Watch every service in a thread of its own."""
        self.threads = [threading.Thread(target=self._keep, args=[name], daemon=True) for name in self.names]
        for thread in self.threads:
            thread.start()

    def stop(self) -> None:
        """Bring back what is down and look no longer."""
        self.over.set()
        for thread in self.threads:
            thread.join(PATIENCE + 60)

    def _keep(self, name: str) -> None:
        unwell, looks = 0, 0
        while True:
            if self.processes.running(name) is None:
                self.ended.append((time.monotonic() - self.begun, name))
                time.sleep(self.pause())
                self._revive(name)
                unwell = 0
            elif self.over.wait(LOOK_SECONDS):
                return
            looks += 1
            if looks % ASK_EVERY == 0:
                unwell = unwell + 1 if self._unwell(name) else 0
            if unwell >= UNWELL:
                self.processes.stop(name, signal.SIGTERM, 10)

    def _unwell(self, name: str) -> bool:
        """Odoo may serve pages while nothing of its schedule runs any more: it says so itself."""
        if name != "odoo" or self.frozen(name) or self.processes.running(POSTGRES) is None:
            return False
        port = self.session.place.ports[name]
        return answers(port, "/web/health") and not answers(port, "/gatehouse/health")

    def frozen(self, name: str) -> bool:
        """Whether a fault holds the service still at the moment."""
        pid = self.processes.running(name)
        found = stat_of(pid) if pid else None
        return bool(found and found[0] == "T")

    def _revive(self, name: str) -> None:
        """Start it until it stands; what stops that (a database that is down too) passes."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                if self.processes.running(name) is None:
                    self.processes.stop(name, signal.SIGKILL, 5)
                if name == POSTGRES:
                    self.session.server.start()
                else:
                    self.processes.start(self.services[name])
                return
            except StepError as error:
                if time.monotonic() > end:
                    self.failures.append(f"{name} did not come back: {error.problem}")
                    return
                time.sleep(1)
