"""Without the sidecar Odoo's own words stand where a model's would: nothing waits for them, and they say so."""

from __future__ import annotations

import pytest

from stack.client import Stack, stopped
from stack.demo import documents, sales, scores
from stack.demo.anomalies import ORDINARY_ORDER


@pytest.mark.covers("30-score-stock-moves 40-score-open-invoices", "down")
def test_without_the_sidecar_invoices_go_by_their_bucket_and_deliveries_say_that_they_were_not_scored(
    stack: Stack,
) -> None:
    customer = documents.find(stack, "admin", "res.partner", "name", ORDINARY_ORDER["customer"])
    order = sales.make_order(stack, ORDINARY_ORDER)
    sales.confirm(stack, order)
    picking = sales.wait_for(stack, order, "clear")["picking_ids"][0]
    with stopped("sidecar"):
        invoice = scores.invoice(stack, customer, overdue=70)
        sales.ship(stack, picking)
        chased = scores.advised(stack, "accountant", "account.move", invoice, scores.INVOICES)
        moved = scores.advised(
            stack, "warehouse", "stock.move", scores.movement(stack, picking), scores.MOVES
        )
    for found, source in ((chased, "ageing"), (moved, "none")):
        assert {name: found[f"gatehouse_score{name}"] for name in ("", "_source", "_model", "_degraded")} == {
            "": 0, "_source": source, "_model": False, "_degraded": True,
        }  # fmt: skip
    why = "(scoring service: no connection"
    assert chased["gatehouse_score_reason"].startswith(f"By ageing: 61 to 90 days overdue {why}")
    assert scores.unusual(stack, picking).startswith(f"Not scored; the rules decide alone {why}")
    assert sales.picking_state(stack, picking) == "done"
