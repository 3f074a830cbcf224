"""Secrets are made once and private; ports stay from start to start."""

from __future__ import annotations

import base64
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stack import dotenv, store
from stack.steps import StepError

pytestmark = pytest.mark.unit


def test_secrets_stay_and_are_private(tmp_path: Path) -> None:
    made = store.stack_secrets(tmp_path)
    assert store.stack_secrets(tmp_path) == made
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert len(base64.b64decode(made["signing_secret"].removeprefix("whsec_"))) >= 24
    assert set(store.USERS) < set(made["users"])


def words(found: Any) -> Iterator[str]:
    """Every secret in the nested mappings of a folder's secrets; an address is none."""
    for name, value in found.items():
        if name != "n8n_owner_email":
            yield from words(value) if isinstance(value, dict) else [str(value)]


def test_two_environments_share_no_secret_and_no_secret_serves_twice(tmp_path: Path) -> None:
    made = [store.stack_secrets(tmp_path / name) for name in ("staging", "production")]
    staging, production = (list(words(one)) for one in made)
    assert not set(staging) & set(production)
    assert len(set(staging)) == len(staging)
    first, second = (dotenv.values(one, f"hash of {one['n8n_owner_password']}") for one in made)
    assert [name for name in first if first[name] == second[name]] == []


def test_ports_differ_and_stay(tmp_path: Path) -> None:
    ports = store.choose_ports(tmp_path)
    assert len(set(ports.values())) == len(store.PORTS)
    assert store.choose_ports(tmp_path) == ports


def test_a_taken_port_is_replaced(tmp_path: Path) -> None:
    ports = store.choose_ports(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", ports["odoo"]))
        taken.listen()
        assert store.choose_ports(tmp_path)["odoo"] != ports["odoo"]


def test_a_port_asked_for_is_kept_or_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("GATEHOUSE_N8N_PORT", str(taken.getsockname()[1]))
        with pytest.raises(StepError) as caught:
            store.choose_ports(tmp_path)
    assert "GATEHOUSE_N8N_PORT" in caught.value.describe()
    monkeypatch.setenv("GATEHOUSE_N8N_PORT", "many")
    with pytest.raises(StepError, match="no port"):
        store.choose_ports(tmp_path)
