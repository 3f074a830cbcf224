"""Order, plan and drift, with n8n's answers as data."""

from __future__ import annotations

import copy
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sidecar.workflows.client import N8nClient, build_package
from sidecar.workflows.commands import workflows
from sidecar.workflows.deploy import deploy, make_plan, order
from sidecar.workflows.drift import (
    State,
    compare,
    compare_all,
    edited_by_hand,
    replace_credentials,
    version_name,
)
from sidecar.workflows.files import WorkflowError, WorkflowFile, read_folder
from sidecar.workflows.normal import Workflow, normalise, render
from sidecar.workflows.rules.examples import BASE


def file(workflow: Workflow) -> WorkflowFile:
    return WorkflowFile(Path(f"{workflow['name']}.json"), render(normalise(workflow)), workflow)


def caller(workflow_id: str, *targets: str, handler: bool = False) -> WorkflowFile:
    nodes = [
        {"name": t, "type": "n8n-nodes-base.executeWorkflow", "parameters": {"workflowId": {"value": t}}}
        for t in targets
    ]
    if handler:
        nodes.append({"name": "e", "type": "n8n-nodes-base.errorTrigger"})
    return WorkflowFile(
        Path(f"{workflow_id}.json"), "", {"id": workflow_id, "name": workflow_id, "nodes": nodes}
    )


def remote(workflow: Workflow = BASE, name: str | None = None, **changes: Any) -> Workflow:
    copied = copy.deepcopy(workflow)
    active = {
        "nodes": copied["nodes"],
        "connections": copied["connections"],
        "name": name or version_name(workflow),
    }
    return copied | {"active": True, "activeVersion": active} | changes


class FakeClient(N8nClient):
    """Answers from a dictionary and notes what is written."""

    def __init__(self, found: dict[str, Workflow]) -> None:
        self.found = found
        self.imported: list[Workflow] = []
        self.described: list[str] = []

    def get_workflow(self, workflow_id: str) -> Workflow | None:
        return self.found.get(workflow_id)

    def import_package(self, workflows: Any, credentials: dict[str, str]) -> Any:
        self.imported = list(workflows)

    def activate(self, workflow_id: str, version_name: str, description: str) -> Workflow:
        self.found[workflow_id] = remote(self.imported[0], version_name)
        self.described.append(description)
        return self.found[workflow_id]


def test_order_puts_handlers_and_callees_first() -> None:
    files = [caller("a", "b"), caller("b", "c"), caller("c"), caller("z", handler=True)]
    assert [f.id for f in order(files)] == ["z", "c", "b", "a"]


def test_a_circle_is_named() -> None:
    with pytest.raises(WorkflowError, match="a -> b -> a"):
        order([caller("a", "b"), caller("b", "a")])


def test_states() -> None:
    assert compare(file(BASE), None, {}).state is State.MISSING
    assert compare(file(BASE), remote(), {}).state is State.SAME
    assert compare(file(BASE), remote(active=False), {}).state is State.INACTIVE
    assert compare(file(BASE), remote(isArchived=True), {}).state is State.ARCHIVED
    other = compare(file(BASE), remote(settings={"executionTimeout": 9}), {})
    assert (other.state, other.drifted, other.alarming) == (State.DIFFERENT, True, True)
    assert any("executionTimeout" in line for line in other.lines)


def test_a_draft_is_a_notice_only() -> None:
    result = compare(file(BASE), remote(nodes=[]), {})
    assert (result.state, result.draft, result.alarming) == (State.SAME, True, False)


def test_running_without_a_file_is_a_notice() -> None:
    extra = compare_all([], [remote()], {})[0]
    assert (extra.state, extra.alarming) == (State.EXTRA, False)


def test_hand_edit_is_seen_and_refused_without_a_reason() -> None:
    edited = remote(settings=BASE["settings"] | {"executionTimeout": 9})
    assert edited_by_hand(edited, {})
    assert edited_by_hand(remote(name="mine"), {})
    assert not edited_by_hand(remote(), {})
    client = FakeClient({BASE["id"]: edited})
    plan = make_plan(client, [file(BASE)], {})
    with pytest.raises(WorkflowError, match="changed by hand"):
        deploy(client, plan, {}, None, print)
    assert client.imported == []
    deploy(client, plan, {}, "because", print)
    assert client.described == ["because"], "n8n keeps the reason with the version"
    assert make_plan(client, [file(BASE)], {}).changed == []


