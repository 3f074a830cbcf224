"""docker-compose.yml and the native stack set the same environment variables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from stack import environment

pytestmark = pytest.mark.contract
ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
SECRETS = {
    "n8n_encryption_key": "e",
    "n8n_owner_email": "o@example.com",
    "n8n_runner_token": "t",
    "signing_secret": "whsec_x",
    "sidecar_keys": {"score": "a", "classify": "b", "n8n": "c", "train": "d", "admin": "e"},
    "partners_key": "p",
    "mail_token": "m",
    "imap_passwords": {"service": "s", "documents": "d"},
}
PORTS = {
    "odoo": 1,
    "n8n": 2,
    "sidecar": 3,
    "partners": 4,
    "n8n_broker": 5,
    "mail": 6,
    "watch": 7,
    "imap": 8,
    "lmtp": 9,
}
PLACE = environment.Place(PORTS, "/socket", "/folder", SECRETS, "hash")
# How the images themselves are told their database; the native stack uses a socket without a password.
OF_THE_IMAGES = {"odoo": {"HOST", "USER", "PASSWORD"}, "n8n": {"DB_POSTGRESDB_PASSWORD"}}


def native(service: str) -> dict[str, str]:
    """The variables that the native stack sets for a service."""
    return {
        "odoo": environment.odoo_environment(PLACE),
        "n8n": environment.n8n_environment(PLACE),
        "sidecar": environment.sidecar_environment(PLACE, "sqlite://"),
        "partners": environment.partners_environment(PLACE),
        "watch": environment.watch_environment(PLACE, "k", "k"),
        "mailbox": environment.mailbox_environment(PLACE, "k"),
        "jobs": environment.jobs_environment(PLACE, "sqlite://", "k"),
    }[service]


@pytest.mark.parametrize("service", ["odoo", "n8n", "sidecar", "partners", "watch", "mailbox", "jobs"])
def test_both_stacks_set_the_same_names(service: str) -> None:
    # what the containers hand over in a file is a variable here
    inside = {name.removesuffix("_FILE") for name in SERVICES[service]["environment"]}
    inside -= OF_THE_IMAGES.get(service, set())
    assert inside == set(native(service))


def test_what_does_not_depend_on_the_place_is_equal() -> None:
    inside = SERVICES["n8n"]["environment"]
    assert {name: inside[name] for name in environment.N8N_FIXED} == environment.N8N_FIXED
    assert set(environment.n8n_environment(PLACE)) == {*environment.N8N_FIXED, *environment.N8N_OF_THE_PLACE}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("NODE_ENV", "production"),
        ("N8N_BLOCK_ENV_ACCESS_IN_NODE", "true"),
        ("N8N_SSRF_PROTECTION_ENABLED", "true"),
        ("N8N_PAYLOAD_SIZE_MAX", "2"),
        ("N8N_FORMDATA_FILE_SIZE_MAX", "2"),
        ("N8N_DIAGNOSTICS_ENABLED", "false"),
    ],
)
def test_n8n_is_closed(name: str, value: str) -> None:
    assert native("n8n")[name] == SERVICES["n8n"]["environment"][name] == value
    assert "executeCommand" in native("n8n")["NODES_EXCLUDE"]


def test_every_published_port_is_on_loopback() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_the_profiles() -> None:
    assert {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service} == {
        "partners": ["demo"],
        "imap": ["demo"],
        "mailbox": ["mailbox"],
        "jobs": ["training"],
        "prometheus": ["observability"],
        "alertmanager": ["observability"],
        "grafana": ["observability"],
    }
