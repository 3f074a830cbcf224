"""Every GATEHOUSE_* variable that the code names is in docs/configuration.md, and none that it does not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.contract
ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"\bGATEHOUSE_[A-Z0-9_]*[A-Z0-9]\b")
USED = re.compile(r"[\"'](GATEHOUSE_[A-Z0-9_]+)[\"']|\b(GATEHOUSE_[A-Z0-9_]+)=")
SOURCES = ("stack", "sidecar", "odoo-addons")


def named() -> set[str]:
    """The variables in code and in docker-compose.yml."""
    found = set(NAME.findall((ROOT / "docker-compose.yml").read_text()))
    for folder in SOURCES:
        for path in (ROOT / folder).rglob("*.py"):
            found |= {quoted or keyword for quoted, keyword in USED.findall(path.read_text())}
    return found


def test_documentation_and_code_name_the_same_variables() -> None:
    assert set(NAME.findall((ROOT / "docs" / "configuration.md").read_text())) == named()


def test_the_example_sets_everything_the_containers_ask_for() -> None:
    text = (ROOT / "docker-compose.yml").read_text()
    scale = (ROOT / "docker-compose.scale.yml").read_text()
    asked = set(re.findall(r"\$\{([A-Z0-9_]+)", text + scale))
    offered = set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    defaults = set(re.findall(r"\$\{([A-Z0-9_]+):-", text + scale))
    assert asked - defaults <= offered
    assert offered <= asked
    assert yaml.safe_load(text)["name"] == "gatehouse"
