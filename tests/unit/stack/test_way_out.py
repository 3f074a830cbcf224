"""What the machine or the network fails ends in a message: the step, the log, the way out; never in a traceback."""

from __future__ import annotations

import errno
import http.client
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from stack import __main__ as command
from stack import testrun, way_out
from stack.probe import free_port
from stack.processes import Processes, Service
from stack.steps import StepError, run, step

pytestmark = pytest.mark.unit


def error_of(number: int) -> OSError:
    return OSError(number, os.strerror(number), "/cache/odoo")


MISHAPS = [
    (error_of(errno.ENOSPC), way_out.DISK),
    (error_of(errno.EDQUOT), way_out.DISK),
    (error_of(errno.EACCES), way_out.RIGHTS),
    (error_of(errno.EROFS), way_out.RIGHTS),
    (error_of(errno.EADDRINUSE), way_out.PORT),
    (error_of(errno.ENOMEM), way_out.MEMORY),
    (error_of(errno.ENETUNREACH), way_out.NETWORK),
    (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), way_out.SERVICE),
    (TimeoutError("timed out"), way_out.SERVICE),
    (http.client.IncompleteRead(b""), way_out.SERVICE),
    (subprocess.CalledProcessError(2, ["tar"]), way_out.AGAIN),
    (error_of(errno.EIO), way_out.AGAIN),
]


@pytest.mark.parametrize(("error", "way"), MISHAPS, ids=lambda value: type(value).__name__)
def test_a_command_names_what_failed_the_log_and_the_way_out(
    error: Exception,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def dispatch(*words: object) -> int:
        raise error

    monkeypatch.setenv("GATEHOUSE_STACK_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["stack", "up"])
    monkeypatch.setattr(command, "dispatch", dispatch)
    assert command.main() == 1
    told = capsys.readouterr().err.splitlines()
    assert told[0] == "FAILED  up"
    assert told[1].startswith("  what   ")
    assert told[2:4] == [f"  log    {tmp_path / 'log'}", f"  do     {way}"]


def test_what_failed_first_is_told_where_tidying_up_after_it_fails_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def dispatch(*words: object) -> int:
        try:
            raise StepError("install the addons", "no space left", way_out.DISK)
        finally:
            raise StepError("drop the database", "the server is gone")

    monkeypatch.setenv("GATEHOUSE_STACK_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["stack", "up"])
    monkeypatch.setattr(command, "dispatch", dispatch)
    assert command.main() == 1
    assert capsys.readouterr().err.splitlines()[0] == "FAILED  install the addons"


def test_the_step_under_way_is_the_one_that_is_named() -> None:
    with pytest.raises(StepError) as caught, step("restore the Odoo database"):
        raise error_of(errno.ENOSPC)
    assert (caught.value.step, caught.value.hint) == ("restore the Odoo database", way_out.DISK)
    assert "/cache/odoo" in caught.value.problem


def test_a_mistake_of_our_own_is_no_mishap() -> None:
    with pytest.raises(KeyError), step("anything"):
        raise KeyError("a bug is to be seen whole")


def test_a_service_that_is_away_is_told_by_the_step_that_asked_it() -> None:
    with pytest.raises(StepError) as caught, step("n8n API key"):
        urllib.request.urlopen(f"http://127.0.0.1:{free_port()}/rest/login", timeout=5)
    assert caught.value.hint == way_out.SERVICE


def test_a_disk_that_is_really_full() -> None:
    with pytest.raises(StepError) as caught, step("install"):
        run("install", ["true"], log=Path("/dev/full"))
    assert (caught.value.step, caught.value.hint) == ("install", way_out.DISK)


@pytest.mark.parametrize(
    ("written", "way"),
    [
        ("OSError: [Errno 28] No space left on device", way_out.DISK),
        ("npm error code EAI_AGAIN", way_out.NETWORK),
        ("ERROR: No matching distribution found for flask==3.1.3", way_out.NETWORK),
        ("could not open file: Permission denied", way_out.RIGHTS),
        ("ERROR:  permission denied for table sale_order", "look here"),
        ("ValueError: no such item", "look here"),
    ],
)
def test_what_a_program_wrote_tells_the_way_out_before_the_usual_hint(
    written: str, way: str, tmp_path: Path
) -> None:
    with pytest.raises(StepError) as caught:
        run(
            "pip",
            [sys.executable, "-c", f"import sys; sys.exit({written!r})"],
            log=tmp_path / "log",
            hint="look here",
        )
    assert caught.value.hint == way
    assert caught.value.log == tmp_path / "log"


def test_on_a_disk_that_is_as_good_as_full_a_failure_is_the_disks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(way_out, "FULL_BYTES", 1 << 60)
    with pytest.raises(StepError) as caught:
        run(
            "odoo shell",
            [sys.executable, "-c", "raise SystemExit('server closed')"],
            log=tmp_path / "log",
            hint="look",
        )
    assert caught.value.hint == way_out.DISK


@pytest.mark.parametrize(
    ("last_words", "way"),
    [("bind: Address already in use", way_out.PORT), ("bad setting", "mend what the log names; ")],
)
def test_a_service_that_ends_as_it_starts_says_what_to_do(last_words: str, way: str, tmp_path: Path) -> None:
    ends = [sys.executable, "-c", f"import sys, time; time.sleep(0.3); sys.exit({last_words!r})"]
    service = Service("odoo", ends, dict(os.environ), tmp_path, lambda: False)
    with pytest.raises(StepError) as caught:
        Processes(tmp_path).start(service)
    assert last_words in caught.value.problem
    assert caught.value.hint.startswith(way)
    assert caught.value.log == tmp_path / "log" / "odoo.log"


def test_a_run_of_every_test_that_the_machine_fails_ends_what_it_started_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(run: testrun.Run) -> None:
        raise error_of(errno.ENOSPC)

    ended: list[str] = []
    monkeypatch.setattr(testrun, "FOLDER", tmp_path)
    monkeypatch.setattr(sys, "argv", ["testrun", "--only", "stack"])
    monkeypatch.setitem(testrun.PARTS, "stack", fails)
    monkeypatch.setattr(
        testrun.Run, "suite", lambda self, name, *words, **more: bool(ended.append(name)) or True
    )
    assert testrun.main() == 1
    assert ended == ["stack down"]
    assert f"  do     {way_out.DISK}" in capsys.readouterr().err
