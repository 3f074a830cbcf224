"""docker-compose.scale.yml gives n8n's processes the variables that the native profile `scale` gives them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.build_tools import Tools
from stack.scale import PORTS, Scale, queue_environment

pytestmark = pytest.mark.contract
ROOT = Path(__file__).resolve().parents[2]
SECRETS = {"redis_password": "r", "database_passwords": {"n8n": "n", "sidecar": "s"}}


class Loader(yaml.SafeLoader):
    """Compose's own tags read as what they hold."""


Loader.add_constructor("!reset", lambda loader, node: loader.construct_sequence(node))
SERVICES: dict[str, Any] = yaml.load((ROOT / "docker-compose.scale.yml").read_text(), Loader)["services"]
SCALE = Scale({name: 1000 + at for at, name in enumerate(PORTS)}, Tools(Path("/tools")), Path("/scale"))
OF_THE_PLACE = {"QUEUE_BULL_REDIS_HOST", "QUEUE_BULL_REDIS_PORT", "QUEUE_BULL_REDIS_PASSWORD", "DB_POSTGRESDB_HOST",
                "DB_POSTGRESDB_PORT", "DB_POSTGRESDB_PASSWORD"}  # fmt: skip


@pytest.mark.parametrize("name", ["n8n", "n8n-webhook", "n8n-worker"])
def test_every_process_of_n8n_shares_queue_and_pool_as_natively(name: str) -> None:
    native = queue_environment(SCALE, SECRETS)
    inside = SERVICES[name]["environment"]
    # the password of n8n's database stands in docker-compose.yml
    assert {*inside, "DB_POSTGRESDB_PASSWORD"} == set(native)
    fixed = native.keys() - OF_THE_PLACE
    assert {key: inside[key] for key in fixed} == {key: native[key] for key in fixed}


def test_only_the_balancer_has_an_address_outside() -> None:
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["balancer"]


def test_the_pool_has_the_rules_of_the_native_one(tmp_path: Path) -> None:
    class Server:
        socket = str(tmp_path)

    scale = Scale(SCALE.ports, SCALE.tools, tmp_path)
    scale.pool(Server(), SECRETS["database_passwords"])  # type: ignore[arg-type]
    natively = set((tmp_path / "pool.ini").read_text().splitlines())
    inside = set((ROOT / "stack/containers/pool.sh").read_text().splitlines())
    for rule in (
        "pool_mode",
        "auth_type",
        "default_pool_size",
        "max_client_conn",
        "ignore_startup_parameters",
    ):
        assert [line for line in natively if line.startswith(rule)] == [
            line for line in inside if line.startswith(rule)
        ]
