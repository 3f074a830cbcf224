"""Models are trained on the history that a company begins with, never on what a stack's database holds by now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from stack import training
from stack.build_odoo import OdooTree
from stack.build_python import Venv
from stack.environment import Place
from stack.odoo import DATABASE, Odoo
from stack.processes import Processes, Service
from stack.steps import StepError

PORT = 8069


class ServerDouble:
    """The databases that are there, by what they were made of."""

    def __init__(self) -> None:
        self.databases = {DATABASE: "the demo's anomalies"}

    def drop(self, database: str) -> None:
        self.databases.pop(database, None)

    def hurry(self, database: str) -> None:
        assert database in self.databases


class ProcessesDouble(Processes):
    """Starts nothing; remembers what runs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.services: list[Service] = []
        self.alive: set[str] = set()

    def start(self, service: Service) -> None:
        self.services.append(service)
        self.alive.add(service.name)

    def stop(self, name: str, gentle: int = 15, wait: float = 20) -> bool:
        self.alive.discard(name)
        return True


@pytest.fixture
def odoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Odoo:
    monkeypatch.setenv("GATEHOUSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(Odoo, "base_key", lambda self: "base")
    monkeypatch.setattr(Odoo, "base_template", lambda self: tmp_path / "the history")
    monkeypatch.setattr(
        Odoo, "restore", lambda self, template, name: self.server.databases.update({name: template.name})
    )
    venv = Venv("odoo-venv", tmp_path / "odoo-venv")
    tree = OdooTree("tree", tmp_path / "odoo-bin", tmp_path, ())
    place = Place({"odoo": PORT, "n8n": 5678}, "", str(tmp_path), {"signing_secret": "whsec"}, "")
    server: Any = ServerDouble()
    return Odoo(tree, venv, server, ProcessesDouble(tmp_path), place)


@pytest.fixture
def read(odoo: Odoo, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, str]]:
    """What each training was pointed at: its subject, the database's content, the address."""
    seen: list[tuple[str, str, str]] = []

    def run(name: str, command: Sequence[object], *, env: Mapping[str, str], **rest: Any) -> str:
        server: Any = odoo.server
        seen.append(
            (name, server.databases[env["GATEHOUSE_ODOO_DB"]], env["GATEHOUSE_ODOO_URL"]),
        )
        return ""

    monkeypatch.setattr(training, "run", run)
    return seen


def trained(odoo: Odoo, key: str = "venv") -> Path:
    return training.trained_models(odoo, Venv(key, Path("/no/venv")))


def test_training_reads_a_copy_of_the_history_through_an_odoo_of_its_own(
    odoo: Odoo, read: list[tuple[str, str, str]]
) -> None:
    trained(odoo)
    assert [(name, content) for name, content, _ in read] == [
        (f"train {name}", "the history") for name in ("discounts", "purchases", "patterns")
    ]
    processes: Any = odoo.processes
    [service] = processes.services
    [url] = {url for *_, url in read}
    assert url == f"http://127.0.0.1:{service.command[service.command.index('--http-port') + 1]}"
    assert not url.endswith(f":{PORT}")
    assert DATABASE not in service.command
    assert not [name for name in service.env if name.startswith("GATEHOUSE_")]


def test_nothing_of_it_is_left_and_a_second_start_trains_nothing(
    odoo: Odoo, read: list[tuple[str, str, str]]
) -> None:
    assert trained(odoo) == trained(odoo)
    processes, server = odoo.processes, odoo.server
    assert len(read) == 3
    assert processes.alive == set()  # type: ignore[attr-defined]
    assert server.databases == {DATABASE: "the demo's anomalies"}  # type: ignore[attr-defined]


def test_a_training_that_fails_leaves_neither_models_nor_an_odoo_nor_its_database(
    odoo: Odoo, read: list[tuple[str, str, str]], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fail(name: str, *words: object, **rest: object) -> str:
        raise StepError(name, "exit code 1")

    monkeypatch.setattr(training, "run", fail)
    with pytest.raises(StepError, match="train discounts"):
        trained(odoo)
    processes, server = odoo.processes, odoo.server
    assert processes.alive == set()  # type: ignore[attr-defined]
    assert list(server.databases) == [DATABASE]  # type: ignore[attr-defined]
    assert not list((tmp_path / "cache").glob("models-*"))
