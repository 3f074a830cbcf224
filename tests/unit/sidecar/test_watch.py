"""What `gatehouse watch` hands to Odoo."""

from __future__ import annotations

from sidecar.operations.watch import drift_reports, executions_of
from sidecar.workflows.drift import Comparison, State

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
