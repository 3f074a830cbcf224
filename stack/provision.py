"""Users, groups and keys of the stack's Odoo."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from .odoo import DATABASE, Odoo
from .paths import STACK, digest
from .steps import step, warn
from .store import read_json, write_private

SCRIPT = STACK / "provision_odoo.py"


def provision(odoo: Odoo) -> dict[str, Any]:
    """The bot's and the administrator's keys; made once a database, again when script or address change."""
    path, place = odoo.folder / "provisioned.json", odoo.place
    wanted = {
        "users": place.secrets["users"],
        "admin_password": place.secrets["admin_password"],
        "url": place.url("odoo"),
    }
    key = digest(SCRIPT, json.dumps(wanted, sort_keys=True))
    known: dict[str, Any] = read_json(path, {})
    if known.get("key") == key:
        return known
    with step("Odoo users, groups and keys"), tempfile.TemporaryDirectory(dir=odoo.folder) as scratch:
        request = Path(scratch) / "request"
        write_private(request, wanted)
        odoo.shell(DATABASE, SCRIPT.read_text(), "PROVISIONED", {"GATEHOUSE_PROVISION_FILE": str(request)})
        answer: dict[str, Any] = read_json(Path(f"{request}.out"), {})
    if answer["missing_groups"]:
        warn(f"groups that no installed addon has: {', '.join(answer['missing_groups'])}")
    write_private(path, {**answer, "key": key})
    return answer
