"""A second `make up`: beside one that runs, and beside one that is still starting."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from stack import __main__ as command
from stack import session
from stack.cache import locked
from stack.paths import ROOT
from stack.processes import Processes
from stack.steps import StepError
from stack.store import write_private

pytestmark = pytest.mark.unit


@pytest.fixture
def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a stack whose one process runs; whoever starts anything fails."""

    def started(folder: Path, profile: str) -> None:
        raise AssertionError("it started another one")

    monkeypatch.setattr(session, "up", started)
    Processes(tmp_path).record("odoo", os.getpid())
    users = {"admin": {"password": "a-word"}, "n8n": {"email": "owner@example.com", "password": "n-word"}}
    digest = session.addons_digest()
    urls = {"odoo": "http://127.0.0.1:8069"}
    found = {
        "folder": str(tmp_path),
        "pids": {"odoo": os.getpid()},
        "urls": urls,
        "addons_digest": digest,
        **users,
    }
    write_private(tmp_path / "stack.json", found)
    return tmp_path


def test_it_says_that_one_runs_and_where(running: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command.up(running, "")
    told = capsys.readouterr().out
    assert "the stack is already running; `make down` ends it" in told
    assert "http://127.0.0.1:8069" in told
    assert "changed since" not in told


def test_it_says_that_the_running_one_has_other_addons(
    running: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(session, "addons_digest", lambda: "another")
    command.up(running, "")
    assert "odoo-addons/ changed since" in capsys.readouterr().out


def test_it_is_refused_where_the_running_one_has_another_profile(running: Path) -> None:
    with pytest.raises(StepError, match="runs already without the profile scale"):
        command.up(running, "scale")


def test_one_whose_process_is_gone_is_started_anew(running: Path) -> None:
    write_private(running / "state.json", {"odoo": {"pid": os.getpid(), "start": 1}})
    with pytest.raises(AssertionError, match="started another one"):
        command.up(running, "")


def test_it_waits_for_one_that_is_still_starting_and_says_so(running: Path) -> None:
    env = {**os.environ, "GATEHOUSE_STACK_DIR": str(running), "PYTHONUNBUFFERED": "1"}
    out = running / "second.log"
    with locked(running / "lock"), out.open("w") as file:
        second = subprocess.Popen(
            [sys.executable, "-m", "stack", "up"], cwd=ROOT, env=env, stdout=file, stderr=subprocess.STDOUT
        )
        end = time.monotonic() + 30
        while "waiting for another command" not in out.read_text() and time.monotonic() < end:
            time.sleep(0.05)
        assert second.poll() is None, out.read_text()
        assert "waiting for another command that works on lock" in out.read_text()
        assert "already running" not in out.read_text()
    assert second.wait(30) == 0
    assert "the stack is already running" in out.read_text()
