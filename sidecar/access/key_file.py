"""The file of keys that GATEHOUSE_API_KEYS_FILE names: read, and replaced as a whole."""

from __future__ import annotations

import fcntl
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from sidecar.domain.keys import ApiKey, as_entry, parse_keys

Change = Callable[[tuple[ApiKey, ...]], tuple[ApiKey, ...]]


def read(file: Path) -> tuple[ApiKey, ...]:
    """The keys of the file, none when it is not there. Raises ValueError when it is wrong."""
    return parse_keys(file.read_text(), str(file)) if file.exists() else ()


def change(file: Path, by: Change) -> tuple[ApiKey, ...]:
    """Replace the keys by `by(keys)` in one step, one writer at a time; workers read the old file or the new one.

    The mode of a file that is there stays; a new one is for its owner. Raises ValueError and changes nothing when
    `by` does, or when the file is wrong.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(f".{file.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        keys = by(read(file))
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "w") as out:
                json.dump([as_entry(key) for key in keys], out, indent=1)
                out.write("\n")
            if file.exists():
                os.chmod(name, file.stat().st_mode & 0o777)
            os.replace(name, file)
        except BaseException:
            os.unlink(name)
            raise
    return keys
