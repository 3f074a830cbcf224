"""Where things lie, and the content hashes by which built things are kept."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STACK = ROOT / "stack"
SKIPPED = {"__pycache__", "node_modules", "dist", ".mypy_cache", ".ruff_cache"}


def cache_dir() -> Path:
    """The folder outside the checkout that keeps downloads and built trees."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(os.environ.get("GATEHOUSE_CACHE") or Path(base) / "gatehouse").expanduser().resolve()


def stack_dir() -> Path:
    """The folder in which this stack runs: data, logs, secrets."""
    path = Path(os.environ.get("GATEHOUSE_STACK_DIR") or ".stack").expanduser()
    return path if path.is_absolute() else (ROOT / path)


def files_below(folder: Path) -> list[Path]:
    """Every file of a folder that counts as source, in a stable order."""
    found: list[Path] = []
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if (
            path.is_file()
            and not SKIPPED.intersection(relative.parts)
            and path.suffix not in {".pyc", ".tgz"}
        ):
            found.append(path)
    return found


def digest(*parts: str | bytes | Path | Iterable[Path]) -> str:
    """A short content hash over texts, files and whole folders."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, str):
            total.update(b"t" + part.encode() + b"\0")
        elif isinstance(part, bytes):
            total.update(b"b" + part + b"\0")
        else:
            for path in [part] if isinstance(part, Path) else list(part):
                _add(total, path)
    return total.hexdigest()[:16]


def fingerprint(folder: Path) -> str:
    """A short hash over names, sizes and times of every file: for trees too large to read at every start.

    What a version control system or an editor changes changes it; compiled Python does not.
    """
    total = hashlib.sha256()
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - {"__pycache__", ".git"})
        for name in sorted(names):
            if not name.endswith(".pyc"):
                path = os.path.join(place, name)
                stat = os.lstat(path)
                known = f"{os.path.relpath(path, folder)}\0{stat.st_size}\0{stat.st_mtime_ns}\0"
                total.update(known.encode(errors="surrogateescape"))
    return total.hexdigest()[:16]


def _add(total: hashlib._Hash, path: Path) -> None:
    members = files_below(path) if path.is_dir() else [path] if path.exists() else []
    for member in members:
        name = str(member.relative_to(path)) if path.is_dir() else member.name
        total.update(name.encode() + b"\0" + hashlib.sha256(member.read_bytes()).digest())
