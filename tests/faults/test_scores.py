"""Without the sidecar Odoo's own words stand where a model's would: nothing waits for them, and they say so."""

from __future__ import annotations

import pytest

from stack.client import Stack, stopped
from stack.demo import documents, sales, scores
from stack.demo.anomalies import ORDINARY_ORDER


@pytest.mark.covers("40-score-open-invoices", "down")
def test_without_the_sidecar_open_invoices_go_by_their_ageing_bucket(stack: Stack) -> None:
    customer = documents.find(stack, "admin", "res.partner", "name", ORDINARY_ORDER["customer"])
    with stopped("sidecar"):
        invoice = scores.invoice(stack, customer, overdue=70)
        found = scores.advised(stack, "accountant", "account.move", invoice, scores.INVOICES)
    assert found["gatehouse_score_reason"].startswith(
        "By ageing: 61 to 90 days overdue (scoring service: no connection"
    )
    assert {name: found[f"gatehouse_score{name}"] for name in ("", "_source", "_model", "_degraded")} == {
        "": 0, "_source": "ageing", "_model": False, "_degraded": True,
    }  # fmt: skip


@pytest.mark.covers("30-score-stock-moves", "down")
def test_without_the_sidecar_a_done_delivery_says_that_it_was_not_scored(stack: Stack) -> None:
    order = sales.make_order(stack, ORDINARY_ORDER)
    sales.confirm(stack, order)
    picking = sales.wait_for(stack, order, "clear")["picking_ids"][0]
    with stopped("sidecar"):
        sales.ship(stack, picking)
        move = scores.movement(stack, picking)
        found = scores.advised(stack, "warehouse", "stock.move", move, scores.MOVES)
    assert {name: found[f"gatehouse_score{name}"] for name in ("", "_source", "_model", "_degraded")} == {
        "": 0, "_source": "none", "_model": False, "_degraded": True,
    }  # fmt: skip
    told = "Not scored; the rules decide alone (scoring service: no connection"
    assert scores.unusual(stack, picking).startswith(told)
    assert sales.picking_state(stack, picking) == "done"
