"""The demo's cases cover every control of docs/controls.md, each once."""

from __future__ import annotations

import re

from stack.client import ROOT
from stack.demo.__main__ import SHOWN
from stack.demo.controls.alerts import ALERTS
from stack.demo.controls.changes import CHANGES
from stack.demo.controls.orders import PURCHASES, SALES
from stack.demo.controls.stage import RULES

PAGE = (ROOT / "docs" / "controls.md").read_text()
CONTROLS = [case.control for case in [*SALES, *PURCHASES, *CHANGES, *ALERTS]]
#: The main job's own steps show what is checked outside.
MAIN_JOB = {"sale_checks", "purchase_checks"}


def test_every_control_of_the_page_has_a_case() -> None:
    named = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    on_the_clock = re.search(r"## On the clock(.*?)\n## ", PAGE, re.DOTALL)
    assert on_the_clock
    late = set(re.findall(r"^\| ([a-z ]+) \|", on_the_clock.group(1), re.MULTILINE)) - {"alert"}
    assert sorted(CONTROLS) == sorted((named - MAIN_JOB) | late)
    assert set(CONTROLS) >= SHOWN


def test_a_policy_of_the_cases_judges_one_control_for_one_tag_or_category() -> None:
    controls = [rule.control for rule in RULES]
    assert len(controls) == len(set(controls))
    assert set(controls) <= set(CONTROLS)
