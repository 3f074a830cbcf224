"""Processes that the stack started: known by pid and start time, ended as a group, never guessed."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from .steps import StepError, tail
from .store import read_json, write_private
from .way_out import of_text


@dataclass(frozen=True)
class Service:
    """A program of the stack: how it is started and how one knows that it is ready."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str]
    cwd: Path
    ready: Callable[[], bool]
    wait: float = 120


def stat_of(pid: int) -> tuple[str, int, int] | None:
    """State, process group and start time of a process, or nothing when it is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    fields = text.rsplit(")", 1)[1].split()
    return fields[0], int(fields[2]), int(fields[19])


class Processes:
    """The processes of one stack folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / "state.json"

    def log(self, name: str) -> Path:
        """The log file of a process."""
        return self.folder / "log" / f"{name}.log"

    def recorded(self) -> dict[str, dict[str, int]]:
        """What was started, whether or not it still runs."""
        found: dict[str, dict[str, int]] = read_json(self.state, {})
        return found

    def record(self, name: str, pid: int) -> None:
        """Remember a process by its pid and start time."""
        stat = stat_of(pid)
        if stat is None:
            raise self._failed(name, f"it ended at once: {self._tail(name)}")
        write_private(self.state, {**self.recorded(), name: {"pid": pid, "start": stat[2]}})

    def forget(self, name: str) -> None:
        """A process that was ended is no longer ours."""
        with _recording:
            write_private(self.state, {key: value for key, value in self.recorded().items() if key != name})

    def running(self, name: str) -> int | None:
        """The pid of a process that is still the one that was started."""
        entry = self.recorded().get(name)
        if entry is None:
            return None
        stat = stat_of(entry["pid"])
        return entry["pid"] if stat and stat[0] not in "ZX" and stat[2] == entry["start"] else None

    def start(self, service: Service) -> None:
        """Start a program in a session of its own and wait until it is ready."""
        name = service.name
        if self.running(name) is None:
            log = self.log(name)
            log.parent.mkdir(parents=True, exist_ok=True)
            env = {**service.env, "GATEHOUSE_STACK_DIR": str(self.folder)}
            with log.open("ab") as out:
                process = subprocess.Popen(
                    list(service.command),
                    env=env,
                    cwd=service.cwd,
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            with _recording:
                self.record(name, process.pid)
            _children.append(process)
        self.wait_ready(service)

    def wait_ready(self, service: Service) -> None:
        """Wait for readiness; an early end or a late one is an error that names the log."""
        name = service.name
        deadline = time.monotonic() + service.wait
        while not service.ready():
            if self.running(name) is None:
                raise self._failed(name, f"it ended: {self._tail(name)}")
            if time.monotonic() > deadline:
                busy = "end what else keeps the machine busy, and run the command again; the log says how far it came"
                raise self._failed(name, f"not ready after {service.wait:.0f} s", busy)
            time.sleep(0.2)

    def members(self, name: str) -> list[int]:
        """Every living process of the group that was started under this name."""
        entry = self.recorded().get(name)
        if entry is None:
            return []
        leader = stat_of(entry["pid"])
        if leader is not None and leader[2] != entry["start"]:
            return []
        found = []
        for folder in Path("/proc").iterdir():
            if folder.name.isdigit() and (stat := stat_of(int(folder.name))) is not None:
                # Without the leader its number alone proves nothing: the mark in the environment does.
                if stat[1] != entry["pid"] or stat[0] in "ZX":
                    continue
                if leader is not None or self._ours(int(folder.name)):
                    found.append(int(folder.name))
        return found

    def stop(self, name: str, gentle: int = signal.SIGTERM, wait: float = 20) -> bool:
        """End a process and its group; true when there was something to end."""
        members = self.members(name)
        if not members:
            self.forget(name)
            return False
        group = self.recorded()[name]["pid"]
        _signal_group(group, gentle)
        deadline = time.monotonic() + wait
        while self.members(name):
            if time.monotonic() > deadline:
                _signal_group(group, signal.SIGKILL)
                deadline = time.monotonic() + 10
            time.sleep(0.1)
            _reap()
        self.forget(name)
        return True

    def _ours(self, pid: int) -> bool:
        """Whether a member of the group carries this stack's mark in its environment."""
        try:
            content = Path(f"/proc/{pid}/environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            return False
        return f"GATEHOUSE_STACK_DIR={self.folder}".encode() in content.split(b"\0")

    def _failed(self, name: str, problem: str, hint: str = "") -> StepError:
        again = "mend what the log names; `make down`, then `make up` again, the data stay"
        return StepError(f"start {name}", problem, of_text(problem) or hint or again, self.log(name))

    def _tail(self, name: str) -> str:
        return tail(self.log(name)) if self.log(name).exists() else "nothing was written"


def _signal_group(group: int, number: int) -> None:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return


def _reap() -> None:
    for process in _children:
        process.poll()


_children: list[subprocess.Popen[bytes]] = []
_recording = threading.Lock()
