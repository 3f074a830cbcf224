"""`python3 -m stack.containers.handover request|credentials|key`: files between Odoo's set-up and those that come after it.

Standard library only: it runs in Odoo's image. Settings come from the environment of the service odoo-setup.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stack.credentials import credentials
from stack.store import USERS

URLS = {"odoo": "http://odoo:8069", "sidecar": "http://sidecar:8000", "partners": "http://partners:8090"}
DATABASE = "odoo"


def request(environ: Mapping[str, str]) -> dict[str, Any]:
    """What `stack/provision_odoo.py` is asked for: the bot and the reader always, the demo users with demo data only."""
    users = {name: secrets.token_urlsafe(24) for name in ("gatehouse_bot", "gatehouse_reader")}
    if environ.get("GATEHOUSE_DEMO_DATA"):
        users |= dict.fromkeys(USERS, environ["GATEHOUSE_ADMIN_PASSWORD"])
    return {
        "users": users,
        "admin_password": environ["GATEHOUSE_ADMIN_PASSWORD"],
        "url": environ["GATEHOUSE_PUBLIC_URL"],
    }


def filled(environ: Mapping[str, str], bot_key: str) -> list[dict[str, Any]]:
    """n8n's credentials with the secrets of `.env` and the bot's fresh key."""
    known = {
        "partners_key": environ["GATEHOUSE_PARTNER_KEY"],
        "sidecar_keys": {"n8n": environ["GATEHOUSE_SIDECAR_KEY"]},
        "signing_secret": environ["GATEHOUSE_SIGNING_SECRET"],
        "mail_token": environ["GATEHOUSE_MAIL_TOKEN"],
        "alerts_token": environ["GATEHOUSE_ALERTS_TOKEN"],
        "documents_token": environ["GATEHOUSE_DOCUMENTS_TOKEN"],
    }
    urls = {
        **URLS,
        "mail": environ.get("GATEHOUSE_SMTP_URL") or "smtp://localhost:587",
        "files": environ.get("GATEHOUSE_SFTP_URL") or "sftp://localhost",
    }
    return credentials(urls, DATABASE, known, bot_key)


def write(path: Path, text: str, mode: int) -> None:
    """Replace a file with one that only those of `mode` may read; whoever reads meanwhile sees the old one or the new."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "w") as out:
        out.write(text)
    fresh.replace(path)


def main(arguments: list[str]) -> int:
    """Write one of the three files."""
    if len(arguments) == 2 and arguments[0] == "request":
        write(Path(arguments[1]), json.dumps(request(os.environ)), 0o600)
        return 0
    if len(arguments) == 3 and arguments[0] in ("credentials", "key"):
        bot = str(json.loads(Path(arguments[1]).read_text())["bot_key"])
        text = bot if arguments[0] == "key" else json.dumps(filled(os.environ, bot))
        write(Path(arguments[2]), text, 0o640)
        return 0
    print("usage: handover request FILE | credentials ANSWER FILE | key ANSWER FILE", file=sys.stderr)
    return 2


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
