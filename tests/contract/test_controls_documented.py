"""docs/controls.md lists every control of the addons, and every test file it names is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.contract
ROOT = Path(__file__).resolve().parents[2]
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


def test_every_control_has_a_case_on_the_screens() -> None:
    told = "".join(path.read_text() for path in (ROOT / "stack" / "demo" / "controls").glob("*.py"))
    told += "".join(path.read_text() for path in (ROOT / "tests" / "e2e" / "screens").glob("test_*.py"))
    assert {control for control in in_code() if f'"{control}"' not in told} == set()
