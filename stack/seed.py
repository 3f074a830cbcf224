"""A database server as a new stack finds it: Odoo's company restored and n8n's tables made once, then copied as files.

Restoring a dump makes every index anew, and n8n runs some 270 migrations on an empty database: half a minute of a start that
a copy of the server's folder takes a second for. Nothing of a stack is in it: no user, password, key or address.
"""

from __future__ import annotations

import os
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from .build_n8n import N8nTree
from .build_odoo import OdooTree
from .build_python import Venv, postgres_of
from .cache import built
from .environment import Place
from .n8n import N8n
from .odoo import DATABASE, Odoo
from .paths import cache_dir, digest
from .postgres import Server
from .processes import Processes
from .steps import plain_env, run
from .store import choose_ports, stack_secrets

KEPT_DAYS = 3
#: What a server writes down about itself while it runs.
OF_A_RUN = (".handle_pids.json", "log", "postmaster.opts", "postmaster.pid")


@dataclass(frozen=True)
class Further:
    """What a seed of another kind has beside the stack's own databases: the kind, what it is made of, and how."""

    kind: str
    key: str
    fill: Callable[[Odoo], None]


def plant(server: Server, odoo: Odoo, n8n: N8nTree, further: Further | None = None) -> None:
    """Give a stack without a database server's folder the one that is kept for this checkout."""
    key = digest(odoo.venv.key, odoo.addons_key(), n8n.key, *([further.key] if further else []))

    def build(tree: Path) -> None:
        _forget_old()
        _grow(tree, odoo.folder / "seed", odoo.tree, odoo.venv, n8n, further)

    kind = f"seed-{further.kind}" if further else "seed"
    kept = built(kind, key, "a database server with the stack's databases", build)
    os.utime(kept)
    _copy(kept / "postgres", server.data)
    files = odoo.data / "filestore"
    shutil.rmtree(files, ignore_errors=True)
    files.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(kept / "filestore", files)
    odoo.restored()


def _grow(
    tree: Path, scratch: Path, odoo_tree: OdooTree, venv: Venv, n8n_tree: N8nTree, further: Further | None
) -> None:
    """Fill a server of its own in `scratch` and keep its folder once it is shut down."""
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / "log").mkdir(parents=True)
    processes = Processes(scratch)
    server = Server(postgres_of(venv), processes)
    try:
        server.start()
        # A few files of write-ahead log are enough for what comes, and all that is copied later.
        server.sql("postgres", "ALTER SYSTEM SET max_wal_size = '64MB'")
        server.sql("postgres", "SELECT pg_reload_conf()")
        for name in ("n8n", "sidecar"):
            server.create(name)
        place = Place(choose_ports(scratch), server.socket, str(scratch), stack_secrets(scratch), "")
        odoo = Odoo(odoo_tree, venv, server, processes, place)
        odoo.configure()
        odoo.restore(odoo.template(), DATABASE)
        if further:
            odoo.restored()
            further.fill(odoo)
        N8n(n8n_tree, processes, place).migrate(secrets.token_hex(16))
        server.sql("postgres", "ALTER SYSTEM RESET max_wal_size")
        server.sql("postgres", "CHECKPOINT")
    finally:
        server.stop()
    _copy(server.data, tree / "postgres")
    for name in OF_A_RUN:
        (tree / "postgres" / name).unlink(missing_ok=True)
    shutil.copytree(odoo.data / "filestore", tree / "filestore")
    shutil.rmtree(scratch)


def _copy(source: Path, target: Path) -> None:
    """Owner and rights included: run as root, PostgreSQL is a user of its own."""
    target.parent.mkdir(parents=True, exist_ok=True)
    log = target.parent / "log" / "seed.log"
    run("copy the database server", ["cp", "-a", "--reflink=auto", source, target], log=log, env=plain_env())


def _forget_old() -> None:
    """An edit of the addons makes another one of a quarter gigabyte: those that nobody used for days go."""
    for path in cache_dir().glob("seed-*"):
        if time.time() - path.stat().st_mtime > KEPT_DAYS * 86400:
            shutil.rmtree(path, ignore_errors=True)


__all__ = ["plant"]
