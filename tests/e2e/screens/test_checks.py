"""Controls whose measures come from outside, and those on the clock, as people meet them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.client import Stack, wait_until
from stack.demo import purchases, sales
from stack.demo.anomalies import MISTYPED_PURCHASE, UNUSUAL_ORDER
from stack.demo.controls.alerts import ALERTS
from stack.demo.controls.cases import AlertCase
from stack.demo.controls.stage import Stage
from stack.pages import Screen
from stack.partners.rules import SEGMENTS, TIERS

pytestmark = pytest.mark.e2e
EXCEPTIONS = "gatehouse.gatehouse_exception_action"
#: Source, score, model with its version, confidence and time of an answer of the sidecar.
MEASURED = re.compile(r"^Sidecar, score 0\.\d\d\s+discounts [\w.]+, \d+\s%\ssure\s+\d+/\d+/\d+,? \d+:\d\d")
#: The controls of the first two scenarios; alerts name theirs.
CHECKED = ("sale_checks", "purchase_checks")


def test_an_unusual_order_is_held_after_its_checks_and_ships_once_the_manager_released_it(
    stack: Stack, as_: Callable[[str], Screen]
) -> None:
    order = sales.make_order(stack, UNUSUAL_ORDER)
    seller = as_("salesperson").form("sale.order", order)
    seller.press("action_confirm")
    expect(seller.status).to_have_text("Sales Order")
    row = sales.wait_for(stack, order, "held")
    seller = as_("salesperson").form("sale.order", order)
    expect(seller.banner).to_contain_text("Held for review")
    seller.tab("Gatehouse")
    checks = seller.value("gatehouse_check_ids")
    for check in ("Discount anomaly", "Finance exposure", "Carrier limits", "Account data"):
        expect(checks).to_contain_text(check)
    expect(checks).to_contain_text("this customer usually gets")
    measured = checks.locator(".o_data_row", has_text="Discount anomaly")
    expect(measured.locator("td[name=verdict]")).to_have_text("Fail")
    expect(measured.locator("td[name=measured_text]")).to_have_text(MEASURED)
    expect(seller.value("gatehouse_hold_ids")).to_contain_text("this customer usually gets")
    expect(measured.locator("button[name=action_wrong]")).to_have_count(0)  # he asked for it
    [customer] = stack.call("salesperson", "sale.order", "read", [order], ["partner_id"])
    form = as_("salesperson").form("res.partner", customer["partner_id"][0])
    expect(form.value("gatehouse_tier")).to_contain_text(re.compile("|".join(TIERS)))
    expect(form.value("gatehouse_segment")).to_contain_text(re.compile("|".join(SEGMENTS)))
    [picking] = row["picking_ids"]
    warehouse = as_("warehouse").form("stock.picking", picking)
    warehouse.press("button_validate")
    refused = warehouse.dialog()
    expect(refused.root).to_contain_text("can be released by: Sales")
    refused.confirm()
    manager = as_("sales_manager").form("sale.order", order)
    manager.tab("Gatehouse")
    measured = manager.value("gatehouse_check_ids").locator(".o_data_row", has_text="Discount anomaly")
    measured.locator("button[name=action_wrong]").click()
    expect(measured.locator("td[name=measured_text]")).to_contain_text("Wrong, ")
    assert sales.checks(stack, order)["discount_anomaly"]["review"] == "wrong"
    queue = as_("sales_manager").queue()
    queue.find(row["name"])
    queue.press(row["name"], "action_approve")
    queue.dialog().decide("Agreed with the customer")
    expect(queue.row(row["name"])).to_have_count(0)
    warehouse = as_("warehouse").form("stock.picking", picking)
    warehouse.press("button_validate")
    expect(warehouse.status).to_have_text("Done")


def test_a_mistyped_purchase_price_is_held_before_the_goods_are_received(
    stack: Stack, as_: Callable[[str], Screen]
) -> None:
    order = purchases.make_order(stack, MISTYPED_PURCHASE)
    buyer = as_("buyer").form("purchase.order", order)
    buyer.press("button_confirm")
    expect(buyer.status).to_have_text("Purchase Order")
    row = purchases.wait_for(stack, order, "held")
    buyer = as_("buyer").form("purchase.order", order)
    expect(buyer.banner).to_contain_text("Held for review")
    queue = as_("operations").queue()
    expect(queue.find(row["name"])).to_contain_text("Dunmore Safety Ltd")
    queue.press(row["name"], "action_approve")
    queue.dialog().decide("The vendor confirmed the new price")
    expect(queue.row(row["name"])).to_have_count(0)
    expect(as_("buyer").form("purchase.order", order).banner).to_have_count(0)


@pytest.mark.parametrize("case", ALERTS, ids=lambda case: case.control.replace(" ", "_"))
def test_what_is_late_stands_in_the_list_of_exceptions_with_its_owner(
    partners: Stack, stage: Stage, as_: Callable[[str], Screen], case: AlertCase
) -> None:
    document = case.make(partners, stage)
    [found] = wait_until(lambda: case.looked(partners, document), bool)
    row = as_("operations").list(EXCEPTIONS).find(found["title"])
    expect(row).to_contain_text(found["role_id"][1].rsplit("/", 1)[-1].strip())
    row.locator("td[name=title], .o_data_cell").first.click()
    form = as_("operations").form("gatehouse.exception", found["id"])
    expect(form.root).to_contain_text(case.why)
