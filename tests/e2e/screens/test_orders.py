"""Every control before a confirmation, as people meet it: who asks reads why it waits, the role decides, it goes on."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.client import Stack
from stack.demo.controls.cases import OrderCase
from stack.demo.controls.orders import PURCHASES, SALES
from stack.demo.controls.stage import Stage
from stack.pages import Screen

pytestmark = pytest.mark.e2e
BUTTON = {"sale.order": "action_confirm", "purchase.order": "button_confirm"}
CONFIRMED = {"sale.order": "Sales Order", "purchase.order": "Purchase Order"}


def asked(stack: Stack, stage: Stage, as_: Callable[[str], Screen], case: OrderCase) -> tuple[str, int]:
    """Press Confirm and read that it waits, why, and for whom; the order's name and id."""
    order = case.make(stack, stage)
    form = as_(case.asker).form(case.model, order.id)
    form.press(BUTTON[case.model])
    expect(form.banner).to_contain_text("Held for review")
    expect(form.banner).to_contain_text(case.why)
    expect(form.banner).to_contain_text("Can be released by: ")
    expect(form.status).not_to_have_text(CONFIRMED[case.model])
    return order.name, order.id


@pytest.mark.parametrize("case", [*SALES, *PURCHASES], ids=lambda case: case.control)
def test_an_order_over_the_limit_waits_for_its_role_and_goes_on_with_the_signature(
    stack: Stack, stage: Stage, as_: Callable[[str], Screen], case: OrderCase
) -> None:
    name, order = asked(stack, stage, as_, case)
    queue = as_(case.decider).queue()
    expect(queue.find(name)).to_contain_text(case.why)
    queue.press(name, "action_approve")
    queue.dialog().decide("Agreed by phone")
    expect(queue.row(name)).to_have_count(0)
    form = as_(case.asker).form(case.model, order)
    expect(form.status).to_have_text(CONFIRMED[case.model])
    expect(form.banner.filter(has_text=case.why)).to_have_count(0)


def test_a_rejected_order_stays_a_quotation_and_says_who_rejected_it_and_why(
    stack: Stack, stage: Stage, as_: Callable[[str], Screen]
) -> None:
    case = SALES[0]
    name, order = asked(stack, stage, as_, case)
    queue = as_(case.decider).queue()
    queue.find(name)
    queue.press(name, "action_reject")
    queue.dialog().decide("Not below cost")
    expect(queue.row(name)).to_have_count(0)
    form = as_(case.asker).form(case.model, order)
    expect(form.status).to_have_text(re.compile("Quotation"))
    expect(form.banner).to_contain_text("rejected by Sarah Sales Manager: Not below cost")
