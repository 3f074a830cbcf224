"""One run: the paths between the services through proxies, people at work, strikes, then quiet, then the check."""

from __future__ import annotations

import math
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from stack import session as stack_session
from stack.client import Stack
from stack.environment import EVENTS_PATH
from stack.store import read_json, write_private

from . import crew, evidence, people
from .acts import Faults
from .addresses import repoint
from .checker import Finding, check
from .deliveries import Deliveries
from .links import Links
from .plan import SCALED, Strike, plan
from .supervisor import Supervisor

#: A schedule in which a whole story of retries fits into a run: seconds before each attempt, and of a lease. A lease is longer
#: than a slow machine needs for a batch: what is delivered again meanwhile makes it slower still.
HURRIED = {
    "gatehouse.retry_delays": "0,5,5,10,20,30,60,60,60,60,60,60,60,60",
    "gatehouse.lease_seconds": "90",
}
KEPT_RUNNING = ("odoo", "n8n", "sidecar", "watch", "postgres")
RING_SECONDS = 5.0
#: Checks asked for again in one call: as many as make a call every so many seconds, within these bounds.
SECONDS_A_CALL, FEWEST_AT_ONCE, MOST_AT_ONCE = 3.0, 5, 50
#: Orders that are not begun after so many times the strikes are left out.
LONGEST = 1.25


@dataclass
class Settings:
    """What a run is: the same seed gives the same orders and the same strikes.

    orders: to confirm. again: checks of confirmed orders to ask for again, an event each. seconds: how long the strikes last,
    about `every` so many seconds one. drain: seconds to wait for the last answers.
    """

    orders: int
    seconds: float
    every: float
    seed: int
    hurried: bool = True
    drain: float = 240.0
    again: int = 0


@dataclass
class Outcome:
    """What a run did, what it left behind, and what the checker found."""

    settings: Settings
    mark: str
    strikes: list[Strike]
    done: list[str]
    missed: list[str]
    ended: list[tuple[float, str]]
    deliveries: dict[str, int]
    refusals: dict[str, int]
    broken: dict[str, int]
    failures: list[str]
    evidence: evidence.Evidence
    findings: list[Finding]
    seconds: dict[str, float] = field(default_factory=dict)


class Harness:
    """The stack with every path between its services in our hands, until `restore`."""

    def __init__(self, stack: Stack, seed: int) -> None:
        self.stack, self.folder = stack, Path(stack.data["folder"])
        self.session = stack_session.assemble(self.folder, read_json(self.folder / "ports.json", {}))
        ports = self.session.place.ports
        at = {"n8n-odoo": "odoo", "n8n-sidecar": "sidecar", "n8n-partners": "partners", "n8n-mail": "mail"}
        self.links = Links({name: ("127.0.0.1", ports[service]) for name, service in at.items()})
        self.deliveries = Deliveries(ports["n8n"], stack.data["signing_secret"])
        random = Random(f"{seed}-acts")  # noqa: S311
        self.scale = self.session.place.scale is not None
        kept = (*KEPT_RUNNING, *(SCALED if self.scale else ()))
        self.supervisor = Supervisor(self.session, kept, lambda: random.uniform(0.0, 3.0))
        self.faults = Faults(stack, self.supervisor, self.links, self.deliveries, random)
        self.deliveries.crash = self.faults.crash_n8n
        self.before: dict[str, Any] = {}
        self.base = ""

    def take_over(self, parameters: dict[str, str]) -> None:
        """Put the proxies between the services."""
        self.links.start()
        self.base = self.deliveries.start()
        ports = {name: link.port for name, link in self.links.links.items()}
        repoint(
            self.stack,
            self.session,
            {
                "odoo": f"http://127.0.0.1:{ports['n8n-odoo']}",
                "sidecar": f"http://127.0.0.1:{ports['n8n-sidecar']}",
                "partners": f"http://127.0.0.1:{ports['n8n-partners']}",
                "mail": f"smtp://127.0.0.1:{ports['n8n-mail']}",
            },
        )
        for name, value in {"gatehouse.events_url": self.base + EVENTS_PATH, **parameters}.items():
            self.before[name] = self.stack.call("admin", "ir.config_parameter", "get_param", name)
            self.stack.call("admin", "ir.config_parameter", "set_param", name, value)
        self.supervisor.start()

    def restore(self) -> None:
        """Everything as it was, and everything running."""
        self.faults.heal()
        self.supervisor.stop()
        admin = people.Person("admin", self.stack)
        for name, value in self.before.items():
            admin.call("ir.config_parameter", "set_param", name, value)
        repoint(self.stack, self.session, self.stack.data["urls"])
        self.deliveries.stop()
        self.links.stop()
        stack_session.note_pids(self.session.processes)