def test_someones_draft_is_not_overwritten() -> None:
    newer = BASE | {"settings": BASE["settings"] | {"executionTimeout": 9}}
    client = FakeClient({BASE["id"]: remote(nodes=[])})
    assert make_plan(client, [file(BASE)], {}).unchanged
    assert make_plan(client, [file(newer)], {}).drifted


def test_archived_is_refused() -> None:
    client = FakeClient({BASE["id"]: remote(isArchived=True)})
    with pytest.raises(WorkflowError, match="archived"):
        deploy(client, make_plan(client, [file(BASE)], {}), {}, "x", print)


def test_credential_mapping_is_no_difference() -> None:
    there = remote(replace_credentials(BASE, {"gatehouse-odoo": "Xy1"}), version_name(BASE))
    assert compare(file(BASE), there, {}).state is State.DIFFERENT
    mapped = compare(file(BASE), there, {"gatehouse-odoo": "Xy1"})
    assert (mapped.state, mapped.drifted) == (State.SAME, False)


def test_package_holds_workflow_and_requirements() -> None:
    with tarfile.open(fileobj=io.BytesIO(build_package([BASE]))) as archive:
        manifest = json.load(archive.extractfile("manifest.json") or io.BytesIO())
        names = archive.getnames()
    assert [entry["id"] for entry in manifest["workflows"]] == [BASE["id"]]
    assert {c["id"] for c in manifest["requirements"]["credentials"]} == {
        "gatehouse-sidecar",
        "gatehouse-odoo",
    }
    assert f"workflows/{BASE['id']}/workflow.json" in names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "not JSON"),
        ("[]", "must be a JSON object"),
        ('{"nodes": 1}', '"nodes" must be a list'),
        ('{"nodes": [{}]}', 'needs a "name"'),
        ('{"nodes": [], "connections": {"a": {"main": [[1]]}}}', 'needs a "node"'),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_bad_files_are_named(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "10-bad.json").write_text(text)
    result = CliRunner().invoke(workflows, ["lint", "--folder", str(tmp_path)])
    assert result.exit_code == 1
    assert "10-bad.json" in result.output
    assert message in result.output


def test_folder_problems(tmp_path: Path) -> None:
    with pytest.raises(WorkflowError, match="no such folder"):
        read_folder(tmp_path / "none")
    with pytest.raises(WorkflowError, match="no workflow files"):
        read_folder(tmp_path)
    for name in ("10-a", "10-b"):
        (tmp_path / f"{name}.json").write_text('{"id": "gh1", "nodes": []}')
    with pytest.raises(WorkflowError, match="already used by"):
        read_folder(tmp_path)


def test_lint_and_format_commands(tmp_path: Path) -> None:
    path = tmp_path / "30-example.json"
    path.write_text(json.dumps(BASE))
    run = CliRunner().invoke
    folder = ["--folder", str(tmp_path)]
    assert run(workflows, ["lint", "--only", "normal-form", *folder]).exit_code == 1
    assert "rewrote" in run(workflows, ["format", *folder]).output
    assert run(workflows, ["format", *folder]).output == ""
    assert run(workflows, ["lint", "--only", "normal-form", *folder]).exit_code == 0
    assert "no such rule" in run(workflows, ["lint", "--only", "nothing", *folder]).output
    assert "good:" in run(workflows, ["rules"]).output


def test_deploy_wants_an_address_and_a_reason(tmp_path: Path) -> None:
    run = CliRunner().invoke
    no_address = run(workflows, ["deploy"], env={"GATEHOUSE_N8N_URL": None, "GATEHOUSE_N8N_API_KEY": None})
    assert (no_address.exit_code, "GATEHOUSE_N8N" in no_address.output) == (2, True)
    no_reason = run(workflows, ["deploy", "--url", "http://127.0.0.1:9", "--api-key", "k", "--force"])
    assert (no_reason.exit_code, "--reason" in no_reason.output) == (2, True)
