"""The story of an event: which lines belong to it, and how it is told."""

from __future__ import annotations

import json

from sidecar.tracing.story import Line, entries_of, execution_ids, from_log, from_n8n, told, trace_ids

TRACE = "6f7c08768f516a87ad53df801b5f462a"


def entry(trace: str, **more: object) -> str:
    return json.dumps({"traceparent": f"00-{trace}-01-01", "timestamp": "2026-11-24T10:00:01.5Z", **more})


def test_only_requests_with_the_events_trace_belong_to_it() -> None:
    rows = [
        entry(TRACE, method="POST", route="/v1/discounts/score", status=200, ms=0.9),
        entry("0" * 32, method="POST", route="/v1/emails/classify", status=200, ms=1),
        f"a broken line with {TRACE}",
    ]
    [line] = from_log(entries_of(rows, {TRACE}))
    assert line.what == "POST /v1/discounts/score answered 200 in 0.9 ms"


def test_lines_of_all_systems_are_told_in_the_order_of_time_with_the_seconds_between() -> None:
    text = told(
        "S1", [Line("2026-11-24T10:00:01.500Z", "sidecar", "b"), Line("2026-11-24T10:00:00Z", "odoo", "a")]
    )
    assert [row.split()[-1] for row in text.splitlines()] == ["S1", "a", "b"]
    assert "+    1.500 s" in text


def test_a_story_without_events_has_no_trace() -> None:
    assert trace_ids({"events": [{"traceparent": False}]}) == set()
    assert told("S1", []) == "S1: nothing is recorded"


def test_executions_are_those_that_odoo_names_and_those_that_asked_the_sidecar_each_once() -> None:
    entries = [{"request_id": name} for name in ("n8n-12", "n8n-12", "n8n-9", "4f3e", "xn8n-3")]
    assert execution_ids({"executions": ["101", "9", ""]}, entries) == ["9", "12", "101"]


def test_an_execution_is_told_at_its_begin_with_its_workflow_end_and_length() -> None:
    rows = [
        {"id": 9, "workflowId": "w1", "status": "success", "startedAt": "2026-11-24T10:00:00Z", "stoppedAt": "2026-11-24T10:00:01.5Z"},
        {"id": 12, "workflowId": "gone", "status": "running", "startedAt": "2026-11-24T10:00:02Z"},
    ]  # fmt: skip
    first, second = from_n8n(rows, {"w1": "10-check-sales-order"})
    assert first == Line(
        "2026-11-24T10:00:00Z", "n8n", "10-check-sales-order, execution 9: success in 1.500 s"
    )
    assert second.what == "gone, execution 12: running"
