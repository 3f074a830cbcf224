"""What the services of a running stack cost: CPU and memory of their process groups, from /proc."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from .processes import Processes

TICK = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


def cpu_ms(processes: Processes, names: Iterable[str]) -> dict[str, float]:
    """Milliseconds of CPU each service has used so far, ended children of its first process included."""
    return {name: sum(_cpu(pid) for pid in group(processes, name)) for name in names}


def memory_mib(processes: Processes, names: Iterable[str]) -> dict[str, float]:
    """MiB of each service, shared pages counted by their share (PSS)."""
    return {name: sum(_memory(pid) for pid in group(processes, name)) for name in names}


def group(processes: Processes, name: str) -> list[int]:
    """The processes of a service; PostgreSQL's own children start groups of their own and are found by their parent."""
    pids = set(processes.members(name))
    leader = processes.running(name)
    if leader is not None:
        pids |= {leader, *_children(leader)}
    return sorted(pids)


def _children(parent: int) -> list[int]:
    path = Path(f"/proc/{parent}/task/{parent}/children")
    try:
        return [int(word) for word in path.read_text().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []


def _cpu(pid: int) -> float:
    """User and system time of a process and of its children that ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return sum(int(value) for value in fields[11:15]) * 1000 / TICK


def _memory(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
