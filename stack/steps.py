"""Progress lines, and errors that name the step, its log and the way out."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .way_out import MISHAPS, of_disk, of_text, way_out

#: A line that names an error: of pip, apt, npm and the like, or of PostgreSQL after its time.
NAMES = re.compile(r"(?i:error|fatal|e)\b[^\w\s]? *[^:\s]|.*\b(FATAL|PANIC): ")
#: So many lines before its end a program may have written why it failed.
LAST = 40
_lock = threading.Lock()
_started = time.monotonic()


class StepError(Exception):
    """A step that failed: what it was, where it is written down, what to do."""

    def __init__(self, step: str, problem: str, hint: str = "", log: Path | None = None) -> None:
        super().__init__(f"{step}: {problem}")
        self.step, self.problem, self.hint, self.log = step, problem, hint, log

    def describe(self) -> str:
        """The message for the person who typed the command."""
        lines = [f"FAILED  {self.step}", f"  what   {self.problem}"]
        if self.log is not None:
            lines.append(f"  log    {self.log}")
        if self.hint:
            lines.append(f"  do     {self.hint}")
        return "\n".join(lines)

    @classmethod
    def of(cls, step: str, error: Exception, log: Path | None = None) -> StepError:
        """A step that the machine or the network failed: one of `way_out.MISHAPS`, with what can be done about it."""
        kind = type(error).__name__
        return cls(
            step, str(error) if isinstance(error, OSError) else f"{kind}: {error}", way_out(error), log
        )


def say(text: str) -> None:
    """Print one line at once, also from a thread and without a terminal."""
    with _lock:
        try:
            print(f"[{time.monotonic() - _started:6.1f} s] {text}", flush=True)
        except BrokenPipeError:
            # Whoever read along is gone (`make up | head`); the work goes on without a reader.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def warn(text: str) -> None:
    """Print a warning that does not stop the step."""
    say(f"warning: {text}")


@contextmanager
def step(name: str) -> Iterator[None]:
    """Say what is being done, and how long it took. Raises StepError for what the machine or the network fails in it."""
    say(f"... {name}")
    begun = time.monotonic()
    try:
        yield
    except MISHAPS as error:
        raise StepError.of(name, error) from error
    say(f"ok  {name} ({time.monotonic() - begun:.1f} s)")


def run(
    name: str,
    command: Sequence[object],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    hint: str = "",
    feed: str | None = None,
    timeout: float = 1800,
) -> str:
    """Run a command, keep what it prints in its log, and return its standard output.

    Raises StepError when it fails. What to do is told by what it wrote, else it is `hint`.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    words = [str(word) for word in command]
    with log.open("a", encoding="utf-8") as errors:
        errors.write(f"\n$ {' '.join(words)}\n")
        errors.flush()
        begin = errors.tell()
        try:
            done = subprocess.run(
                words,
                env=dict(env) if env is not None else None,
                cwd=cwd,
                input=feed,
                text=True,
                stdin=None if feed is not None else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                timeout=timeout,
                check=False,
            )
        except FileNotFoundError as error:
            raise StepError(name, f"{words[0]} is not there ({error})", hint, log) from error
        except subprocess.TimeoutExpired as error:
            raise StepError(name, f"no end after {timeout:.0f} s", hint, log) from error
        errors.write(done.stdout)
    if done.returncode:
        said = _said(log, begin)
        cause = _cause(said)
        known = of_text(cause) or of_text("\n".join(said[-LAST:])) or of_disk(log.parent)
        todo = known or hint or "mend what the log names, and run the command again"
        raise StepError(name, f"exit code {done.returncode}: {cause}", todo, log)
    return done.stdout


def _said(log: Path, begin: int) -> list[str]:
    """What a command wrote, without its empty lines."""
    with log.open("rb") as source:
        source.seek(begin)
        return [line.strip() for line in source.read().decode(errors="replace").splitlines() if line.strip()]


def _cause(said: list[str]) -> str:
    """Why a command failed: its lines that name an error, or its last ones."""
    return " | ".join(line[:300] for line in ([line for line in said if NAMES.match(line)] or said)[-3:])


def tail(log: Path, count: int = 3) -> str:
    """The last lines of a log, for an error message."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    return " | ".join(lines[-count:])


def together(*jobs: Callable[[], Any]) -> list[Any]:
    """Run independent jobs at once; all end before the first failure is raised."""
    with ThreadPoolExecutor(max_workers=max(1, len(jobs))) as pool:
        futures = [pool.submit(job) for job in jobs]
        failures = [error for future in futures if (error := future.exception()) is not None]
    if failures:
        told = [error.describe() if isinstance(error, StepError) else repr(error) for error in failures]
        for further in dict.fromkeys(text for text in told if text != told[0]):
            print(further, file=sys.stderr)
        raise failures[0]
    return [future.result() for future in futures]


def plain_env(**more: str) -> dict[str, str]:
    """The few variables every started program needs, without the caller's own settings."""
    keep = (
        "HOME",
        "PATH",
        "LANG",
        "LC_ALL",
        "TMPDIR",
        "USER",
        "LOGNAME",
        "TZ",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        "REQUESTS_CA_BUNDLE",
        "NODE_EXTRA_CA_CERTS",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "http_proxy",
        "https_proxy",
        "no_proxy",
    )
    found = {name: os.environ[name] for name in keep if name in os.environ}
    found.setdefault("LANG", "C.UTF-8")
    return {**found, **more}


def install_env(**more: str) -> dict[str, str]:
    """The caller's whole environment, for package managers that read their own settings from it."""
    return {**{name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}, **more}
