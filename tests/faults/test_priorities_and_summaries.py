"""Without the sidecar the deadlines order the work and Odoo lists the facts itself, both visibly; afterwards both come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from stack.client import Stack, stopped, wait_until
from stack.demo import sales
from stack.demo.anomalies import ORDINARY_ORDER, OVER_BAND_ORDER
from stack.demo.waiting import SECONDS, rank, ranking, summarizing, summary


@pytest.mark.covers("90-rank-open-work 90-summarize-waiting-work", "down")
def test_without_the_sidecar_the_deadline_orders_the_work_and_odoo_lists_the_facts(stack: Stack) -> None:
    pickings = []
    for days in (9, 8):
        order = sales.make_order(stack, ORDINARY_ORDER)
        sales.confirm(stack, order)
        [picking] = stack.call("admin", "sale.order", "read", [order], ["picking_ids"])[0]["picking_ids"]
        day = (datetime.now(UTC) + timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")
        moves = stack.call("admin", "stock.move", "search", [("picking_id", "=", picking)])
        stack.call("admin", "stock.move", "write", moves, {"date_deadline": day})
        pickings.append(picking)
    later, sooner = pickings
    by = lambda: {rank(stack, "warehouse", "stock.picking", each)["gatehouse_rank_by"] for each in pickings}  # noqa: E731
    wait_until(by, lambda found: found == {"cost"}, SECONDS, ranking(stack))
    with stopped("sidecar"):
        wait_until(by, lambda found: found == {"deadline"}, SECONDS, ranking(stack))
        assert stack.call("warehouse", "stock.picking", "search", [("id", "in", pickings)]) == [sooner, later]
        reason = rank(stack, "warehouse", "stock.picking", sooner)["gatehouse_rank_reason"]
        assert reason.startswith("By deadline: the ranking has not answered since ")
        domain = [("key", "=like", "ranking:stock.picking:%"), ("state", "=", "open")]
        assert stack.call("operations", "gatehouse.exception", "search_count", domain) == 1
        held = sales.make_order(stack, OVER_BAND_ORDER)
        sales.confirm(stack, held)
        text = summary(stack, held)
        assert "Odoo's own facts; the summary service has not answered about them." in text
        assert sales.holds(stack, held)[0]["reason_text"] in text
    wait_until(by, lambda found: found == {"cost"}, SECONDS, ranking(stack))
    assert stack.call("operations", "gatehouse.exception", "search_count", domain) == 0
    wait_until(
        lambda: summary(stack, held),
        lambda html: "By the summary service" in html,
        SECONDS,
        summarizing(stack),
    )
