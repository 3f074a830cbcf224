"""The last step of a start in containers: workflows deployed, the watch's key handed over, no credentials left."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from stack.containers import setup
from stack.n8n_editor import N8nRefused


class Keys:
    """An n8n that makes keys and remembers which."""

    made: list[tuple[str, tuple[str, ...]]]

    def __init__(self, url: str) -> None:
        self.url = url

    def make(self, _email: str, _word: str, label: str, scopes: Sequence[str] = ()) -> tuple[str, int]:
        self.made.append((label, tuple(scopes)))
        return f"key of {label}", 0


class NoKeys(Keys):
    """An n8n that refuses."""

    def make(self, *_arguments: Any) -> tuple[str, int]:
        raise N8nRefused("/rest/login answered 401")


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The keys that the deployment was called with; it ends well."""
    keys: list[str] = []
    monkeypatch.setenv("GATEHOUSE_N8N_URL", "http://n8n:5678")
    monkeypatch.setenv("N8N_INSTANCE_OWNER_EMAIL", "owner@example.com")
    monkeypatch.setenv("N8N_INSTANCE_OWNER_PASSWORD", "word")
    monkeypatch.setattr(setup, "CREDENTIALS", tmp_path / "credentials.json")
    monkeypatch.setattr(setup, "WATCH_KEY", tmp_path / "n8n")
    monkeypatch.setattr(
        setup.subprocess, "call", lambda words, env: keys.append(env["GATEHOUSE_N8N_API_KEY"]) or 0
    )
    monkeypatch.setattr(Keys, "made", [], raising=False)
    monkeypatch.setattr(setup, "N8nKeys", Keys)
    (tmp_path / "credentials.json").write_text("[]")
    return keys


def test_the_watch_gets_a_key_that_lists_and_the_deployment_one_that_changes(
    deployed: list[str], tmp_path: Path
) -> None:
    assert setup.main() == 0
    assert Keys.made == [
        ("gatehouse containers", ()),
        ("gatehouse watch", ("workflow:list", "execution:list")),
    ]
    assert deployed == ["key of gatehouse containers"]
    assert (tmp_path / "n8n").read_text() == "key of gatehouse watch"
    assert stat.S_IMODE((tmp_path / "n8n").stat().st_mode) == 0o640
    assert not (tmp_path / "credentials.json").exists()


def test_without_a_key_nothing_is_deployed_and_the_step_says_why(
    deployed: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(setup, "N8nKeys", NoKeys)
    assert setup.main() == 1
    assert (deployed, (tmp_path / "n8n").exists()) == ([], False)
    assert "docker compose logs n8n" in capsys.readouterr().err
