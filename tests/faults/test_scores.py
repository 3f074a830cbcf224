"""Without the sidecar Odoo's own words stand where a model's would: nothing waits for them, and they say so."""

from __future__ import annotations

import pytest

from stack.client import Stack, stopped
from stack.demo import documents, scores
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
