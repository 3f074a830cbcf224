"""Every control of master data and stock, as people meet it: the record keeps its value until the role signs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from stack.client import Stack
from stack.demo.controls.cases import REQUEST, ChangeCase, Document
from stack.demo.controls.changes import CHANGES, NEW_TAX_ID
from stack.demo.controls.stage import Stage
from stack.pages import Rows, Screen

pytestmark = pytest.mark.e2e
REQUESTS = "gatehouse.gatehouse_change_request_action"


def approve_vendor(screen: Screen, document: Document) -> None:
    form = screen.form(document.model, document.id)
    form.tab("Vendor approval")
    form.press("action_gatehouse_approve_vendor")
    expect(form.banner).to_contain_text("Held for review")


def choose_terms(screen: Screen, document: Document) -> None:
    form = screen.form(document.model, document.id)
    form.tab("Sales & Purchase")
    form.choose("property_payment_term_id", "Case: 60 days")
    form.save()


def type_credit_limit(screen: Screen, document: Document) -> None:
    form = screen.form(document.model, document.id)
    form.tab("Invoicing")
    form.fill("credit_limit", "9000")
    form.save()


def choose_price_list(screen: Screen, document: Document) -> None:
    form = screen.form(document.model, document.id)
    form.tab("Sales & Purchase")
    form.choose("property_product_pricelist", "Gold")
    form.save()


def type_tax_id(screen: Screen, document: Document) -> None:
    form = screen.form(document.model, document.id)
    form.fill("vat", NEW_TAX_ID)
    form.save()


def trust_account(screen: Screen, document: Document) -> None:
    form = screen.form(document.model, document.id)
    form.value("allow_out_payment").locator("input").click()
    form.save()


def type_price(screen: Screen, document: Document) -> None:
    form = screen.form(document.model, document.id)
    form.fill("list_price", "130")
    form.save()


def type_cost(screen: Screen, document: Document) -> None:
    form = screen.form(document.model, document.id)
    form.fill("standard_price", "40")
    form.save()


def choose_category(screen: Screen, document: Document) -> None:
    form = screen.form(document.model, document.id)
    form.choose("categ_id", "Case: product_price")
    form.save()


def type_vendor_price(screen: Screen, document: Document) -> None:
    form = screen.form(document.model, document.id)
    form.fill("price", "120")
    form.save()


def apply_count(screen: Screen, document: Document) -> None:
    """Physical Inventory, the item's row, the count, Apply; then which policies say so."""
    screen.goto("physical-inventory")
    item = screen.stack.call("admin", "stock.quant", "read", [document.id], ["product_id"])[0]["product_id"][
        1
    ]
    Rows(screen.page).find(item)
    row = screen.page.locator(".o_data_row", has_text=item)
    expect(row).to_have_count(1)
    row.locator("td[name=inventory_quantity]").click()
    cell = screen.page.locator(".o_data_row td[name=inventory_quantity] input")
    expect(cell).to_be_focused()  # a row that is still being opened forgets what is typed
    cell.fill("30")
    screen.page.locator(".o_list_button_save").click()
    # Tab would save the count too, but open a new row after it: a click while that one is drawn is lost.
    expect(screen.page.locator(".o_selected_row")).to_have_count(0)
    row.locator("button[name=action_apply_inventory]").click()
    expect(row).to_contain_text("waits for Accounting / Administrator")
    row.locator("button[name=action_gatehouse_explain]").click()
    explained = screen.page.locator(".modal-body")
    expect(explained).to_contain_text("over the limit of 500: needs a review by Accounting / Administrator")
    expect(explained).to_contain_text("the most specific one that fits")
    screen.page.locator(".modal-footer button").click()
    expect(explained).to_have_count(0)


ASK: dict[str, Callable[[Screen, Document], Any]] = {
    "vendor_onboarding": approve_vendor,
    "partner_terms": choose_terms,
    "partner_credit": type_credit_limit,
    "partner_price_list": choose_price_list,
    "partner_tax_id": type_tax_id,
    "partner_bank": trust_account,
    "product_price": type_price,
    "product_cost": type_cost,
    "product_category": choose_category,
    "vendor_price_list": type_vendor_price,
    "stock_adjustment": apply_count,
}
#: Where the value waits without a form that could say so: the list of requests does.
WITHOUT_BANNER = {"stock_adjustment"}


@pytest.mark.parametrize("case", CHANGES, ids=lambda case: case.control)
def test_a_change_waits_for_its_role_and_is_applied_by_the_signature(
    stack: Stack, stage: Stage, as_: Callable[[str], Screen], case: ChangeCase
) -> None:
    document = case.make(stack, stage)
    asker = as_(case.asker)
    ASK[case.control](asker, document)
    if case.control not in WITHOUT_BANNER:
        form = asker.form(document.model, document.id)
        expect(form.banner).to_contain_text("Held for review")
        expect(form.banner).to_contain_text(case.why)
    waiting = case.waiting(stack, document)
    assert waiting, f"no request waits for {document.name}"
    assert not case.gone_on(stack, document)
    expect(asker.list(REQUESTS).find(waiting.name)).to_contain_text("Waiting")
    queue = as_(case.decider).queue()
    expect(queue.find(waiting.name)).to_contain_text(case.why)
    queue.press(waiting.name, "action_approve")
    queue.dialog().decide("Compared with the papers")
    expect(queue.row(waiting.name)).to_have_count(0)
    assert case.gone_on(stack, document)
    form = asker.form(REQUEST, waiting.id)
    expect(form.status).to_have_text("Applied")
