"""What `gatehouse watch` hands to Odoo."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import click
import pytest
from prometheus_client import CollectorRegistry, generate_latest

from sidecar.operations.commands import keep_on, place_of
from sidecar.operations.exporter import OdooFigures, RoundFigures
from sidecar.operations.rounds import DOUBTFUL, Round, compare, doubtful_executions
from sidecar.operations.watch import drift_reports, executions_of
from sidecar.workflows.drift import Comparison, State, version_name
from sidecar.workflows.environments import Environment

WORKFLOWS = [
    {"id": "w1", "name": "10-check", "settings": {"executionTimeout": 90}},
    {"id": "w2", "name": "50-mail"},
]


def test_executions_carry_their_workflows_name_and_limit() -> None:
    rows = [
        {"id": 1, "workflowId": "w1", "status": "running", "startedAt": "2026-11-24T10:00:00.000Z"},
        {"id": 2, "workflowId": "w2", "finished": True, "startedAt": "2026-11-24T10:00:00.000Z"},
        {"id": 3, "workflowId": "gone", "status": "error", "createdAt": "2026-11-24T10:00:00.000Z"},
        {"id": 4, "workflowId": "w1", "status": "new"},
    ]
    found = executions_of(rows, WORKFLOWS)
    assert [(row["id"], row["workflow"], row["status"], row["timeout_seconds"]) for row in found] == [
        ("1", "10-check", "running", 90.0),
        ("2", "50-mail", "success", 300.0),
        ("3", "gone", "error", 300.0),
    ]


def test_only_what_differs_is_reported_and_another_difference_is_another_report() -> None:
    same = Comparison("w1", "10-check", State.SAME)
    changed = Comparison("w1", "10-check", State.DIFFERENT, drifted=True, lines=["-a", "+b"])
    again = Comparison("w1", "10-check", State.DIFFERENT, drifted=True, lines=["-a", "+c"])
    [first], [second] = drift_reports([same, changed]), drift_reports([again])
    assert first["key"] != second["key"]
    assert first == drift_reports([changed])[0]
    assert "changed by hand" in first["detail"]
    assert "+b" in first["detail"]


def test_an_active_workflow_without_a_file_is_reported_unless_its_environment_names_it() -> None:
    extra = Comparison("w9", "Copy of 10-check", State.EXTRA)
    [report] = drift_reports([extra], others=["w8"])
    assert report["title"] == "Workflow Copy of 10-check runs and no reviewed file has it"
    assert "nobody reviewed" in report["detail"]
    assert drift_reports([extra], others=["w9"]) == []


class Pages:
    """An n8n whose executions of each status are given."""

    def __init__(self, rows: dict[str, list[int]]):
        self.rows = rows

    def executions(self, status: str, most: int) -> list[dict[str, Any]]:
        return [{"id": number, "status": status} for number in self.rows.get(status, [])][:most]


def test_every_doubtful_status_is_asked_for_apart_and_an_execution_counts_once() -> None:
    found = doubtful_executions(Pages({"running": [1, 2], "error": [2, 3], "success": [4]}))  # type: ignore[arg-type]
    assert sorted(row["id"] for row in found) == [1, 2, 3]
    assert "success" not in DOUBTFUL


HERE = Environment("", "http://n8n.test")


def text(*collectors: OdooFigures) -> str:
    registry = CollectorRegistry()
    for collector in collectors:
        registry.register(collector)
    return generate_latest(registry).decode()


def test_figures_of_odoo_are_shown_and_kept_for_a_moment() -> None:
    calls: list[int] = []
    now = [0.0]

    def read() -> list[dict[str, Any]]:
        calls.append(1)
        return [
            {
                "name": "gatehouse_holds_open",
                "help": "h",
                "labels": ["kind"],
                "samples": [[["review"], len(calls)]],
            }
        ]

    figures = OdooFigures(read, lambda: now[0])
    assert 'gatehouse_holds_open{kind="review"} 1.0' in text(figures)
    now[0] = 5.0
    assert 'gatehouse_holds_open{kind="review"} 1.0' in text(figures)
    now[0] = 11.0
    assert 'gatehouse_holds_open{kind="review"} 2.0' in text(figures)


def test_with_odoo_away_no_old_figure_is_shown() -> None:
    answers: list[Any] = [
        [{"name": "gatehouse_holds_open", "help": "h", "labels": [], "samples": [[[], 4]]}],
        OSError("no connection"),
    ]
    now = [0.0]

    def read() -> list[dict[str, Any]]:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return list(answer)

    figures = OdooFigures(read, lambda: now[0])
    assert "gatehouse_holds_open 4.0" in text(figures)
    now[0] = 20.0
    gone = text(figures)
    assert 'gatehouse_up{service="odoo"} 0.0' in gone
    assert "gatehouse_holds_open" not in gone


def test_a_round_that_fails_is_counted_and_the_next_one_comes() -> None:
    registry, ended = CollectorRegistry(), threading.Event()
    figures = RoundFigures(registry)
    outcomes: list[Any] = [
        click.ClickException("n8n does not answer"),
        Round(5, 13, 1, 2, 1, ("repaired: x",)),
    ]

    def once() -> Round:
        outcome = outcomes.pop(0)
        if not outcomes:
            ended.set()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome  # type: ignore[no-any-return]

    keep_on(once, figures, 0, ended)
    assert registry.get_sample_value("gatehouse_watch_failures_total") == 1
    assert registry.get_sample_value("gatehouse_workflows_drifted") == 1
    assert registry.get_sample_value("gatehouse_differences_open") == 2


class QuietN8n:
    """An n8n with one execution that failed and no workflow."""

    def list_workflows(self) -> list[dict[str, Any]]:
        return []

    def executions(self, status: str, most: int) -> list[dict[str, Any]]:
        row = {"id": 7, "workflowId": "w1", "status": status, "startedAt": "2026-11-24T10:00:00.000Z"}
        return [row] if status == "error" else []


def caller(name: str, callee: str) -> str:
    """The file of a workflow that calls another one."""
    call = {
        "name": "Call",
        "type": "n8n-nodes-base.executeWorkflow",
        "parameters": {"workflowId": {"__rl": True, "mode": "id", "value": callee}},
    }
    return json.dumps({"id": name, "name": name, "nodes": [call], "connections": {}, "settings": {}})


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({"a.json": '{"id": "a",\n "nodes": [}'}, "a.json:2:12: not JSON"),
        ({"a.json": caller("a", "b"), "b.json": caller("b", "a")}, "in a circle: a -> b -> a"),
    ],
    ids=["syntax error", "circle"],
)
def test_files_that_cannot_be_used_are_one_exception_and_executions_are_compared_all_the_same(
    tmp_path: Path, files: dict[str, str], named: str
) -> None:
    for name, text_ in files.items():
        (tmp_path / name).write_text(text_)
    calls: list[tuple[Any, ...]] = []

    def odoo(*words: Any) -> dict[str, Any]:
        calls.append(words)
        return {"repaired": 0, "person": 0, "lines": []}

    found = compare(QuietN8n(), odoo, tmp_path, HERE)  # type: ignore[arg-type]
    (_, _, executions), (model, method, [report]) = calls
    assert [row["id"] for row in executions] == ["7"]
    assert (model, method, report["category"]) == ("gatehouse.exception", "report", "configuration")
    assert named in report["detail"]
    assert "Mend it" in report["detail"]
    assert (found.person, found.lines) == (1, (f"person: {report['title']}",))
    compare(QuietN8n(), odoo, tmp_path, HERE)  # type: ignore[arg-type]
    assert calls[-1][2] == [report], "the next round counts on the same exception"


class DeployedN8n(QuietN8n):
    """An n8n that runs what was deployed to it."""

    def __init__(self, *runs: dict[str, Any]):
        self.runs = runs

    def list_workflows(self) -> list[dict[str, Any]]:
        return list(self.runs)


def told_of(tmp_path: Path, place: Environment) -> list[dict[str, Any]]:
    """What Odoo is told of an n8n whose credential has an id of its own, beside a workflow of another team."""
    node = {"name": "Send", "type": "n8n-nodes-base.emailSend", "parameters": {}}
    stub = node | {"credentials": {"smtp": {"id": "gatehouse-smtp", "name": "SMTP"}}}
    file = {"id": "a", "name": "a", "nodes": [stub], "connections": {}, "settings": {}}
    (tmp_path / "a.json").write_text(json.dumps(file))
    own = node | {"credentials": {"smtp": {"id": "AbC123", "name": "SMTP"}}}
    version = {"nodes": [own], "connections": {}, "name": version_name(file)}
    runs = {**file, "nodes": [own], "active": True, "activeVersion": version}
    calls: dict[str, Any] = {}

    def odoo(_model: str, method: str, argument: Any) -> dict[str, Any]:
        calls[method] = argument
        return {"repaired": 0, "person": 0, "lines": []}

    compare(DeployedN8n(runs, {**runs, "id": "b", "name": "b"}), odoo, tmp_path, place)  # type: ignore[arg-type]
    return list(calls["compare_workflows"])


def test_the_environment_says_which_ids_credentials_have_and_which_workflows_are_of_others(
    tmp_path: Path,
) -> None:
    differs, unknown = told_of(tmp_path, HERE)
    assert "AbC123" in differs["detail"]
    assert unknown["workflow"] == "b"
    place = tmp_path / "environments.toml"
    place.write_text(
        '[production]\nurl = "http://n8n.test"\nothers = ["b"]\n'
        '[production.credentials]\ngatehouse-smtp = "AbC123"\n'
    )
    assert told_of(tmp_path, place_of(None, "production", place)) == [], "Odoo is told that nothing differs"
