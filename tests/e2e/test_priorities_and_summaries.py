"""What waits, in the order of what its waiting costs and with a summary: from Odoo's facts through n8n and the sidecar and back."""

from __future__ import annotations

from uuid import uuid4

import pytest

from stack.client import Stack, wait_until
from stack.demo import sales
from stack.demo.anomalies import ORDINARY_ORDER, OVER_BAND_ORDER
from stack.demo.waiting import SECONDS, rank, ranking, summarizing, summary
from tests.neighbours import garbage, newest


@pytest.mark.covers("90-rank-open-work", "ordinary")
def test_transfers_and_exceptions_carry_rank_and_reason(stack: Stack) -> None:
    order = sales.make_order(stack, ORDINARY_ORDER)
    sales.confirm(stack, order)
    [picking] = stack.call("admin", "sale.order", "read", [order], ["picking_ids"])[0]["picking_ids"]
    report = {"key": f"test:{uuid4().hex}", "category": "other", "title": "Something stopped"}
    exception = stack.bot("gatehouse.exception", "report", reports=[report]).json()[0]["id"]
    found = wait_until(
        lambda: rank(stack, "warehouse", "stock.picking", picking),
        lambda row: row["gatehouse_rank_by"] == "cost",
        SECONDS,
    )
    assert found["gatehouse_rank"] >= 1
    assert found["gatehouse_waiting_cost"] > 0
    assert found["gatehouse_rank_reason"].startswith("An hour's wait costs about ")
    row = wait_until(
        lambda: rank(stack, "operations", "gatehouse.exception", exception),
        lambda row: row["gatehouse_rank_by"] == "cost",
        SECONDS,
        ranking(stack),
    )
    assert "its value is not known and assumed" in row["gatehouse_rank_reason"]
    domain = [("state", "in", ["confirmed", "waiting", "assigned"]), ("priority", "=", "0")]
    listed = stack.call("warehouse", "stock.picking", "search_read", domain, ["gatehouse_rank"], limit=40)
    ranks = [entry["gatehouse_rank"] for entry in listed if entry["gatehouse_rank"]]
    assert ranks == sorted(ranks)


@pytest.mark.covers("90-summarize-waiting-work", "ordinary")
def test_a_held_order_shows_its_summary_and_a_changed_one_gets_a_new_one(stack: Stack) -> None:
    order = sales.make_order(stack, OVER_BAND_ORDER)
    sales.confirm(stack, order)
    assert "Odoo's own facts" in summary(stack, order)
    text = wait_until(
        lambda: summary(stack, order),
        lambda html: "By the summary service" in html,
        SECONDS,
        summarizing(stack),
    )
    [hold] = sales.holds(stack, order)
    name = sales.read(stack, order)["name"]
    for part in (
        name,
        "is blocked by 1 hold",
        "Untaxed total",
        hold["reason_text"],
        "Release or reject the review",
        "template summaries/order",
    ):
        assert part in text, part
    step = stack.call("sales_manager", "gatehouse.approval.step", "search_read",
                      [("res_name", "=", name)], ["gatehouse_summary"], limit=1)  # fmt: skip
    assert "Approve, reject or ask" in str(step[0]["gatehouse_summary"])
    [step_id] = stack.call("sales_manager", "gatehouse.approval.step", "search", [("res_name", "=", name)])
    stack.call("sales_manager", "gatehouse.approval.step", "reject", [step_id], "no campaign")
    assert "The facts changed" in summary(stack, order)
    text = wait_until(
        lambda: summary(stack, order),
        lambda html: "By the summary service" in html,
        SECONDS,
        summarizing(stack),
    )
    assert "Rejected: no campaign" in text


@pytest.mark.covers("90-rank-open-work 90-summarize-waiting-work", "garbage again")
def test_garbage_leaves_the_deadlines_and_odoos_own_facts_until_the_next_good_answer(stack: Stack) -> None:
    order = sales.make_order(stack, OVER_BAND_ORDER)
    sales.confirm(stack, order)
    report = {"key": f"test:{uuid4().hex}", "category": "other", "title": "Something stopped"}
    exception = stack.bot("gatehouse.exception", "report", reports=[report]).json()[0]["id"]
    by = lambda: rank(stack, "operations", "gatehouse.exception", exception)["gatehouse_rank_by"]  # noqa: E731
    told = [("key", "=like", "ranking:gatehouse.exception:%"), ("state", "=", "open")]
    with garbage(stack) as asked:
        wait_until(by, lambda found: found == "deadline", SECONDS, ranking(stack))
        wait_until(lambda: list(asked), lambda paths: "/v1/summaries" in paths, SECONDS, summarizing(stack))
        assert "Odoo's own facts" in summary(stack, order)
    rows = stack.call("operations", "gatehouse.exception", "search_read", told, ["detail"])
    assert rows, "somebody is told"
    assert all("outside the contract" in row["detail"] for row in rows)
    wait_until(by, lambda found: found == "cost", SECONDS, ranking(stack))
    assert stack.call("operations", "gatehouse.exception", "search", told) == []
    text = lambda: summary(stack, order)  # noqa: E731
    kept = wait_until(text, lambda html: "By the summary service" in html, SECONDS, summarizing(stack))
    for name in ("90-rank-open-work", "90-summarize-waiting-work"):  # once more, with nothing new
        seen = newest(stack, name)
        stack.execute(name)
        wait_until(lambda: newest(stack, name), lambda number: number > seen)  # noqa: B023
    assert (summary(stack, order), by()) == (kept, "cost")
