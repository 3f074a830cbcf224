"""Backup and restore of a whole stack: three databases, Odoo's and n8n's files, models and secrets, in one file."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from . import session
from .odoo import DATABASE
from .postgres import NAME as POSTGRES
from .processes import Processes
from .session import Session
from .steps import StepError, say, step
from .store import choose_ports, read_json, write_private

DATABASES = (DATABASE, "n8n", "sidecar")
#: What belongs to the data and not to the place: n8n's encryption key is among the secrets.
FILES = ("secrets.json", "owner.json", "n8n.json", "database.json")
MANIFEST = "manifest.json"
FORMAT = 1


def folders(whole: Session) -> dict[str, Path]:
    """The folders of files that the databases point into."""
    return {
        "filestore": whole.odoo.data / "filestore" / DATABASE,
        "binaryData": whole.n8n.home / ".n8n" / "binaryData",
        "models": whole.sidecar.models,
    }


def digest_of(path: Path) -> str:
    """SHA-256 of a file in hex."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def backup(folder: Path, target: Path) -> None:
    """Write everything into one file that only its owner reads; the stack may run meanwhile.

    Each database is one consistent moment; what happens between two of them is told apart and mended by the
    reconciliation after a restore.
    """
    if target.exists():
        raise StepError("backup", f"{target} is there already", "name a file that is not there yet")
    whole = session.assemble(folder, read_json(folder / "ports.json", {}))
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        root = Path(scratch)
        for name in DATABASES:
            with step(f"dump the database {name}"):
                whole.server.tool("pg_dump", "-Fc", "-O", "-x", "-f", root / f"{name}.dump", name)
        with step("copy the files"):
            for name, source in folders(whole).items():
                shutil.copytree(source, root / name) if source.is_dir() else (root / name).mkdir()
            for name in FILES:
                if (folder / name).is_file():
                    shutil.copy(folder / name, root / name)
        paths = sorted(path for path in root.rglob("*") if path.is_file())
        manifest = {
            "format": FORMAT,
            "created": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "addons": whole.odoo.addons_key(),
            "files": {str(path.relative_to(root)): digest_of(path) for path in paths},
        }
        (root / MANIFEST).write_text(json.dumps(manifest, indent=2, sort_keys=True))
        with step("pack them"):
            handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as out, tarfile.open(fileobj=out, mode="w:gz") as archive:
                for path in [root / MANIFEST, *paths]:
                    archive.add(path, str(path.relative_to(root)))
    say(
        f"wrote {target} ({target.stat().st_size // 1024} KiB); it holds every secret of the stack: keep it like them"
    )


def unpacked(source: Path, root: Path) -> dict[str, Any]:
    """The manifest of a backup whose files all match it. Raises StepError naming the first one that does not."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(root, filter="data")
        manifest: dict[str, Any] = json.loads((root / MANIFEST).read_text())
    except (OSError, tarfile.TarError, ValueError, EOFError) as error:
        raise StepError(
            "restore", f"{source} is no backup: {error}", "name a file that `stack backup` wrote"
        ) from error
    if manifest.get("format") != FORMAT:
        raise StepError(
            "restore", f"{source} has the format {manifest.get('format')}", "use the version that wrote it"
        )
    for name, wanted in manifest["files"].items():
        path = root / name
        if not path.is_file() or digest_of(path) != wanted:
            raise StepError("restore", f"{name} in {source} is damaged or was changed", "use another backup")
    return manifest


def restore(folder: Path, source: Path, replace: bool) -> None:
    """Bring a backup into a stack folder; the stack must be down. Nothing is touched before the backup is checked."""
    processes = Processes(folder)
    if any(processes.running(name) for name in processes.recorded() if name != POSTGRES):
        raise StepError("restore", f"the stack in {folder} runs", "`make down` first")
    if (folder / "database.json").exists() and not replace:
        raise StepError("restore", f"{folder} holds a stack already", "add --replace to lose what is in it")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        root = Path(scratch)
        with step("check the backup"):
            manifest = unpacked(source, root)
        for name in FILES:
            if (root / name).is_file():
                shutil.copy(root / name, folder / name)
                (folder / name).chmod(0o600)
        (folder / "provisioned.json").unlink(missing_ok=True)
        whole = session.assemble(folder, choose_ports(folder))
        if manifest["addons"] != whole.odoo.addons_key():
            raise StepError(
                "restore",
                "the backup was made with other addons or another Odoo than this checkout has",
                "check out the version that made it, restore, then upgrade",
            )
        for name in DATABASES:
            with step(f"restore the database {name}"):
                whole.server.drop(name)
                whole.server.create(name)
                owner = "odoo" if name == DATABASE else name
                whole.server.tool("pg_restore", "-U", owner, "-O", "-x", "-d", name, root / f"{name}.dump")
        with step("put the files back"):
            for name, target in folders(whole).items():
                shutil.rmtree(target, ignore_errors=True)
                target.parent.mkdir(parents=True, exist_ok=True)
                # an archive keeps no empty folder
                shutil.copytree(root / name, target) if (root / name).is_dir() else target.mkdir()
    write_private(whole.odoo.state, {**read_json(whole.odoo.state, {}), "backup": source.name})
    say(f"restored what {source.name} held on {manifest['created']}; `make up` starts it")
