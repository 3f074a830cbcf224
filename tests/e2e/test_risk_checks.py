"""Policies that ask how likely an order goes wrong (S12) or comes late (P8): the measure of the sidecar's model, judged by Odoo."""

from __future__ import annotations

import pytest

from stack.client import Stack
from stack.demo import one_check, purchases, sales
from stack.demo.anomalies import ORDINARY_ORDER, ORDINARY_PURCHASE

pytestmark = pytest.mark.e2e


def test_an_order_riskier_than_its_policy_allows_is_held_with_the_models_probability_and_reasons(
    stack: Stack,
) -> None:
    customer = one_check.partner(stack, "sale_checks", code="order_risk", measure="risk", threshold=0.000001)
    order = sales.make_order(stack, {**ORDINARY_ORDER, "customer": customer, "discount": 0.0})
    sales.confirm(stack, order)
    sales.wait_for(stack, order, "held")
    assert set(sales.checks(stack, order)) == {"order_risk"}
    check = sales.checks(stack, order)["order_risk"]
    assert (check["verdict"], check["source"], check["degraded"]) == ("fail", "sidecar", False)
    risk = check["measures"]["risk"]
    assert (risk["unit"], round(risk["value"], 4)) == ("probability", check["score"])
    assert 0.000001 < risk["value"] <= 1
    assert check["model"].startswith("orders ")
    [hold] = sales.holds(stack, order)
    assert "at most" in hold["reason_text"]


def test_a_purchase_within_the_lateness_its_policy_allows_goes_on_with_the_probability_and_the_days(
    stack: Stack,
) -> None:
    vendor = one_check.partner(
        stack, "purchase_checks", code="late_probability", measure="late_probability", threshold=1.0
    )
    order = purchases.make_order(stack, {**ORDINARY_PURCHASE, "vendor": vendor})
    purchases.confirm(stack, order)
    purchases.wait_for(stack, order, "clear")
    assert set(purchases.checks(stack, order)) == {"late_probability"}
    check = purchases.checks(stack, order)["late_probability"]
    assert (check["verdict"], check["source"], check["available"]) == ("pass", "sidecar", True)
    measures = {name: measure["unit"] for name, measure in check["measures"].items()}
    assert measures == {"late_probability": "probability", "lead_days": "days", "lead_days_p90": "days"}
    assert 0 <= check["measures"]["late_probability"]["value"] <= 1
    assert 0 < check["measures"]["lead_days"]["value"] <= check["measures"]["lead_days_p90"]["value"]
    assert check["model"].startswith("lead-times ")
    assert check["reasons"][0]["code"] == "lead_time"
