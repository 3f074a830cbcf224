"""Steps of the stack: what a failed command said, and a reader who went away."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from stack.steps import StepError, run, together
from stack.way_out import DISK, NETWORK

ROOT = Path(__file__).resolve().parents[3]


def failing(script: str, log: Path) -> StepError:
    with pytest.raises(StepError) as caught:
        run("install", [sys.executable, "-c", script], log=log)
    return caught.value


def test_a_failed_command_is_explained_by_its_error_line_not_by_its_last_lines(tmp_path: Path) -> None:
    script = (
        "import sys; print('ERROR: no version 4.1.2', file=sys.stderr); print('Downloading six'); sys.exit(1)"
    )
    assert failing(script, tmp_path / "log").problem == "exit code 1: ERROR: no version 4.1.2"


def test_a_bare_word_error_is_not_taken_for_the_cause_and_the_databases_last_words_are(
    tmp_path: Path,
) -> None:
    words = [
        "2026-11-29 11:41:51 UTC [4402] FATAL:  could not write to file: No space left on device",
        "error:",
        *["Traceback"] * 20,
    ]
    failed = failing(
        f"import sys; print({chr(10).join(words)!r}, file=sys.stderr); sys.exit(1)", tmp_path / "log"
    )
    assert failed.problem == f"exit code 1: {words[0]}"
    assert failed.hint == DISK


def test_what_stands_a_few_lines_before_the_named_error_tells_the_way_out(tmp_path: Path) -> None:
    words = "WARNING: Retrying: Temporary failure in name resolution\\nERROR: no matching version of flask"
    failed = failing(f"import sys; print('{words}', file=sys.stderr); sys.exit(1)", tmp_path / "log")
    assert (failed.problem, failed.hint) == ("exit code 1: ERROR: no matching version of flask", NETWORK)


def test_an_error_of_an_earlier_command_in_the_same_log_is_not_blamed(tmp_path: Path) -> None:
    log = tmp_path / "log"
    failing("import sys; sys.exit('ERROR: the first')", log)
    assert failing("import sys; print('second'); sys.exit(2)", log).problem == "exit code 2: second"


def test_progress_goes_on_when_the_reader_of_the_pipe_is_gone() -> None:
    script = "from stack.steps import say\nimport sys\nfor n in range(2000): say('x' * 200)\nprint('end', file=sys.stderr)"
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == "end\n"
    assert process.returncode == 0


def test_jobs_that_fail_alike_are_told_once_and_those_that_fail_otherwise_too(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(step: str) -> None:
        raise StepError(step, "it broke")

    with pytest.raises(StepError, match="first"):
        together(lambda: fail("first"), lambda: fail("first"), lambda: fail("second"), lambda: fail("second"))
    assert capsys.readouterr().err == "FAILED  second\n  what   it broke\n"
