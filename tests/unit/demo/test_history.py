"""The generated history: the same on every machine, with habits that the demo's anomalies break."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from statistics import median

import pytest

from stack.demo import anomalies, history_company, history_orders, mails

pytestmark = pytest.mark.unit

TODAY = date(2026, 11, 23)
PRODUCTS = history_company.by_name(history_company.PRODUCTS)
CUSTOMERS = history_company.by_name(history_company.customers())
VENDORS = history_company.by_name(history_company.VENDORS)


@pytest.fixture(scope="module")
def sales():
    return history_orders.sale_orders(today=TODAY)


@pytest.fixture(scope="module")
def purchases():
    return history_orders.purchase_orders(today=TODAY)


def lines(orders, **wanted):
    """The lines of the orders whose customer, vendor or item is the wanted one."""
    return [
        line
        for order in orders
        for line in order["lines"]
        if all({**order, **line}[key] == value for key, value in wanted.items())
    ]


def test_the_same_seed_gives_the_same_history(sales, purchases):
    assert history_orders.sale_orders(today=TODAY) == sales
    assert history_orders.purchase_orders(today=TODAY) == purchases
    assert history_orders.sale_orders(seed=1, today=TODAY) != sales


def test_customers_of_orders_do_not_depend_on_the_day(sales):
    later = history_orders.sale_orders(today=date(2027, 3, 1))
    assert [(o["name"], o["customer"]) for o in later] == [(o["name"], o["customer"]) for o in sales]


def test_size_and_span(sales, purchases):
    assert (len(PRODUCTS), len(CUSTOMERS), len(VENDORS)) == (25, 40, 8)
    assert (len(sales), len(purchases)) == (2500, 500)
    for orders in (sales, purchases):
        assert all(1 <= len(order["lines"]) <= 5 for order in orders)
        dates = [order["date"] for order in orders]
        assert dates == sorted(dates)
        assert dates[-1].date() < TODAY
        assert (TODAY - dates[0].date()).days > 500
        assert all(moment.weekday() < 5 for moment in dates)


def test_discounts_keep_to_tier_product_and_customer(sales):
    for order in sales:
        customer = CUSTOMERS[order["customer"]]
        for line in order["lines"]:
            assert 0 <= line["discount"] <= PRODUCTS[line["item"]].cap <= 12
            assert customer.name not in history_company.TIGHT_CUSTOMERS or line["discount"] <= 2
    by_tier = {
        tier: median(
            li["discount"] for o in sales if CUSTOMERS[o["customer"]].tier == tier for li in o["lines"]
        )
        for tier in history_company.TIERS
    }
    assert by_tier["Bronze"] < by_tier["Silver"] < by_tier["Gold"]


def test_there_are_seasons(sales):
    sold = dict.fromkeys(range(1, 13), 0)
    for order in sales:
        sold[order["date"].month] += len([li for li in order["lines"] if li["item"] == "LITE-240"])
    assert sum(sold[m] for m in (10, 11, 12)) > 1.5 * sum(sold[m] for m in (4, 5, 6))


def test_vendor_prices_drift_slightly(purchases):
    for order in purchases:
        for line in order["lines"]:
            product = PRODUCTS[line["item"]]
            assert product.vendor == order["vendor"]
            assert 0.9 < line["unit_price"] / product.cost < 1.04
            assert line["quantity"] % VENDORS[order["vendor"]].pack == 0


def test_the_ordinary_order_is_ordinary(sales):
    case = anomalies.ORDINARY_ORDER
    given = [line["discount"] for line in lines(sales, customer=case["customer"])]
    assert len(given) > 20
    assert abs(median(given) - case["discount"]) <= 1
    bought = lines(sales, customer=case["customer"], item=case["item"])
    assert len(bought) >= 10
    assert median(line["quantity"] for line in bought) == pytest.approx(case["quantity"], rel=0.2)
    assert median(line["discount"] for line in bought) == pytest.approx(case["discount"], abs=1)


def test_only_the_check_can_see_the_unusual_order(sales):
    case = anomalies.UNUSUAL_ORDER
    assert 13 <= case["discount"] < 15
    assert CUSTOMERS[case["customer"]].tier == "Bronze", "list price: every way to measure the band agrees"
    for habit in (lines(sales, customer=case["customer"]), lines(sales, item=case["item"])):
        assert len(habit) > 60
        assert max(line["discount"] for line in habit) <= 2
    assert max(line["discount"] for line in lines(sales)) < case["discount"]
    usual = median(line["quantity"] for line in lines(sales, item=case["item"]))
    assert case["quantity"] <= usual


def test_the_over_band_order_is_over_the_band():
    case = anomalies.OVER_BAND_ORDER
    assert case["discount"] == 25
    assert case["item"] in PRODUCTS
    assert case["customer"] in CUSTOMERS


def test_the_purchases_differ_in_the_price_alone(purchases):
    right, wrong = anomalies.ORDINARY_PURCHASE, anomalies.MISTYPED_PURCHASE
    for case in (right, wrong):
        assert PRODUCTS[case["item"]].vendor == case["vendor"]
        quantities = sorted(line["quantity"] for line in lines(purchases, item=case["item"]))
        assert quantities[len(quantities) // 10] <= case["quantity"] <= quantities[-len(quantities) // 10]
        assert case["quantity"] % VENDORS[case["vendor"]].pack == 0
        assert case["quantity"] * Decimal(case["unit_price"]) < 10_000, "below the spend band"
    assert Decimal(wrong["unit_price"]) == 10 * Decimal(right["unit_price"])
    assert float(right["unit_price"]) == pytest.approx(PRODUCTS[right["item"]].cost)


def test_the_mails_are_from_customers_and_the_first_names_its_own_order(sales):
    senders = {customer.email: customer.name for customer in CUSTOMERS.values()}
    assert len(anomalies.MAILS) == len(anomalies.MAIL_OUTCOMES) == 3
    for mail in anomalies.MAILS:
        assert set(mail) == {"sender", "recipient", "subject", "text", "received_at"}
        assert mail["sender"] in senders
    orders = {order["name"]: order["customer"] for order in sales}
    for mail, (_, order) in zip(anomalies.MAILS, anomalies.MAIL_OUTCOMES, strict=True):
        assert order in mail["text"]
        assert not order or orders[order] == senders[mail["sender"]]
    assert anomalies.MAIL_OUTCOMES[0][1] == "S12450"


def test_cases_are_copies():
    anomalies.cases()["ordinary_order"]["discount"] = 99
    assert anomalies.ORDINARY_ORDER["discount"] == 5


def test_a_mail_sent_twice_by_the_demo_is_two_mails():
    mail = anomalies.MAILS[0]
    first, second = mails.fresh(mail), mails.fresh(mail)
    assert first["message_id"] != second["message_id"]
    assert first["message_id"].endswith("@neckaranlagenbau.example.com>")
    assert {**first, "message_id": ""} == {**mail, "message_id": ""}
