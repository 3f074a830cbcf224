"""The `.env` of docker-compose.yml, filled with secrets made here and now."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .environment import api_keys
from .paths import ROOT
from .steps import StepError

EXAMPLE = ROOT / ".env.example"
SETTING = re.compile(r"^([A-Z0-9_]+)=(.*)$")


def values(secrets: Mapping[str, Any], owner_hash: str) -> dict[str, str]:
    """What `.env.example` leaves empty. secrets: as `stack.store.stack_secrets` makes them."""
    passwords = {name: secrets["database_passwords"][name] for name in ("postgres", "odoo", "n8n", "sidecar")}
    return {
        "GATEHOUSE_SIGNING_SECRET": secrets["signing_secret"],
        "GATEHOUSE_API_KEYS": json.dumps(api_keys(secrets)),
        "GATEHOUSE_SIDECAR_KEY": secrets["sidecar_keys"]["n8n"],
        "GATEHOUSE_PARTNER_KEY": secrets["partners_key"],
        "GATEHOUSE_MAIL_TOKEN": secrets["mail_token"],
        "GATEHOUSE_IMAP_PASSWORD": secrets["imap_passwords"]["service"],
        "GATEHOUSE_DOCUMENTS_TOKEN": secrets["documents_token"],
        "GATEHOUSE_ALERTS_TOKEN": secrets["alerts_token"],
        "GATEHOUSE_ADMIN_PASSWORD": secrets["admin_password"],
        "POSTGRES_PASSWORD": passwords["postgres"],
        "ODOO_DB_PASSWORD": passwords["odoo"],
        "N8N_DB_PASSWORD": passwords["n8n"],
        "SIDECAR_DB_PASSWORD": passwords["sidecar"],
        "N8N_ENCRYPTION_KEY": secrets["n8n_encryption_key"],
        "N8N_INSTANCE_OWNER_PASSWORD": secrets["n8n_owner_password"],
        "N8N_INSTANCE_OWNER_PASSWORD_HASH": owner_hash,
        "N8N_RUNNERS_AUTH_TOKEN": secrets["n8n_runner_token"],
        "REDIS_PASSWORD": secrets["redis_password"],
    }


def filled(made: Mapping[str, str]) -> str:
    """`.env.example` with these values; single quotes keep compose from reading a dollar sign as a name."""
    left = dict(made)

    def line(text: str) -> str:
        match = SETTING.match(text)
        return f"{match[1]}='{left.pop(match[1])}'" if match and match[1] in left else text

    lines = [line(text) for text in EXAMPLE.read_text().splitlines()]
    if left:
        raise StepError(
            "write .env", f".env.example does not name {', '.join(sorted(left))}", "add them to it"
        )
    return "\n".join([*lines, ""])


def write(made: Mapping[str, str], path: Path = ROOT / ".env") -> None:
    """Write the file, for its owner's eyes only. Raises StepError when there is one: its secrets are in use."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        hint = "keep it; or move it away to begin anew with empty volumes (docker compose down --volumes)"
        raise StepError("write .env", f"{path} is there already", hint) from error
    with os.fdopen(handle, "w") as out:
        out.write(filled(made))
