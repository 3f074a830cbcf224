"""Starts a reader process for one supplier document, with a limit on its time; it limits its memory itself."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any

#: More at once would let a handful of files take a machine's memory.
_AT_ONCE = threading.BoundedSemaphore(2)
_WAIT_SECONDS = 5.0
#: A scan takes seconds a page, on a machine with much to do many; n8n waits two minutes.
SECONDS = 100.0
_UNREADABLE = 3
#: What the reader needs of the environment; keys and the database's address are none of its business.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "GATEHOUSE_TESSERACT", "TESSDATA_PREFIX")


class Refused(ValueError):
    """The file cannot be read; the text says why and what to do."""


class Busy(RuntimeError):
    """Too many files are being read at the moment."""


def read_document(content: bytes, templates: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The document as plain values; `templates` as `sidecar.documents.extract` takes them.

    Raises Refused for a file no reader understands or that takes more time or memory than it may, Busy when the
    readers are taken.
    """
    if not _AT_ONCE.acquire(timeout=_WAIT_SECONDS):
        raise Busy("two documents are being read already; try again in a moment")
    try:
        code, said, problem = _run(json.dumps(list(templates)).encode() + b"\n" + content)
    finally:
        _AT_ONCE.release()
    if code == _UNREADABLE:
        raise Refused(problem.decode("utf-8", "replace").strip()[-500:])
    if code:
        raise Refused(
            "the file broke its reader, or needed more time or memory than it may; send it as XML or in parts"
        )
    found: dict[str, Any] = json.loads(said)
    return found


def _run(sent: bytes) -> tuple[int, bytes, bytes]:
    """(exit code, output, errors) of a reader. Raises Refused when its time is over, and ends with it what it started."""
    reader = subprocess.Popen(
        [sys.executable, "-m", "sidecar.documents.reader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
    )
    try:
        said, problem = reader.communicate(sent, timeout=SECONDS)
    except subprocess.TimeoutExpired as error:
        os.killpg(reader.pid, signal.SIGKILL)
        reader.communicate()
        raise Refused(
            f"reading it took longer than {SECONDS:.0f} seconds; send it as XML or in parts"
        ) from error
    return reader.returncode, said, problem