@contextmanager
def taken_over(stack: Stack, seed: int, parameters: dict[str, str]) -> Iterator[Harness]:
    """The harness around a running stack; whatever happens, the stack is as it was afterwards."""
    harness = Harness(stack, seed)
    try:
        harness.take_over(parameters)
        yield harness
    finally:
        harness.restore()


def run(stack: Stack, settings: Settings, say: Any = print) -> Outcome:
    """The whole run; the stack has to be up and is left up."""
    mark = f"FAULTS{settings.seed}T{int(time.time())}"
    begun, clock = datetime.now(UTC).replace(tzinfo=None, microsecond=0), time.monotonic()
    with taken_over(stack, settings.seed, HURRIED if settings.hurried else {}) as harness:
        after = evidence.last_event(stack)
        mails = evidence.Mails(stack)
        mails.start()
        work = _work(stack, settings, mark)
        strikes = plan(settings.seed, settings.seconds, settings.every, harness.scale)
        say(
            f"{settings.orders} orders, {len(strikes)} strikes in {settings.seconds:.0f} s, seed {settings.seed}"
        )
        calm = threading.Event()
        striking = threading.Thread(target=harness.faults.run, args=[strikes, time.monotonic(), calm])
        striking.start()
        *sellers, keeper, manager = crew.at_work(work)
        striking.join()
        for thread in sellers:
            thread.join(max(0.0, LONGEST * settings.seconds - (time.monotonic() - clock)))
        work.close()  # what a slow machine has not begun by now is left out
        for thread in sellers:
            thread.join()
        load = time.monotonic() - clock
        say(f"{len(work.confirmed)} orders confirmed after {load:.0f} s; everything heals")
        harness.faults.heal()
        drained = _drain(stack, harness, after, settings, say)
        work.over.set()
        for thread in (keeper, manager):
            thread.join(settings.drain)
            if thread.is_alive():
                work.note_failure(f"{thread.name} did not end within {settings.drain:.0f} s")
        drained += _drain(stack, harness, after, settings, say)
        mails.over.set()
        mails.join(30)
        found = evidence.collect(stack, mark, after, begun, work.confirmed, mails.collect())
    outcome = Outcome(
        settings, mark, strikes, harness.faults.done, harness.faults.missed, harness.supervisor.ended,
        dict(harness.deliveries.seen), dict(work.refusals), dict(work.broken),
        [*work.failures, *harness.supervisor.failures], found, check(found),
        {"load": load, "drain": drained},
    )  # fmt: skip
    return outcome


def _work(stack: Stack, settings: Settings, mark: str) -> people.Work:
    """The people's work, with pauses in which it lasts about as long as the strikes."""
    company = people.set_up(stack, mark, settings.orders)
    pause = max(0.0, 2 * settings.seconds / max(1, settings.orders) - 0.6)
    rate = max(1, settings.again) / settings.seconds
    handful = min(MOST_AT_ONCE, max(FEWEST_AT_ONCE, math.ceil(SECONDS_A_CALL * rate)))
    return people.Work(
        company, settings.seed, settings.orders, pause, settings.again, handful / rate, handful
    )


def _drain(stack: Stack, harness: Harness, after: int, settings: Settings, say: Any) -> float:
    """Wait until every event is acknowledged or dead, Odoo's schedule rung every few seconds as a person may."""
    admin, begun = people.Person("admin", stack), time.monotonic()
    names = ["Gatehouse: deliver events", "Gatehouse: fall back after deadlines"]
    while time.monotonic() - begun < settings.drain:
        try:
            open_ = admin.try_once(
                "gatehouse.event", "search_count",
                [("id", ">", after), ("state", "not in", ("acknowledged", "dead"))],
            )  # fmt: skip
            if not open_:
                break
            if settings.hurried:
                for cron in admin.try_once("ir.cron", "search", [("name", "in", names)]):
                    admin.try_once("ir.cron", "method_direct_trigger", [cron])
        except (ConnectionError, people.Refused):
            pass  # it may still be coming up, or the schedule itself is at it
        time.sleep(RING_SECONDS)
    say(f"quiet after {time.monotonic() - begun:.0f} s")
    return time.monotonic() - begun


def report_folder(stack: Stack) -> Path:
    """Where the reports of this stack lie."""
    folder = Path(stack.data["folder"]) / "faults"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def machine() -> dict[str, Any]:
    """What the run ran on."""
    return {"cores": os.cpu_count(), "load": [round(value, 1) for value in os.getloadavg()]}


__all__ = ["Harness", "Outcome", "Settings", "machine", "report_folder", "run", "taken_over", "write_private"]
