"""Each addon in a copy of the populated company: installed, used, upgraded, uninstalled, and looked for what it left."""

from __future__ import annotations

import json
import os
from pathlib import Path

from . import session
from .build_odoo import bridged_addons
from .probe import free_port
from .steps import StepError, say, step
from .store import choose_ports, read_json, write_private

SCRIPT = Path(__file__).with_name("lifecycle_odoo.py")


def addon_lifecycle(folder: Path, only: list[str]) -> int:
    """Run the lives of the addons one after the other; 1 when one leaves something behind or breaks Odoo."""
    whole = session.assemble(folder, read_json(folder / "ports.json", {}) or choose_ports(folder))
    odoo, database = whole.odoo, f"life_{os.getpid()}"
    unknown = sorted(set(only) - set(odoo.addons))
    if unknown:
        raise StepError(
            "addon lives", f"no such addon: {', '.join(unknown)}", f"take of: {', '.join(odoo.addons)}"
        )
    request = folder / "lifecycle.json"
    write_private(request, {"addons": only or odoo.addons})
    answer = folder / "lifecycle.out.json"
    answer.unlink(missing_ok=True)
    flags = ("--addons-path", f"{odoo.addons_path},{bridged_addons()}", "--http-port", str(free_port()))
    try:
        with step("a copy of the populated company"):
            odoo.restore(odoo.base_template(), database)
        with step(f"install, use, upgrade and uninstall {', '.join(only or odoo.addons)}"):
            env = {"GATEHOUSE_LIFECYCLE": str(request), "GATEHOUSE_LIFECYCLE_OUT": str(answer)}
            odoo.shell(database, SCRIPT.read_text(), "LIVED", env, flags)
    finally:
        odoo.discard(database)
    problems: dict[str, list[str]] = json.loads(answer.read_text())
    for name, found in problems.items():
        say(f"{name}: {'leaves nothing behind' if not found else '; '.join(found)}")
    return 1 if any(problems.values()) or not problems else 0
