"""Who decides in place of whom, as people meet it: the broken glass, a delegation, the queue on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from stack.client import Stack
from stack.demo.controls.cases import STEP, Document, OrderCase
from stack.demo.controls.orders import SALES
from stack.demo.controls.stage import Stage
from stack.pages import PHONE, Form, Screen

pytestmark = pytest.mark.e2e
DELEGATIONS, EXCEPTIONS = "gatehouse.gatehouse_delegation_action", "gatehouse.gatehouse_exception_action"
CASES = {case.control: case for case in SALES}
#: A phone as it is held, and the least height that a thumb meets.
HELD, THUMB = {**PHONE, "height": 844}, 30


def asked(stack: Stack, stage: Stage, case: OrderCase) -> Document:
    """An order that waits for its role."""
    order = case.make(stack, stage)
    case.ask(stack, order)
    assert case.waiting(stack, order)
    return order


def test_the_named_role_breaks_the_glass_up_to_the_cap_and_somebody_else_reviews_it(
    stack: Stack, stage: Stage, as_: Callable[..., Screen]
) -> None:
    case = CASES["sale_credit"]
    dear = asked(stack, stage, replace(case, line={"product_uom_qty": 6}))
    urgent = asked(stack, stage, case)
    rescuer = as_("sales_manager")
    form = rescuer.form(case.model, dear.id)
    form.press("action_gatehouse_break_glass")
    form.dialog().answer("")
    expect(form.dialog().root.locator("div[name=reason]")).to_have_class(re.compile("o_field_invalid"))
    form.dialog().answer("The crane waits at the site")
    refused = rescuer.page.locator(".modal:visible", has_text="allows break-glass up to 5,000.00")
    refused.locator("footer .btn-primary").first.click()
    form.dialog().discard("Cancel")
    form = rescuer.form(case.model, urgent.id)
    form.press("action_gatehouse_break_glass")
    expect(form.dialog().root).to_contain_text("Somebody else reviews it within a working day")
    form.dialog().decide("The crane waits at the site")
    expect(form.status).to_have_text("Sales Order")
    operations = as_("operations")
    row = operations.list(EXCEPTIONS).find(f"Sarah Sales Manager broke the glass for {urgent.name}")
    expect(row).to_contain_text("Break-glass to review")
    row.locator("td[name=title]").click()
    review = Form(operations.page)
    expect(review.root).to_contain_text("The crane waits at the site")
    expect(review.value("about_user_id")).to_contain_text("Sarah Sales Manager")
    review.press("action_resolve")
    review.dialog().decide("The customer paid on Monday")
    expect(review.status).to_have_text("Resolved")
    expect(review.value("resolved_by")).to_contain_text("Olga Operations")


@pytest.fixture
def revoked(stack: Stack) -> Iterator[None]:
    """No delegation of the test outlives it, however it ends."""
    yield
    made = [("principal_id.login", "=", "sales_manager"), ("revoked", "=", False)]
    if left := stack.call("sales_manager", "gatehouse.delegation", "search", made):
        stack.call("sales_manager", "gatehouse.delegation", "action_revoke", left)


@pytest.mark.usefixtures("revoked")
def test_who_was_delegated_to_decides_as_himself_for_the_other_until_it_is_revoked(
    stack: Stack, stage: Stage, as_: Callable[..., Screen]
) -> None:
    case = CASES["sale_terms"]
    order = asked(stack, stage, case)
    principal = as_("sales_manager")
    principal.goto(f"action-{DELEGATIONS}/new")
    form = Form(principal.page)
    form.choose("delegate_id", "Fiona Finance")
    form.fill("reason", "On the road until tonight")
    form.fill("max_amount", "5000")
    form.press("action_begin")
    expect(form.root.locator("button[name=action_revoke]")).to_be_visible()
    queue = as_("finance").queue()
    expect(queue.find(order.name)).to_contain_text(case.why)
    queue.press(order.name, "action_approve")
    queue.dialog().decide("The terms were agreed in May")
    expect(queue.row(order.name)).to_have_count(0)
    assert case.gone_on(stack, order)
    [step] = stack.call("finance", STEP, "search", [("res_name", "=", order.name)])
    decided = as_("finance").form(STEP, step)
    expect(decided.value("decided_by")).to_have_text("Fiona Finance")
    expect(decided.value("on_behalf_of")).to_have_text("Sarah Sales Manager")
    form.press("action_revoke")
    expect(form.root).to_contain_text("Revoked")
    later = asked(stack, stage, case)
    expect(as_("finance").queue().find(later.name)).to_have_count(0)


def test_an_approver_decides_on_a_phone_without_scrolling_sideways(
    stack: Stack, stage: Stage, as_: Callable[..., Screen]
) -> None:
    case = CASES["sale_discount"]
    order = asked(stack, stage, case)
    phone = as_("sales_manager", HELD)
    queue = phone.queue()
    phone.page.locator(".o_control_panel button:has(.fa-search)").click()
    card = queue.find(order.name)
    expect(card).to_contain_text(case.why)
    assert phone.page.evaluate("document.scrollingElement.scrollWidth") <= HELD["width"]
    for button in card.get_by_role("button").all():
        box = button.bounding_box()
        assert box
        assert box["x"] + box["width"] <= HELD["width"]
        assert box["height"] >= THUMB
    queue.press(order.name, "action_approve")
    queue.dialog().decide("Agreed on the phone")
    expect(queue.row(order.name)).to_have_count(0)
    assert case.gone_on(stack, order)
