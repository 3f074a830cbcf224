"""The controls of vendors' documents, as people meet them: the receipt waits, a bill is a draft that says what differs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.client import Stack
from stack.demo import deliveries
from stack.demo.controls.cases import REQUEST
from stack.demo.controls.papers import INVOICES
from stack.pages import Screen

pytestmark = pytest.mark.e2e
DOCUMENTS = "gatehouse_document.gatehouse_document_action"
#: Each control of a confirmation, and what its reason says.
CONFIRMED = {
    "confirmation_value": "30 instead of 40",
    "confirmation_delay": "2027-02-15 instead of 2027-02-01",
}
BILLED = {case.control: case.why for case in INVOICES}


def test_a_confirmation_that_differs_holds_the_order_until_the_changes_it_asks_for_are_signed(
    stack: Stack, as_: Callable[[str], Screen]
) -> None:
    order, number = deliveries.confirmation_that_differs(stack)
    buyer = as_("buyer")
    banner = buyer.form(order.model, order.id).banner
    for why in CONFIRMED.values():
        expect(banner).to_contain_text(why)
    [row] = stack.call("buyer", order.model, "read", [order.id], ["picking_ids"])
    warehouse = as_("warehouse").form("stock.picking", row["picking_ids"][0])
    warehouse.press("button_validate")
    refused = warehouse.dialog()
    expect(refused.root).to_contain_text(re.compile("an be released by: "))
    refused.confirm()
    document = buyer.form_of(DOCUMENTS, number)
    expect(document.root).to_contain_text("30 confirmed, 40 ordered")
    document.press("action_confirm")
    document.dialog().confirm()
    expect(document.root).to_contain_text("2 changes of")
    asked = [("res_model", "=", order.model), ("res_id", "=", order.id), ("state", "=", "waiting")]
    requests = stack.call("operations", REQUEST, "search_read", asked, ["display_name"])
    assert len(requests) == len(CONFIRMED)
    for request in requests:
        queue = as_("operations").queue()
        queue.find(request["display_name"])
        queue.press(request["display_name"], "action_approve")
        queue.dialog().decide("Agreed with the vendor")
        expect(queue.row(request["display_name"])).to_have_count(0)
    form = buyer.form(order.model, order.id)
    for why in CONFIRMED.values():
        expect(form.banner.filter(has_text=why)).to_have_count(0)
    expect(form.value("order_line")).to_contain_text("2.75")


def test_an_invoice_that_differs_becomes_a_draft_bill_that_says_so(
    stack: Stack, as_: Callable[[str], Screen]
) -> None:
    number = deliveries.invoice_that_differs(stack)
    document = as_("accountant").form_of(DOCUMENTS, number)
    expect(document.root).to_contain_text(BILLED["invoice_match"])
    document.press("action_confirm")
    expect(document.page.locator(".o_form_view .o_statusbar_status .o_arrow_button_current")).to_have_text(
        "Draft"
    )
    expect(document.page.locator(".o-mail-Chatter")).to_contain_text(BILLED["invoice_match"])
