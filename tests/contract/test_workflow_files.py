"""Every workflow file keeps every rule, and the files deploy in an order without a circle."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sidecar.workflows import pages
from sidecar.workflows.deploy import order, references
from sidecar.workflows.files import read_folder
from sidecar.workflows.lint import lint_files
from sidecar.workflows.rules import RULES

FOLDER = Path(__file__).resolve().parents[2] / "n8n-workflows"
FILES = read_folder(FOLDER)


@pytest.mark.parametrize("name", [file.path.name for file in FILES])
def test_no_findings(name: str) -> None:
    assert [f"{f.rule}: {f.message}" for f in lint_files(FILES, RULES) if f.file == name] == []


def test_the_documentation_has_a_page_of_each_workflow_and_of_the_rules_as_they_are() -> None:
    folder = FOLDER.parent / "docs" / "workflows"
    written = {path.name: path.read_text() for path in folder.glob("*.md")}
    assert written == pages.pages(FILES, RULES), "run `gatehouse workflows pages`"


def test_order_ends_with_callers() -> None:
    position = {file.id: number for number, file in enumerate(order(FILES))}
    for file in FILES:
        for target in references(file.workflow) - {file.id}:
            assert position[target] < position[file.id]


def test_credentials_have_a_stub_without_secrets() -> None:
    stubs = {
        stub["id"]: stub
        for stub in map(json.loads, (p.read_text() for p in FOLDER.glob("credentials/*.json")))
    }
    used = {
        (reference["id"], kind)
        for file in FILES
        for node in file.workflow["nodes"]
        for kind, reference in (node.get("credentials") or {}).items()
    }
    assert {(stub["id"], stub["type"]) for stub in stubs.values()} >= used
    for stub in stubs.values():
        for key in ("apiKey", "secret", "previousSecret", "value"):
            assert not stub.get("data", {}).get(key), f"{stub['id']} holds a {key}"
