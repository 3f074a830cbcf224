"""Where a database for Odoo's tests comes from."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from stack.odoo import DATABASE, Odoo
from stack.steps import StepError


class ServerDouble:
    """Remembers what it was asked to do; it has the stack's database."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []

    def exists(self, database: str) -> bool:
        return database == DATABASE

    def tool(self, name: str, *words: object, feed: str | None = None) -> str:
        self.asked.append((name, *map(str, words)))
        return ""


@pytest.fixture
def odoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Odoo:
    processes = SimpleNamespace(folder=tmp_path)
    made = Odoo(
        cast(Any, None), cast(Any, None), cast(Any, ServerDouble()), cast(Any, processes), cast(Any, None)
    )
    monkeypatch.setattr(Odoo, "addons_key", lambda self: "today")
    monkeypatch.setattr(Odoo, "template", lambda self: tmp_path / "template")
    monkeypatch.setattr(
        Odoo, "restore", lambda self, template, database: self.server.tool("restore", database)
    )
    store = made.data / "filestore" / DATABASE
    store.mkdir(parents=True)
    (store / "picture").write_text("as it was")
    return made


def test_a_database_nobody_used_is_copied_with_its_files(odoo: Odoo) -> None:
    odoo.state.write_text(json.dumps({"key": "today"}))
    odoo.fresh("tests_1")
    assert odoo.server.asked == [("createdb", "-O", "odoo", "-T", DATABASE, "tests_1")]  # type: ignore[attr-defined]
    assert (odoo.data / "filestore" / "tests_1" / "picture").read_text() == "as it was"


@pytest.mark.parametrize(("key", "provisioned"), [("yesterday", False), ("today", True)])
def test_one_of_other_addons_or_in_use_is_restored_instead(odoo: Odoo, key: str, provisioned: bool) -> None:
    odoo.state.write_text(json.dumps({"key": key}))
    if provisioned:
        (odoo.folder / "provisioned.json").write_text("{}")
    odoo.fresh("tests_1")
    assert odoo.server.asked == [("restore", "tests_1")]  # type: ignore[attr-defined]


def test_a_restored_database_is_never_built_anew_when_the_addons_changed(odoo: Odoo) -> None:
    odoo.state.write_text(json.dumps({"key": "yesterday", "backup": "monday.tgz"}))
    with pytest.raises(StepError, match=r"monday\.tgz"):
        odoo.prepare()
    assert odoo.server.asked == []  # type: ignore[attr-defined]
    odoo.state.write_text(json.dumps({"key": "today", "backup": "monday.tgz"}))
    assert odoo.prepare() is False
