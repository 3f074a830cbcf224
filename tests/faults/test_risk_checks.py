"""Without the sidecar nobody guesses how likely an order goes wrong or comes late: the fallback that its policy names decides."""

from __future__ import annotations

from stack.client import Stack, stopped
from stack.demo import one_check, purchases, sales
from stack.demo.anomalies import ORDINARY_ORDER, ORDINARY_PURCHASE


def test_without_the_sidecar_order_risk_and_lateness_go_by_the_fallback_of_their_policy(stack: Stack) -> None:
    risk = {"code": "order_risk", "measure": "risk", "threshold": 0.5, "fallback": "release"}
    late = {"code": "late_probability", "measure": "late_probability", "threshold": 0.5, "fallback": "hold"}
    customer = one_check.partner(stack, "sale_checks", **risk)
    vendor = one_check.partner(stack, "purchase_checks", **late)
    with stopped("sidecar"):
        sold = sales.make_order(stack, {**ORDINARY_ORDER, "customer": customer, "discount": 0.0})
        bought = purchases.make_order(stack, {**ORDINARY_PURCHASE, "vendor": vendor})
        sales.confirm(stack, sold)
        purchases.confirm(stack, bought)
        sales.wait_for(stack, sold, "degraded")
        purchases.wait_for(stack, bought, "held")
    checks = {**sales.checks(stack, sold), **purchases.checks(stack, bought)}
    assert {
        code: (row["verdict"], row["fallback"], row["measures"] or {}) for code, row in checks.items()
    } == {
        "order_risk": ("unavailable", "release", {}),
        "late_probability": ("unavailable", "hold", {}),
    }
    assert sales.holds(stack, sold) == []
    [hold] = purchases.holds(stack, bought)
    assert "late probability" in hold["reason_text"].lower()
