"""docs/controls.md lists every control of the addons, and every test file it names is there."""

from __future__ import annotations

import ast
import importlib
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.contract
ROOT = Path(__file__).resolve().parents[2]
SCREENS = ROOT / "tests" / "e2e" / "screens"
PAGE = (ROOT / "docs" / "controls.md").read_text()


def in_code() -> set[str]:
    """The values of `gatehouse.policy.control` in every addon."""
    found = set()
    for path in (ROOT / "odoo-addons").glob("*/models/gatehouse_policy.py"):
        text = path.read_text()
        choices = re.search(r"control = fields\.Selection\((.*?)\]", text, re.DOTALL)
        assert choices, path
        found |= set(re.findall(r'\("(\w+)", "', choices.group(1)))
    return found


def test_every_control_is_documented_and_none_that_is_not_there() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == in_code()


def test_every_test_file_named_is_there() -> None:
    named = set(re.findall(r"`(odoo-addons/[\w/.]+\.py)`", PAGE))
    assert named
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []


def bypassed() -> set[str]:
    """The keys of every `BYPASS` in the addons' tests: controls that were tried on each way round."""
    found: set[str] = set()
    for path in (ROOT / "odoo-addons").glob("*/tests/test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assign) and [getattr(name, "id", "") for name in node.targets] == [
                "BYPASS"
            ]:
                assert isinstance(node.value, ast.Dict), path
                found |= {str(ast.literal_eval(key)) for key in node.value.keys if key}
    return found


def test_every_control_that_stops_something_is_tried_on_each_way_round() -> None:
    # what promised goods miss (`stock_shortage`) stops nothing
    sections = re.findall(
        r"^## With (?:bands|checks from outside), .*?(?=^## )", PAGE, re.DOTALL | re.MULTILINE
    )
    assert len(sections) == 6
    assert bypassed() == set(re.findall(r"^\| `(\w+)` \|", "".join(sections), re.MULTILINE))


def test_a_company_that_starts_has_a_policy_of_every_control() -> None:
    shipped = {
        control
        for path in (ROOT / "odoo-addons").glob("*/data/gatehouse_policy.xml")
        for control in re.findall(r'<field name="control">(\w+)</field>', path.read_text())
    }
    starter = set(
        re.findall(r"^    control: (\w+)$", (ROOT / "policies" / "starter.yaml").read_text(), re.MULTILINE)
    )
    # one is placed by a company's own rules, the other is the example of docs/extending.md
    assert shipped | starter == in_code() - {"manual", "sale_express"}


def walked() -> set[str]:
    """Controls of the cases that the tests of the screens are run with, and those that such a test names."""
    found: set[str] = set()
    for path in SCREENS.glob("test_*.py"):
        module = importlib.import_module(f"tests.e2e.screens.{path.stem}")
        tests = [value for name, value in vars(module).items() if name.startswith("test_")]
        for run in [
            mark for test in tests for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"
        ]:
            found |= {case.control for case in run.args[1]}
        found |= set(re.findall(r'"(\w+)"', path.read_text()))
    return found


def test_every_control_has_a_case_on_the_screens() -> None:
    assert in_code() - walked() == set()


def test_what_governs_the_controls_names_its_walk_on_the_screens() -> None:
    [section] = re.findall(r"^## What governs the controls\n.*?(?=^## )", PAGE, re.DOTALL | re.MULTILINE)
    rows = re.findall(r"^\| (?:G\d|–) \|.*$", section, re.MULTILINE)
    assert len(rows) == 8
    for row in rows:
        walks = re.findall(r"`tests/e2e/screens/(test_\w+\.py)`", row)
        assert walks, row
        assert [name for name in walks if not (SCREENS / name).is_file()] == []
