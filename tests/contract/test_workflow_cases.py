"""docs/reliability.md names, for each workflow and each of four cases, the tests that take it through that case on the real n8n."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

pytestmark = pytest.mark.contract
ROOT = Path(__file__).resolve().parents[2]
TIERS = ("e2e", "integration", "faults")
CASES = ("ordinary", "down", "again", "garbage")
Covered = dict[str, dict[str, set[str]]]


def workflows() -> set[str]:
    """The slug of each file, which is its workflow's name."""
    return {path.stem for path in (ROOT / "n8n-workflows").glob("*.json")}


def covered() -> Covered:
    """{workflow: {case: test files, without `test_`}} by the `covers` marks on the tests' functions."""
    found: Covered = defaultdict(lambda: defaultdict(set))
    for tier in TIERS:
        for path in (ROOT / "tests" / tier).rglob("test_*.py"):
            for node in ast.parse(path.read_text()).body:
                if isinstance(node, ast.FunctionDef):
                    for words, cases in filter(None, map(arguments, node.decorator_list)):
                        for word in words.split():
                            for case in cases.split():
                                found[word][case].add(f"{tier}/{path.stem.removeprefix('test_')}")
    return found


def arguments(decorator: ast.expr) -> list[str] | None:
    """What a `covers` mark says; None of another decorator."""
    if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.covers":
        return [ast.literal_eval(word) for word in decorator.args]
    return None


def told() -> dict[str, list[str]]:
    """{workflow: its cells} of the page's table."""
    page = (ROOT / "docs" / "reliability.md").read_text()
    rows = re.findall(r"^\| \[([\w-]+)\]\(workflows/\1\.md\) \|(.+)\|$", page, re.MULTILINE)
    return {name: [cell.strip() for cell in cells.split("|")] for name, cells in rows}


def test_every_workflow_has_its_row_and_each_cell_names_the_tests_that_say_so() -> None:
    by = covered()
    assert told() == {name: [", ".join(sorted(by[name][case])) for case in CASES] for name in workflows()}


def test_every_workflow_is_taken_through_every_case() -> None:
    by = covered()
    assert [(name, case) for name in sorted(workflows()) for case in CASES if not by[name][case]] == []


def test_marks_name_workflows_and_cases_that_there_are() -> None:
    by = covered()
    assert set(by) <= workflows()
    assert {case for cases in by.values() for case in cases} <= set(CASES)
