"""The demo's cases cover every control of docs/controls.md, each once."""

from __future__ import annotations

import re

from stack.client import ROOT
from stack.demo.__main__ import SHOWN
from stack.demo.controls.alerts import ALERTS
from stack.demo.controls.bills import BILLS
from stack.demo.controls.changes import CHANGES
from stack.demo.controls.governing import GOVERNING
from stack.demo.controls.orders import PURCHASES, SALES
from stack.demo.controls.stage import RULES
from stack.demo.controls.transfers import TRANSFERS

PAGE = (ROOT / "docs" / "controls.md").read_text()
CONTROLS = [case.control for case in [*SALES, *PURCHASES, *CHANGES, *TRANSFERS, *BILLS, *ALERTS]]
#: The main job's own steps show what is checked outside.
MAIN_JOB = {"sale_checks", "purchase_checks"}


def section(title: str) -> str:
    """The part of the page under a heading."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, title
    return found.group(1)


def test_every_control_of_these_tables_has_a_case() -> None:
    tables = [
        "With bands, before the confirmation", "With bands, before a transfer's goods move",
        "With bands, before money leaves", "With a check from outside, on deliveries",
        "With bands, before a master-data change", "With checks from outside, before goods move",
    ]  # fmt: skip
    named = {name for title in tables for name in re.findall(r"^\| `(\w+)` \|", section(title), re.MULTILINE)}
    late = set(re.findall(r"^\| ([a-z ]+) \([A-Z]\d\) \|", section("On the clock"), re.MULTILINE))
    assert sorted(CONTROLS) == sorted((named - MAIN_JOB) | late)
    assert set(CONTROLS) >= SHOWN


def test_what_governs_the_controls_has_a_case_each() -> None:
    named = set(re.findall(r"^\| (\S+) \|", section("What governs the controls"), re.MULTILINE))
    codes = [case.control for case in GOVERNING]
    # what runs on the clock (G5) is an alert's case, and figures (M4) are counted by the night
    assert sorted(codes) == sorted((named - {"code", "–", "---", "G5", "M4"}) | {"break-glass", "back-test"})


def test_a_policy_of_the_cases_judges_one_control_for_one_tag_or_category() -> None:
    controls = [rule.control for rule in RULES]
    assert len(controls) == len(set(controls))
    assert set(controls) <= set(CONTROLS)
