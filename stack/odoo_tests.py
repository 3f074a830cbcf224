"""The addons' own tests, by Odoo's runner, in a database of their own that holds the bridges too."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from . import odoo_assets, session
from .build_odoo import bridged_addons
from .odoo import Odoo
from .paths import ROOT, digest
from .probe import free_port
from .seed import Further
from .steps import StepError, say, step
from .store import choose_ports, read_json

#: The database that each run of the tests copies.
BRIDGED = "bridged"


def odoo_tests(folder: Path, tags: str) -> int:
    """Run the tests of these tags, of all addons as a rule; 1 when one fails."""
    ports: dict[str, int] = read_json(folder / "ports.json", {}) or choose_ports(folder)
    whole = session.assemble(folder, ports, lambda odoo: Further("tests", _key(odoo), _bridge))
    odoo, database = whole.odoo, f"tests_{os.getpid()}"
    log = whole.processes.log("odoo-tests")
    wanted = tags or ",".join(f"/{name}" for name in odoo.addons)
    bridges = any(name in wanted for name in _bridges(odoo))
    command = odoo.command(
        "-c", str(odoo.config), *_path(odoo), "-d", database, "--db-filter", database, "--test-tags", wanted,
        "--stop-after-init", "--workers", "0", "--http-port", str(free_port()), "--max-cron-threads", "0", "--log-level", "info",
    )  # fmt: skip
    try:
        with step("database for Odoo's tests"):
            if bridges:
                _bridge(odoo)
                odoo.copy(BRIDGED, database)
            else:
                odoo.fresh(database)
            odoo.server.hurry(database)
        # Odoo tests all that is there when it installs nothing beside.
        with step(f"Odoo's tests of {', '.join(odoo.addons)}"), log.open("w") as out:
            # Tests never post to the running n8n.
            code = subprocess.call(
                command, env=odoo.build_environment, cwd=folder, stdout=out, stderr=subprocess.STDOUT
            )
    finally:
        odoo.discard(database)
    return 1 if _report(log) or code else 0


def _bridges(odoo: Odoo) -> list[str]:
    return [name for name in odoo.addons if name not in odoo.installed]


def _path(odoo: Odoo) -> tuple[str, str]:
    return "--addons-path", f"{odoo.addons_path},{bridged_addons()}"


def _key(odoo: Odoo) -> str:
    return digest(odoo.addons_key(), ROOT / "requirements-odoo-bridges.txt")


def _bridge(odoo: Odoo) -> None:
    """Have a database with the bridges, and what they stand beside, on this server; its comment says of what it was made."""
    server, key = odoo.server, _key(odoo)
    about = f"SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{BRIDGED}'"  # noqa: S608
    if server.sql("postgres", about) == key:
        return
    odoo.discard(BRIDGED)
    odoo.fresh(BRIDGED)
    server.hurry(BRIDGED)
    odoo.install(BRIDGED, _bridges(odoo), *_path(odoo))
    odoo.shell(BRIDGED, odoo_assets.OF_TESTS, odoo_assets.PROOF, flags=_path(odoo))
    server.sql("postgres", f"COMMENT ON DATABASE {BRIDGED} IS '{key}'")


def _report(log: Path) -> bool:
    """Say what the run came to; whether something failed, or nothing ran."""
    text = log.read_text(errors="replace")
    results = re.findall(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests", text)
    if not results:
        raise StepError("Odoo tests", "no result in the log", "the addons did not install; read the log", log)
    failed, errors, total = (int(number) for number in results[-1])
    say(f"Odoo's tests: {total} run, {failed} failed, {errors} errors; log {log}")
    for line in text.splitlines():
        if re.search(r" (ERROR|CRITICAL) .*(FAIL|ERROR): ", line):
            print(f"  {line.split(': ', 1)[-1]}")
    return bool(failed or errors or not total)
