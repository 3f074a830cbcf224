"""Which Chromium tests and pictures use."""

from __future__ import annotations

from pathlib import Path

import pytest

from stack.browser import install_chromium


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine's folder of programs, and nothing else on its path."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def program(folder: Path, name: str, answer: int = 0) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\nexit {answer}\n")
    path.chmod(0o755)
    return path


def test_the_one_without_windows_is_taken_before_the_whole_one(machine: Path) -> None:
    program(machine, "chromium")
    shell = program(machine, "chromium-headless-shell")
    assert install_chromium() == str(shell)


def test_a_whole_one_does_where_the_distribution_has_none_without_windows(machine: Path) -> None:
    whole = program(machine, "chromium")
    program(machine, "apt-get", answer=100)  # asked, it would end the test
    program(machine, "apt-cache", answer=100)
    assert install_chromium() == str(whole)
