"""What to do about a failure that comes from the machine or the network, told by the error or by what a program wrote."""

from __future__ import annotations

import errno
import http.client
import re
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

#: Errors of the machine and the network, none of which a step of the stack raises on purpose.
MISHAPS = (OSError, http.client.HTTPException, subprocess.SubprocessError)

DISK = (
    "free some space (`df -h` shows where it lacks), or set GATEHOUSE_CACHE and GATEHOUSE_STACK_DIR to folders of "
    "a larger disk; then run the command again, what is finished stays"
)
RIGHTS = (
    "give this user the right to it, or set GATEHOUSE_CACHE and GATEHOUSE_STACK_DIR to folders of its own; "
    "then run the command again"
)
NETWORK = (
    "check the network, the package index, and HTTPS_PROXY if a proxy leads out; then run the command again, "
    "what was fetched stays"
)
PORT = "end what listens there, or unset the GATEHOUSE_*_PORT that asks for it; then run the command again"
MEMORY = "end other programs, or give the machine more memory (4 GB are enough); then run the command again"
SERVICE = (
    "`make status` shows what runs and `make logs` what it says; `make down`, then `make up` starts it anew"
)
AGAIN = "run the command again; if it ends here once more, `make down` and `make up`"
#: A disk with less than this is full for a database.
FULL_BYTES = 64 * 1024 * 1024
#: How programs write down what the kernel told them.
WRITTEN = (
    (r"no space left|ENOSPC|disk quota|EDQUOT", DISK),
    (r"cannot allocate memory|out of memory|ENOMEM|MemoryError", MEMORY),
    (r"permission denied(?! for)|EACCES|read-only file system|EROFS", RIGHTS),
    (r"address (is )?already in use|EADDRINUSE", PORT),
    (
        r"name resolution|could not resolve|EAI_AGAIN|ENOTFOUND|network is unreachable|ENETUNREACH|"
        r"connection timed out|read timed out|ETIMEDOUT|no matching distribution",
        NETWORK,
    ),
)
CODES: tuple[tuple[Iterable[int], str], ...] = (
    ((errno.ENOSPC, errno.EDQUOT), DISK),
    ((errno.EACCES, errno.EPERM, errno.EROFS), RIGHTS),
    ((errno.EADDRINUSE,), PORT),
    ((errno.ENOMEM,), MEMORY),
    ((errno.ENETUNREACH, errno.EHOSTUNREACH), NETWORK),
)


def way_out(error: Exception) -> str:
    """What a person can do about one of MISHAPS; always a sentence."""
    code = error.errno if isinstance(error, OSError) else None
    known = next((way for codes, way in CODES if code in codes), "")
    if known or (known := of_text(str(error))):
        return known
    lost = (ConnectionError, TimeoutError, http.client.HTTPException)
    return SERVICE if isinstance(error, lost) or "urlopen" in str(error) else AGAIN


def of_text(text: str) -> str:
    """The way out of what a program wrote before it failed; empty where that names nothing known."""
    return next((way for words, way in WRITTEN if re.search(words, text, re.IGNORECASE)), "")


def of_disk(folder: Path) -> str:
    """The way out where the disk of a folder is as good as full, whatever a program made of that; else empty."""
    return DISK if shutil.disk_usage(folder).free < FULL_BYTES else ""
