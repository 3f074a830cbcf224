"""Built trees in folders named by what went into them, put in place by one rename."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from .paths import cache_dir
from .steps import say, step


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file lock: two commands at once build a thing once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"... waiting for another command that works on {path.name}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def log_of(name: str) -> Path:
    """Where the build of a tree is written down."""
    return cache_dir() / "log" / f"{name}.log"


def built(kind: str, key: str, what: str, build: Callable[[Path], None]) -> Path:
    """The tree of this kind and key; built in a folder beside it when it is not there yet."""
    final = cache_dir() / f"{kind}-{key}"
    if final.is_dir():
        return final
    with locked(cache_dir() / "lock" / f"{kind}-{key}"):
        if final.is_dir():
            return final
        with step(what):
            parent = Path(tempfile.mkdtemp(prefix=f".{kind}-", dir=cache_dir()))
            try:
                work = parent / "tree"
                work.mkdir()
                build(work)
                os.chmod(work, 0o755)  # noqa: S103
                work.rename(final)
            finally:
                shutil.rmtree(parent, ignore_errors=True)
    return final
