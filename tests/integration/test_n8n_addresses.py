"""What n8n of docker-compose.yml may call, judged by n8n's own code with the settings of that file."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.build_n8n import n8n_tree
from stack.build_python import odoo_venv

pytestmark = pytest.mark.integration
ROOT = Path(__file__).resolve().parents[2]
NAMES = {"odoo": "172.18.0.3", "sidecar": "172.18.0.4", "partners": "172.18.0.5", "postgres": "172.18.0.2",
         "redis": "172.18.0.6", "n8n": "172.18.0.7"}  # fmt: skip


def settings() -> dict[str, str]:
    """The protection's variables as compose fills them where .env says nothing."""
    inside = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["n8n"]["environment"]
    return {
        name: re.sub(r"^\$\{[A-Z0-9_]+:-(.*)\}$", r"\1", value)
        for name, value in inside.items()
        if name.startswith("N8N_SSRF_")
    }


def judged(*urls: str) -> dict[str, Any]:
    tree = n8n_tree(odoo_venv())
    script = Path(__file__).with_name("n8n_addresses.cjs")
    words = [tree.node.node, script, tree.modules, json.dumps(NAMES), json.dumps(urls)]
    ran = subprocess.run(words, env=settings(), capture_output=True, text=True, timeout=60, check=True)
    found: dict[str, Any] = json.loads(ran.stdout)
    return found


def test_in_containers_n8n_calls_what_it_works_with_by_name_and_no_address_beside_it() -> None:
    mine = [f"http://{name}:80/" for name in ("odoo", "sidecar", "partners")]
    others = [f"http://{name}:80/" for name in ("postgres", "redis", "n8n")]
    numbers = [f"http://{address}:80/" for address in NAMES.values()]
    found = judged(*mine, *others, *numbers)
    assert found["enabled"] is True
    assert {url for url, allowed in found["allowed"].items() if allowed} == set(mine)
