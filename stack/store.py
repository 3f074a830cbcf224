"""The stack's own files: secrets, ports, state; JSON that only its owner reads."""

from __future__ import annotations

import base64
import json
import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .steps import StepError

USERS = (
    "salesperson",
    "sales_manager",
    "finance",
    "accountant",
    "buyer",
    "warehouse",
    "operations",
    "auditor",
)
SIDECAR_KEYS = {
    "score": ["score"],
    "classify": ["classify"],
    "n8n": ["score", "classify", "documents", "train"],
    "train": ["train"],
    "admin": ["score", "classify", "documents", "train", "admin"],
}
MAILBOXES = ("service", "documents")
PORTS = {
    "odoo": "GATEHOUSE_ODOO_PORT",
    "n8n": "GATEHOUSE_N8N_PORT",
    "sidecar": "GATEHOUSE_SIDECAR_PORT",
    "partners": "GATEHOUSE_PARTNERS_PORT",
    "mail": "GATEHOUSE_MAIL_PORT",
    "imap": "GATEHOUSE_IMAP_PORT",
    "lmtp": "GATEHOUSE_LMTP_PORT",
    "files": "GATEHOUSE_FILES_PORT",
    "watch": "GATEHOUSE_WATCH_PORT",
    "n8n_broker": "GATEHOUSE_N8N_BROKER_PORT",
}


def read_json(path: Path, default: Any) -> Any:
    """A JSON file's content, or the default when there is no file."""
    return json.loads(path.read_text()) if path.exists() else default


def write_private(path: Path, content: Any) -> None:
    """Replace a JSON file in one step, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as out:
        json.dump(content, out, indent=2, sort_keys=True)
        out.write("\n")
    os.replace(temporary, path)


def stack_secrets(folder: Path) -> dict[str, Any]:
    """The secrets of this stack, made once."""
    path = folder / "secrets.json"
    found: dict[str, Any] = read_json(path, {})
    fresh = {
        "signing_secret": "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
        "sidecar_keys": {name: "ghs_" + secrets.token_urlsafe(32) for name in SIDECAR_KEYS},
        "partners_key": "ghp_" + secrets.token_urlsafe(32),
        "mail_token": "ghm_" + secrets.token_urlsafe(32),
        "imap_passwords": {name: secrets.token_urlsafe(12) for name in MAILBOXES},
        "documents_token": "ghd_" + secrets.token_urlsafe(32),
        "alerts_token": "gha_" + secrets.token_urlsafe(32),
        "files_password": secrets.token_urlsafe(24),
        "n8n_encryption_key": secrets.token_hex(24),
        "n8n_runner_token": secrets.token_hex(24),
        "redis_password": secrets.token_urlsafe(24),
        "n8n_owner_email": "owner@example.com",
        "n8n_owner_password": f"Gh1-{secrets.token_urlsafe(12)}",
        "admin_password": secrets.token_urlsafe(12),
        "database_passwords": {
            name: secrets.token_urlsafe(24) for name in ("postgres", "odoo", "n8n", "sidecar")
        },
        "odoo_master_password": secrets.token_urlsafe(24),
        "users": {name: secrets.token_urlsafe(12) for name in (*USERS, "gatehouse_bot", "gatehouse_reader")},
    }
    merged = {**fresh, **found, "users": {**fresh["users"], **found.get("users", {})}}
    if merged != found:
        write_private(path, merged)
    return merged


def choose_ports(folder: Path, wanted: Mapping[str, str] = PORTS, file: str = "ports.json") -> dict[str, int]:
    """A port for each service: as asked for in its variable, as last time, or a free one."""
    path = folder / file
    last: dict[str, int] = read_json(path, {})
    ports: dict[str, int] = {}
    held: list[socket.socket] = []
    try:
        for name, variable in wanted.items():
            asked = os.environ.get(variable, "").strip() if variable else ""
            probe = socket.socket()
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.append(probe)
            try:
                probe.bind(("127.0.0.1", int(asked) if asked else last.get(name, 0)))
            except ValueError as error:
                raise StepError(
                    "choose ports", f"{variable}={asked} is no port", f"unset {variable}"
                ) from error
            except OSError as error:
                if asked:
                    hint = f"end what listens there, or unset {variable} to get a free port"
                    raise StepError("choose ports", f"{variable}={asked}: {error.strerror}", hint) from error
                probe.bind(("127.0.0.1", 0))
            ports[name] = probe.getsockname()[1]
    finally:
        for probe in held:
            probe.close()
    write_private(path, ports)
    return ports
