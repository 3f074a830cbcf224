"""What each sub-workflow that speaks to a partner takes and gives, as JSON Schema."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from sidecar.workflows.files import read_folder
from sidecar.workflows.rules.contracts import speaks_to_a_partner
from tests.contract.schemas import DOCS, WORKFLOWS, errors

pytestmark = pytest.mark.contract
FILES = read_folder(Path(__file__).resolve().parents[2] / "n8n-workflows")
PARTNERS = [file.path.stem for file in FILES if speaks_to_a_partner(file.workflow)]


def test_every_sub_workflow_that_speaks_to_a_partner_has_its_pair_and_no_other() -> None:
    assert set(WORKFLOWS) == {"item", *(f"{name}.{way}" for name in PARTNERS for way in ("in", "out"))}
    assert {name[:3] for name in PARTNERS} == {"03-", "60-", "70-"}


@pytest.mark.parametrize("name", list(WORKFLOWS))
def test_a_schema_is_valid_and_its_examples_fit(name: str) -> None:
    schema = WORKFLOWS[name]
    Draft202012Validator.check_schema(schema)
    assert schema["$id"] == f"gatehouse/workflows/{name}.schema.json"
    assert schema["examples"]
    assert [errors(name, example) for example in schema["examples"]] == [[]] * len(schema["examples"])


def test_references_are_paths_to_files_that_are_there() -> None:
    """So that whatever reads a schema from its file finds the others."""
    folder = DOCS / "contracts" / "workflows"
    for name in WORKFLOWS:
        for target in re.findall(r'"\$ref": "([^#"]+)', (folder / f"{name}.schema.json").read_text()):
            assert (folder / target).is_file(), f"{name}: {target}"


def changed(value: Any, path: str, to: Any) -> Any:
    """A copy with one place changed, or without it where `to` is None."""
    copied = copy.deepcopy(value)
    *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    place = copied
    for part in parents:
        place = place[part]
    if to is None:
        del place[last]
    else:
        place[last] = to
    return copied


@pytest.mark.parametrize(
    ("name", "path", "to"),
    [
        ("70-finance-exposure.in", "data/amount_total", 119.0),
        ("70-finance-exposure.in", "data/customer", None),
        ("70-finance-exposure.in", "event_id", "42"),
        ("70-finance-exposure.out", "checks/0/measures/limit/value", 100000),
        ("70-finance-exposure.out", "checks/0/measures/headroom", None),
        ("70-finance-exposure.out", "checks", []),
        ("70-finance-exposure.out", "checks/0/source", "sidecar"),
        ("70-carrier-limits.in", "data/weight_kg", "3.5"),
        ("70-carrier-limits.out", "checks/0/measures", {"weight": {"value": 1}}),
        ("70-account-data.in", "data/customer", 7),
        ("70-account-data.out", "checks/0/measures/active", True),
        ("70-supplier-availability.in", "data/items", []),
        ("70-supplier-availability.out", "checks/0/measures/days_late", None),
        ("70-carrier-booking.in", "effect/key", None),
        ("70-carrier-booking.in", "effect/kind", "message"),
        ("70-carrier-booking.in", "data/recipient/city", None),
        ("70-carrier-booking.out", "result/reference", None),
        ("70-carrier-booking.out", "result/outcome", "perhaps"),
        ("70-carrier-booking.out", "result/attributes/label/content_type", "text/html"),
        ("70-carrier-records.in", "data/days", 90),
        ("70-carrier-records.out", "records", []),
        ("70-carrier-records.out", "records/0/rows/0/key", None),
        ("70-carrier-records.out", "records/0/available", False),
        ("70-finance-records.in", "data/records", "balances"),
        ("70-finance-records.out", "records/0/rows/0/balance/value", 7000),
        ("60-send-messages.in", "data/message/to", ""),
        ("60-send-messages.out", "recorded", None),
        ("03-send-alerts.in", "data/format", "fax"),
        ("03-send-alerts.in", "data/link", "javascript:alert(1)"),
        ("03-send-alerts.out", "result/outcome", "perhaps"),
    ],
)
def test_what_does_not_fit(name: str, path: str, to: Any) -> None:
    assert errors(name, changed(WORKFLOWS[name]["examples"][0], path, to))


def test_every_schema_refuses_something() -> None:
    [mark] = [mark for mark in test_what_does_not_fit.pytestmark if mark.name == "parametrize"]  # type: ignore[attr-defined]
    assert {row[0] for row in mark.args[1]} == set(WORKFLOWS) - {"item"}
