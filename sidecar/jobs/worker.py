"""Takes jobs one after the other and does each in a process of its own, which may take so long and no longer."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from sidecar.adapters.job_board import Job, JobBoard

#: The exit code of a job that cannot be done; its last line says why.
REFUSED = 3
#: Beside people's work it gets what is left of the processor.
_NICE = 10
_ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class JobFailed(Exception):
    """A job that was not done; the text says why and what to do."""


def run_apart(job: Job, seconds: float, env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The result of a job, done by `python -m sidecar.jobs.run` in a session of its own.

    Raises JobFailed when it takes longer than `seconds`, cannot be done or breaks; what it started is ended with it.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "sidecar.jobs.run", job.kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**(os.environ if env is None else env), **_ONE_CORE},
    )
    try:
        os.setpriority(os.PRIO_PROCESS, process.pid, _NICE)
        said, problem = process.communicate(json.dumps(job.parameters), timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise JobFailed(f"it took longer than {seconds:.0f} seconds; give it more (--seconds)") from error
    except ProcessLookupError as error:
        raise JobFailed("its process ended before it began") from error
    finally:
        _end(process)
    lines = problem.strip().splitlines()
    if process.returncode == REFUSED:
        raise JobFailed(lines[-1] if lines else "it said no reason")
    if process.returncode:
        last = lines[-1] if lines else "no message"
        raise JobFailed(f"it broke ({process.returncode}): {last[-500:]}; the log of the jobs has the rest")
    result: dict[str, Any] = json.loads(said.splitlines()[-1])
    return result


def _end(process: subprocess.Popen[str]) -> None:
    """Nothing of a job's session outlives it."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def work(
    board: JobBoard, seconds: float, every: float, ended: threading.Event, say: Callable[[str], None]
) -> None:
    """Take and do jobs until `ended` is set; looks for the next one `every` so many seconds.

    A database that is away is told once and waited for.
    """
    away = False
    while not ended.is_set():
        try:
            board.give_up(seconds + 60.0)
            done, away = one(board, seconds, say), False
        except SQLAlchemyError as error:
            if not away:
                say(f"the database of the jobs does not answer, tried again: {type(error).__name__}")
            done, away = False, True
        if not done:
            ended.wait(every)


def one(board: JobBoard, seconds: float, say: Callable[[str], None]) -> bool:
    """Do the job that waits longest. False when none waits."""
    job = board.take()
    if job is None:
        return False
    say(f"{job.id}: begun, attempt {job.attempts}")
    try:
        result = run_apart(job, seconds)
    except (JobFailed, ValueError, IndexError, OSError) as error:
        board.fail(job.id, str(error) or type(error).__name__)
        say(f"{job.id}: failed: {error}")
        return True
    board.finish(job.id, result)
    say(f"{job.id}: done")
    return True
