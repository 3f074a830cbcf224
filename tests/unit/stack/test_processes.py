"""Processes are started, watched and ended by identity."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stack.processes import Processes, Service, stat_of
from stack.steps import StepError
from stack.store import write_private

pytestmark = pytest.mark.unit
TREE = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
time.sleep(60)
"""


def service(tmp_path: Path, code: str = TREE, ready: bool = True, wait: float = 5) -> Service:
    return Service("thing", [sys.executable, "-c", code], dict(os.environ), tmp_path, lambda: ready, wait)


def wait_members(processes: Processes, count: int) -> list[int]:
    deadline = time.monotonic() + 10
    while len(members := processes.members("thing")) != count:
        assert time.monotonic() < deadline, members
        time.sleep(0.05)
    return members


def test_stop_ends_the_whole_group(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    processes.start(service(tmp_path))
    members = wait_members(processes, 2)
    assert processes.running("thing") in members
    assert processes.stop("thing") is True
    for pid in members:
        stat = stat_of(pid)
        assert stat is None or stat[0] == "Z"
    assert processes.recorded() == {}
    assert processes.stop("thing") is False


def test_children_of_a_killed_leader_are_ended(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    processes.start(service(tmp_path))
    wait_members(processes, 2)
    leader = processes.running("thing")
    assert leader is not None
    os.kill(leader, 9)
    wait_members(processes, 1)
    assert processes.running("thing") is None
    assert processes.stop("thing") is True


def test_a_reused_pid_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", "import time;time.sleep(60)"], start_new_session=True)
    try:
        processes = Processes(tmp_path)
        write_private(processes.state, {"thing": {"pid": other.pid, "start": 1}})
        assert processes.running("thing") is None
        assert processes.stop("thing") is False
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_an_early_end_names_the_log(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    with pytest.raises(StepError) as caught:
        processes.start(service(tmp_path, "import sys;sys.exit('no database')", ready=False))
    message = caught.value.describe()
    assert "no database" in message
    assert str(processes.log("thing")) in message


def test_never_ready_is_an_error(tmp_path: Path) -> None:
    processes = Processes(tmp_path)
    try:
        with pytest.raises(StepError, match="not ready after 1 s"):
            processes.start(service(tmp_path, ready=False, wait=1))
    finally:
        processes.stop("thing")
