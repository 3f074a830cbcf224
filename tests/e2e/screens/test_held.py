"""Every control of transfers and of money, as people meet it: what comes next is refused until the role signs."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from stack.client import Stack
from stack.demo.controls.bills import BILLS
from stack.demo.controls.cases import Document, HeldCase
from stack.demo.controls.stage import Stage
from stack.demo.controls.transfers import TRANSFERS
from stack.pages import Form, Screen

pytestmark = pytest.mark.e2e


def validate(form: Form) -> None:
    form.press("button_validate")


def pay(form: Form) -> None:
    form.press("action_register_payment")
    form.dialog().confirm()


def signed(stack: Stack, as_: Callable[[str], Screen], case: HeldCase, document: Document) -> None:
    """The role finds it in its queue with the reason, and signs."""
    waiting = case.waiting(stack, document)
    assert waiting, f"nothing waits for {document.name}"
    queue = as_(case.decider).queue()
    expect(queue.find(waiting.name)).to_contain_text(case.why)
    queue.press(waiting.name, "action_approve")
    queue.dialog().decide("Looked at the papers")
    expect(queue.row(waiting.name)).to_have_count(0)


#: The button of what comes next, and what the screen shows once it happened.
NEXT: dict[str, tuple[Callable[[Form], None], str]] = {
    "done": (validate, "Done"),
    "paid": (pay, "Paid|In Payment"),
}


def tried(form: Form, case: HeldCase) -> None:
    """Press the button and read why not: in a notification where it asks for the review, else in a dialog."""
    if case.control == "credit_note":
        with form.page.expect_response(
            "**/call_button/**"
        ):  # a page left before the answer shows what was before it
            form.press("action_post")
        return
    NEXT[case.reached[0]][0](form)
    refusal = form.page.locator(".modal:visible", has_text="Can be released by: ").or_(
        form.page.locator(".modal:visible", has_text="can be released by: ")
    )
    expect(refusal).to_be_visible()
    refusal.locator("footer .btn-primary").first.click()
    expect(refusal).to_have_count(0)
    if form.page.locator(".modal:visible").count():
        form.dialog().discard()


WRITE_OFF = next(case for case in BILLS if case.control == "write_off")


@pytest.mark.parametrize(
    "case", [case for case in [*TRANSFERS, *BILLS] if case is not WRITE_OFF], ids=lambda case: case.control
)
def test_a_transfer_or_a_payment_waits_for_its_role_and_goes_on_with_the_signature(
    stack: Stack, stage: Stage, as_: Callable[[str], Screen], case: HeldCase
) -> None:
    document: Document = case.make(stack, stage)
    asker = as_(case.asker)
    form = asker.form(case.model, document.id)
    tried(form, case)
    form = asker.form(case.model, document.id)
    expect(form.banner).to_contain_text("Held for review")
    expect(form.banner).to_contain_text(case.why)
    assert not case.gone_on(stack, document)
    signed(stack, as_, case, document)
    form = asker.form(case.model, document.id)
    expect(form.banner).to_have_count(0)
    if case.control == "credit_note":
        expect(form.status).to_have_text("Posted")
        return
    press, shown = NEXT[case.reached[0]]
    press(form)
    reached = form.root.locator(".o_statusbar_status .o_arrow_button_current, .ribbon:visible")
    expect(reached.filter(has_text=re.compile(shown))).to_have_count(1)


def test_what_a_payment_gives_up_waits_for_its_role_and_is_booked_with_the_signature(
    stack: Stack, stage: Stage, as_: Callable[[str], Screen]
) -> None:
    document = WRITE_OFF.make(stack, stage)
    asker = as_(WRITE_OFF.asker)
    form = asker.form(WRITE_OFF.model, document.id)
    form.press("action_register_payment")
    pay_dialog = form.dialog().root
    pay_dialog.locator("div[name=amount] input").fill("340")
    pay_dialog.locator("div[name=amount] input").press("Tab")
    pay_dialog.get_by_text("Mark as fully paid").click()
    account = pay_dialog.locator("div[name=writeoff_account_id] input").first
    account.fill("Expenses")
    # none of those that were shown before the search answered
    found = asker.page.locator(".o-autocomplete--dropdown-item:visible")
    found.filter(has_text=re.compile(r"^\s*Expenses\s*$")).click()
    expect(account).to_have_value("Expenses")
    pay_dialog.locator("footer .btn-primary").first.click()
    expect(asker.page.locator(".o_notification", has_text="written off")).to_be_visible()
    [payment] = stack.call("accountant", "account.payment", "search", [("invoice_ids", "in", [document.id])])
    banner = asker.form("account.payment", payment).banner
    expect(banner).to_contain_text(WRITE_OFF.why)
    assert not WRITE_OFF.gone_on(stack, document)
    signed(stack, as_, WRITE_OFF, document)
    form = asker.form(WRITE_OFF.model, document.id)
    expect(form.root.locator(".ribbon:visible")).to_have_text(re.compile("Paid|In Payment"))
