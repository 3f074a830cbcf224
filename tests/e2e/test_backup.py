"""A backup of the running stack, brought into a folder of its own: the same records, or a refusal."""

from __future__ import annotations

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

from stack.client import ROOT, Stack

pytestmark = pytest.mark.e2e
COUNTS = {
    "odoo": "SELECT count(*) || ' ' || max(id) FROM sale_order",
    "n8n": "SELECT count(*) FROM workflow_entity",
    "sidecar": "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'",
}


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


def counted(binaries: Path, socket: str) -> dict[str, str]:
    return {
        name: subprocess.check_output(
            [binaries / "psql", "-h", socket, "-U", "postgres", "-d", name, "-XqAt", "-c", query], text=True
        ).strip()
        for name, query in COUNTS.items()
    }


@pytest.fixture
def elsewhere(stack: Stack) -> Iterator[Path]:
    """A folder for another stack, beside the running one and so within reach of PostgreSQL's own user.

    pytest closes its temporary folder to everybody else whenever one of its runs begins.
    """
    beside = Path(tempfile.mkdtemp(prefix="restored-", dir=Path(stack.data["folder"]).parent))
    yield beside / "stack"
    command(beside / "stack", "down")
    shutil.rmtree(beside)


def test_a_backup_restores_the_same_records_elsewhere_and_a_changed_one_is_refused(
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
