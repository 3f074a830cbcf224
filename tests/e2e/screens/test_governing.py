"""What governs the controls, as people meet it: who may decide, what is written down, who signs off, who sees a change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from sidecar.audit.chain import verify
from stack.client import Stack
from stack.demo.controls import governing
from stack.demo.controls.cases import mark
from stack.demo.controls.stage import Stage
from stack.pages import Form, Rows, Screen

pytestmark = pytest.mark.e2e
DECISIONS, SIGN_OFFS = "gatehouse.gatehouse_decision_action", "gatehouse.gatehouse_change_action"
EXCEPTIONS, BY_RULE = "gatehouse.gatehouse_exception_action", "gatehouse.gatehouse_auto_approval_action"


def opened(rows: Rows, name: str) -> Form:
    """The form behind a row, as a click opens it."""
    rows.find(name).locator(".o_data_cell").first.click()
    return Form(rows.page)


def test_the_auditor_reads_who_may_decide_and_takes_the_sealed_log_home(
    stack: Stack, stage: Stage, as_: Callable[[str], Screen], tmp_path: Path
) -> None:
    order = governing.APPROVED.make(stack, stage)
    governing.APPROVED.ask(stack, order)
    auditor = as_("auditor")
    auditor.list(DECISIONS)
    row = auditor.page.locator(".o_data_row", has_text=order.name).filter(has_text="auto_approved")
    expect(row).to_contain_text("Sam Salesperson")
    auditor.page.locator(".o_menu_sections_more button").click()
    with auditor.page.expect_download() as download:
        auditor.page.locator(".o-dropdown--menu .dropdown-item", has_text="Export the sealed log").click()
    download.value.save_as(tmp_path / "log.jsonl")
    lines = (tmp_path / "log.jsonl").read_text().splitlines()
    assert verify(lines).number == len(lines)
    assert [line for line in lines if "auto_approved" in line and order.name in line]
    auditor.page.goto(f"{stack.url('odoo')}/report/html/gatehouse.authority")  # a page of its own, to print
    policy = auditor.page.locator("tbody", has_text="Case: Payment terms")
    expect(policy.locator(".gh-band", has_text="Review")).to_contain_text("Sarah Sales Manager")


def test_a_promotion_waits_for_its_sign_off_and_takes_effect_with_it(
    stack: Stack, as_: Callable[[str], Screen]
) -> None:
    content = f"walked-{mark()}"
    with governing.signed_by_operations(stack):
        change = governing.change_of(stack, "request", content, subject="discounts", detail="recall 0.84")
    form = opened(as_("operations").list(SIGN_OFFS), change["name"])
    expect(form.status).to_have_text("Waits for sign-offs")
    expect(form.root).to_contain_text("recall 0.84")
    form.press("action_sign")
    form.dialog().decide("Compared with the model before")
    expect(form.status).to_have_text("Signed off")
    expect(form.value("signature_ids")).to_contain_text("Olga Operations")
    governing.change_of(stack, "applied", content)
    [number] = stack.call("operations", governing.CHANGE, "search", [("name", "=", change["name"])])
    form = as_("operations").form(governing.CHANGE, number)
    expect(form.status).to_have_text("In effect")


def test_a_rule_that_was_switched_off_is_an_exception_about_who_did_it(
    stack: Stack, as_: Callable[[str], Screen]
) -> None:
    told = governing.switched_off(stack, governing.automation(stack))
    form = opened(as_("operations").list(EXCEPTIONS), told["title"])
    expect(form.root).to_contain_text("Active: True → nothing")
    expect(form.value("about_user_id")).to_contain_text("Mitchell Admin")
    form.press("action_resolve")
    form.dialog().decide("The rule is not needed any more")
    expect(form.status).to_have_text("Resolved")


def test_what_a_rule_approved_goes_on_at_once_and_its_role_looks_at_it_afterwards(
    stack: Stack, stage: Stage, as_: Callable[[str], Screen]
) -> None:
    case = governing.APPROVED
    order = case.make(stack, stage)
    form = as_(case.asker).form(case.model, order.id)
    form.press("action_confirm")
    expect(form.status).to_have_text("Sales Order")
    rows = as_(case.decider).list(BY_RULE)
    expect(rows.find(order.name)).to_contain_text(case.why)
    rows.press(order.name, "action_right")
    rows.dialog().decide("A customer of ten years")
    expect(rows.row(order.name)).to_have_count(0)
