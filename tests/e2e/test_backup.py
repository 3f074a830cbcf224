"""A backup of the running stack, brought into a folder of its own: the same records, files and usable secrets, or a refusal."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecar.training.registry import manifest_of
from stack import session
from stack.backup import folders
from stack.client import ROOT, Stack
from stack.n8n import N8n
from stack.store import read_json

pytestmark = pytest.mark.e2e
COUNTS = {
    "odoo": "SELECT count(*) || ' ' || max(id) FROM sale_order",
    "n8n": "SELECT count(*) FROM workflow_entity",
    "sidecar": "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'",
}
ATTACHMENTS = "SELECT DISTINCT store_fname, checksum FROM ir_attachment WHERE store_fname IS NOT NULL"


def command(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "GATEHOUSE_STACK_DIR": str(folder)}
    return subprocess.run(
        [sys.executable, "-m", "stack", *map(str, words)],
        check=False,
        cwd=ROOT,
        env=env,
        text=True,
        capture_output=True,
    )


def queried(binaries: Path, socket: str, database: str, query: str) -> str:
    words = [binaries / "psql", "-h", socket, "-U", "postgres", "-d", database, "-XqAt", "-c", query]
    return subprocess.check_output(words, text=True).strip()


def counted(binaries: Path, socket: str) -> dict[str, str]:
    return {name: queried(binaries, socket, name, query) for name, query in COUNTS.items()}


def decrypted(n8n: N8n, scratch: Path) -> dict[str, dict[str, str]]:
    """Every credential in the clear, by n8n's own command and with the key of its environment."""
    path = scratch / "credentials.json"
    words = [
        n8n.tree.node.node,
        n8n.tree.script,
        "export:credentials",
        "--all",
        "--decrypted",
        f"--output={path}",
    ]
    env = {**n8n.environment, "N8N_RUNNERS_BROKER_PORT": "0", "N8N_METRICS": "false"}
    done = subprocess.run(words, check=False, cwd=scratch, env=env, text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = json.loads(path.read_text())
    path.unlink()
    return {row["id"]: row["data"] for row in rows}


def assert_whole_attachments(files: Path, rows: str) -> None:
    """Every attachment's file lies where the database says, with the bytes that the database knows the hash of."""
    assert rows
    for row in rows.splitlines():
        name, checksum = row.split("|")
        assert hashlib.sha1((files / name).read_bytes()).hexdigest() == checksum, name


def assert_same_models(source: Path, restored: Path) -> None:
    """Each served model is there, fits the hash in its manifest, and is the one that was served."""
    manifests = list(source.glob("*/manifest.json"))
    assert manifests
    for path in manifests:
        assert manifest_of(restored / path.parent.name) == json.loads(path.read_text())


@pytest.fixture
def elsewhere(stack: Stack) -> Iterator[Path]:
    """A folder for another stack, beside the running one and so within reach of PostgreSQL's own user.

    pytest closes its temporary folder to everybody else whenever one of its runs begins.
    """
    beside = Path(tempfile.mkdtemp(prefix="restored-", dir=Path(stack.data["folder"]).parent))
    yield beside / "stack"
    command(beside / "stack", "down")
    shutil.rmtree(beside)


def test_a_backup_restores_records_files_models_and_credentials_elsewhere_and_a_changed_one_is_refused(
    stack: Stack, tmp_path: Path, elsewhere: Path
) -> None:
    folder, file = Path(stack.data["folder"]), tmp_path / "backup.tgz"
    made = command(folder, "backup", file)
    assert made.returncode == 0, made.stdout + made.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = command(folder, "backup", file)
    assert (again.returncode, "is there already" in again.stderr) == (1, True)
    busy = command(folder, "restore", file, "--replace")
    assert (busy.returncode, "`make down` first" in busy.stderr) == (1, True)

    with tarfile.open(file) as archive:
        archive.extractall(tmp_path / "open", filter="data")
    (tmp_path / "open" / "secrets.json").write_text("{}")
    with tarfile.open(tmp_path / "changed.tgz", "w:gz") as archive:
        archive.add(tmp_path / "open", "")
    refused = command(elsewhere, "restore", tmp_path / "changed.tgz")
    assert (refused.returncode, "secrets.json" in refused.stderr) == (1, True)
    assert not (elsewhere / "secrets.json").exists()

    restored = command(elsewhere, "restore", file)
    assert restored.returncode == 0, restored.stdout + restored.stderr
    socket = (elsewhere / "postgres" / "postmaster.pid").read_text().splitlines()[4]
    binaries = Path(stack.data["postgres"]["bin"])
    assert counted(binaries, socket) == counted(binaries, stack.data["postgres"]["socket"])
    assert (elsewhere / "secrets.json").read_bytes() == (folder / "secrets.json").read_bytes()

    whole = session.assemble(elsewhere, read_json(elsewhere / "ports.json", {}))
    assert_whole_attachments(folders(whole)["filestore"], queried(binaries, socket, "odoo", ATTACHMENTS))
    assert_same_models(folder / "models", whole.sidecar.models)
    open_ = decrypted(whole.n8n, tmp_path)
    assert open_["gatehouse-odoo"]["apiKey"] == stack.data["bot"]["api_key"]
    assert open_["gatehouse-signing"]["secret"] == stack.data["signing_secret"]
