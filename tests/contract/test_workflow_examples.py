"""The example workflows keep every rule but those that they exist to do without, and no deployment takes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from sidecar.workflows.files import read_folder
from sidecar.workflows.lint import lint_files
from sidecar.workflows.rules import RULES

pytestmark = pytest.mark.contract
FOLDER = Path(__file__).resolve().parents[2] / "n8n-workflows"
EXAMPLES = read_folder(FOLDER / "examples")
#: The signature is checked by nodes after the trigger, one of them is Crypto.
WITHOUT = {"signed-trigger", "known-node-types"}


def test_the_examples_keep_the_other_rules() -> None:
    rules = [rule for rule in RULES if rule.id not in WITHOUT]
    handler = [file for file in read_folder(FOLDER) if file.name == "00-handle-workflow-error"]
    found = lint_files([*EXAMPLES, *handler], rules)
    assert [f"{f.rule}: {f.message}" for f in found] == []


def test_the_examples_use_stock_nodes_only_and_are_not_among_the_deployed() -> None:
    assert EXAMPLES
    types = {node["type"] for file in EXAMPLES for node in file.workflow["nodes"]}
    assert {name.split(".")[0] for name in types} == {"n8n-nodes-base"}
    assert {file.id for file in EXAMPLES}.isdisjoint(file.id for file in read_folder(FOLDER))
