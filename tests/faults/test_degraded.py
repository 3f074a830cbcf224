"""Parts down, slow or wrong: the order waits or goes on by policy, says so, and nothing is lost."""

from __future__ import annotations

from stack.client import Stack, stopped, wait_until
from stack.demo import sales
from stack.demo.anomalies import ORDINARY_ORDER


def test_without_the_sidecar_the_order_goes_on_marked_degraded(stack: Stack) -> None:
    with stopped("sidecar"):
        order = sales.make_order(stack, ORDINARY_ORDER)
        sales.confirm(stack, order)
        sales.wait_for(stack, order, "degraded")
        assert sales.checks(stack, order)["discount_anomaly"]["verdict"] == "unavailable"
        assert sales.holds(stack, order) == []
    stack.call("salesperson", "sale.order", "action_recheck", [order])
    sales.wait_for(stack, order, "clear")


def test_a_dead_finance_partner_holds_the_order(partners: Stack) -> None:
    partners.partner_mode("finance", "down")
    order = sales.make_order(partners, ORDINARY_ORDER)
    sales.confirm(partners, order)
    sales.wait_for(partners, order, "held")
    assert sales.checks(partners, order)["finance_exposure"]["verdict"] == "unavailable"


def test_garbage_from_a_partner_counts_as_no_answer(partners: Stack) -> None:
    partners.partner_mode("finance", "garbage")
    order = sales.make_order(partners, ORDINARY_ORDER)
    sales.confirm(partners, order)
    sales.wait_for(partners, order, "held")
    assert sales.checks(partners, order)["finance_exposure"]["verdict"] == "unavailable"


def test_with_n8n_down_the_order_waits_and_catches_up(stack: Stack) -> None:
    with stopped("n8n"):
        order = sales.make_order(stack, ORDINARY_ORDER)
        sales.confirm(stack, order)
        assert sales.read(stack, order)["gatehouse_status"] == "waiting"
        [event] = wait_until(lambda: sales.events(stack, order), lambda rows: rows[0]["attempt"] >= 1)
        assert event["state"] in ("pending", "leased")
    sales.wait_for(stack, order, "clear", seconds=200)


def test_a_slow_partner_delays_nobody_and_counts_as_no_answer(partners: Stack) -> None:
    partners.partner_mode("carrier", "slow", delay_ms=20_000)
    order = sales.make_order(partners, ORDINARY_ORDER)
    sales.confirm(partners, order)
    sales.wait_for(partners, order, "held", seconds=18)
    assert sales.checks(partners, order)["carrier_limits"]["verdict"] == "unavailable"
