"""No container is root, has a capability, or writes anywhere but where this file says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.contract
ROOT = Path(__file__).resolve().parents[2]


class Loader(yaml.SafeLoader):
    """Compose's own tags read as what they hold."""


Loader.add_constructor("!reset", lambda loader, node: loader.construct_sequence(node))


def read(name: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.load((ROOT / name).read_text(), Loader)["services"]
    return found


PLAIN, SCALE = read("docker-compose.yml"), read("docker-compose.scale.yml")


def whole(name: str) -> dict[str, Any]:
    """A service as compose runs it: what it extends, then docker-compose.yml, then docker-compose.scale.yml."""
    over = SCALE.get(name, {})
    under = PLAIN[over["extends"]["service"]] if "extends" in over else PLAIN.get(name, {})
    return {**under, **over}


SERVICES = {name: whole(name) for name in {**PLAIN, **SCALE}}
#: What a service writes that outlives it, and why; nothing else does.
KEEPS = {
    "postgres": {"/var/lib/postgresql"},  # the databases
    "odoo": {"/var/lib/odoo"},  # attachments and sessions
    "odoo-setup": {
        "/var/lib/odoo",
        "/setup",
        "/keys",
    },  # the same; n8n's credentials and the watch's key, handed over
    "n8n": {"/home/node/.n8n"},  # binary data, its event log
    "n8n-setup": {"/home/node/.n8n"},
    "n8n-webhook": {"/home/node/.n8n"},
    "n8n-worker": {"/home/node/.n8n"},
    "setup": {"/setup", "/keys"},  # deletes the credentials that n8n took in; the watch's key of n8n
    "jobs": {"/app/models"},  # the models it trains
    "imap": {"/srv/vmail"},
    "prometheus": {"/prometheus"},
    "alertmanager": {"/alertmanager"},
    "grafana": {"/var/lib/grafana"},
}


def user_of(service: dict[str, Any]) -> str:
    """Whom its process runs as: what compose says, or the last word of the Dockerfile it is built from."""
    if "user" in service:
        return str(service["user"])
    said = re.findall(r"^USER +(\S+)", (ROOT / service["build"]["dockerfile"]).read_text(), re.MULTILINE)
    return str(said[-1])


def test_merged_settings_do_not_name_the_same_thing_twice() -> None:
    """Readers of YAML differ in which of several merged mappings wins; what a service names itself always does."""
    extensions = yaml.load((ROOT / "docker-compose.yml").read_text(), Loader)
    for common in ("x-hardened", "x-once"):
        for image in ("x-odoo", "x-n8n"):
            assert not set(extensions[common]) & set(extensions[image])


@pytest.mark.parametrize("name", SERVICES)
def test_no_process_is_root_or_can_become_it(name: str) -> None:
    service = SERVICES[name]
    assert user_of(service).split(":")[0] not in ("root", "0", "")
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", SERVICES)
def test_no_process_has_a_capability(name: str) -> None:
    service = SERVICES[name]
    assert service["cap_drop"] == ["ALL"]
    assert not {"cap_add", "privileged", "devices", "pid", "network_mode", "ipc"} & set(service)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_writes_into_its_volumes_alone(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    mounts = [mount.split(":") for mount in service.get("volumes", [])]
    assert {mount[1] for mount in mounts if mount[2:] != ["ro"]} == KEEPS.get(name, set())
    assert "/tmp:mode=1777" in service["tmpfs"]
    if service.get("image") == "gatehouse-n8n":
        assert "/home/node/.cache:mode=1777" in service["tmpfs"]


def test_only_models_are_written_outside_the_volumes_of_the_containers() -> None:
    written = {
        (name, mount.split(":")[0])
        for name, service in SERVICES.items()
        for mount in service.get("volumes", [])
        if mount.startswith((".", "/")) and not mount.endswith(":ro")
    }
    assert written == {("jobs", "./models")}


def test_nothing_of_ours_lies_in_a_volume_that_an_image_declares() -> None:
    """Compose keeps such a volume when the image is newer: the addons in it would stay the old ones."""
    for path in (ROOT / "stack/containers").glob("*.Dockerfile"):
        assert "COPY odoo-addons /mnt/" not in path.read_text()
    assert "/mnt/extra-addons:mode=0555" in SERVICES["odoo"]["tmpfs"]
    assert "/mnt/extra-addons" not in " ".join(SERVICES["odoo"]["command"])


def test_nothing_is_installed_at_a_start() -> None:
    for name, service in SERVICES.items():
        words = " ".join([*service.get("entrypoint", []), *service.get("command", [])])
        assert not re.search(r"\b(npm|pip|apt-get|apk|curl|wget)\b", words), name
