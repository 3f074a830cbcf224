"""Environments: which n8n a command talks to, and what has to run elsewhere first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sidecar.workflows.client import N8nClient
from sidecar.workflows.commands import workflows
from sidecar.workflows.environments import read_environments, require_running
from sidecar.workflows.files import WorkflowError, WorkflowFile, write_file
from sidecar.workflows.normal import Workflow, normalise, render
from sidecar.workflows.rules.examples import BASE
from tests.unit.workflows.test_deploy import remote

TOML = """
[staging]
url = "https://n8n.staging.example"

[production]
url = "https://n8n.example"
after = "staging"
recorded = true
[production.credentials]
gatehouse-smtp = "AbC123"
"""


def written(folder: Path, text: str = TOML) -> Path:
    path = folder / "environments.toml"
    path.write_text(text)
    return path


def test_each_environment_has_its_address_its_ids_and_its_predecessor(tmp_path: Path) -> None:
    found = read_environments(written(tmp_path))
    assert found["staging"].url == "https://n8n.staging.example"
    production = found["production"]
    assert (production.after, production.recorded) == ("staging", True)
    assert dict(production.credentials) == {"gatehouse-smtp": "AbC123"}
    assert production.key_variable == "GATEHOUSE_N8N_API_KEY_PRODUCTION"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[a]", r"\[a\] needs url"),
        ('[a]\nurl = "x"\napi_key = "secret"', r"\[a\] has no api_key"),
        ("[a]\nurl = 1", "url of .* must be a text"),
        ('[a]\nurl = "x"\nafter = "b"', "comes after b, which is no environment"),
        ('[a]\nurl = "x"\nafter = "b"\n[b]\nurl = "y"\nafter = "a"', "a -> b -> a"),
        ("a = 1", r"must be a table"),
        ("[a", "is no TOML"),
    ],
)
def test_a_wrong_file_is_refused_by_name(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(WorkflowError, match=words):
        read_environments(written(tmp_path, text))


class Answers:
    """n8ns by address, in place of their APIs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, runs: dict[str, list[Workflow]]) -> None:
        self.asked: list[tuple[str, str]] = []

        def make(client: N8nClient, url: str, api_key: str) -> None:
            self.asked.append((url, api_key))
            client._base = url

        monkeypatch.setattr(N8nClient, "__init__", make)
        monkeypatch.setattr(N8nClient, "list_workflows", lambda client: iter(runs[client._base]))
        monkeypatch.setattr(
            N8nClient, "get_workflow",
            lambda client, number: next((row for row in runs[client._base] if row["id"] == number), None),
        )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_file(tmp_path / "base.json", BASE)
    written(tmp_path)
    for name in ("STAGING", "PRODUCTION"):
        monkeypatch.setenv(f"GATEHOUSE_N8N_API_KEY_{name}", f"key-{name.lower()}")
    return tmp_path


def run(folder: Path, *words: str) -> Result:
    where = ["--folder", str(folder), "--environments", str(folder / "environments.toml")]
    return CliRunner().invoke(workflows, [*words, *where])


def test_production_takes_nothing_that_staging_does_not_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edited: dict[str, Any] = {**BASE, "settings": {**BASE["settings"], "executionTimeout": 7}}
    Answers(monkeypatch, {"https://n8n.staging.example": [remote(edited)], "https://n8n.example": []})
    monkeypatch.setattr("sidecar.workflows.commands.lint_files", lambda files, rules: [])
    found = run(folder, "deploy", "--dry-run", "--environment", "production")
    assert found.exit_code == 1
    assert f"staging does not run these files yet: {BASE['name']}" in found.output


def test_production_takes_what_staging_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = Answers(monkeypatch, {"https://n8n.staging.example": [remote(BASE)], "https://n8n.example": []})
    monkeypatch.setattr("sidecar.workflows.commands.lint_files", lambda files, rules: [])
    found = run(folder, "deploy", "--dry-run", "--environment", "production")
    assert found.exit_code == 0, found.output
    assert f"would deploy {BASE['name']}" in found.output
    assert answers.asked == [
        ("https://n8n.example", "key-production"),
        ("https://n8n.staging.example", "key-staging"),
    ]


def test_production_takes_nothing_unrecorded(folder: Path) -> None:
    found = run(folder, "deploy", "--environment", "production")
    assert found.exit_code == 2
    assert "production takes nothing unrecorded" in found.output


def test_a_missing_key_and_an_unknown_environment_are_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GATEHOUSE_N8N_API_KEY_STAGING")
    missing = run(folder, "diff", "--environment", "staging")
    assert "set GATEHOUSE_N8N_API_KEY_STAGING" in missing.output
    unknown = run(folder, "diff", "--environment", "test")
    assert "no environment test; it has staging, production" in unknown.output
    nothing = run(folder, "diff")
    assert "name the n8n by --url" in nothing.output


def test_other_workflows_of_the_environment_before_do_not_count(tmp_path: Path) -> None:
    file = WorkflowFile(tmp_path / "base.json", render(normalise(BASE)), BASE)
    other = remote({**BASE, "id": "other00000000000", "name": "other"})
    staging = read_environments(written(tmp_path))["staging"]
    require_running([file], staging, [remote(BASE), other])
    with pytest.raises(WorkflowError, match="staging does not run"):
        require_running([file], staging, [other])
