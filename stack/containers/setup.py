"""`python -m stack.containers.setup`: deploys the workflows into n8n, gives the watch its key, says where everything is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from stack.containers.handover import write
from stack.n8n_editor import N8nRefused
from stack.n8n_keys import N8nKeys

CREDENTIALS = Path("/setup/credentials.json")
WATCH_KEY = Path("/keys/n8n")
WATCH_SCOPES = ("workflow:list", "execution:list")
"""What `gatehouse watch` asks of n8n; it changes nothing there."""


def main() -> int:
    """Deploy, remove the credentials that n8n has taken in, print the addresses; 1 with a message on failure."""
    url = os.environ["GATEHOUSE_N8N_URL"]
    owner = os.environ["N8N_INSTANCE_OWNER_EMAIL"], os.environ["N8N_INSTANCE_OWNER_PASSWORD"]
    try:
        key, _ = N8nKeys(url).make(*owner, "gatehouse containers")
        watching, _ = N8nKeys(url).make(*owner, "gatehouse watch", WATCH_SCOPES)
    except N8nRefused as error:
        print(f"n8n gave no API key: {error}\nread: docker compose logs n8n", file=sys.stderr)
        return 1
    write(WATCH_KEY, watching, 0o640)
    command = [sys.executable, "-m", "sidecar.cli", "workflows", "deploy"]
    code = subprocess.call(command, env={**os.environ, "GATEHOUSE_N8N_API_KEY": key})
    CREDENTIALS.unlink(missing_ok=True)
    if code:
        print(
            "the workflows were not deployed; mend what is named above and run: docker compose up setup",
            file=sys.stderr,
        )
        return code
    print("Gatehouse is up; addresses: docker compose ps, logins: .env")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
