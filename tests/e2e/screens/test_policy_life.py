"""A policy as its people meet it: why it applies, what a draft would have done, and from observing to enforcing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import expect

from stack.client import Stack, wait_until
from stack.demo import documents
from stack.demo.controls import stage as stages
from stack.demo.controls.cases import mark
from stack.demo.controls.orders import SALES
from stack.demo.controls.stage import Stage
from stack.pages import Form, Screen

pytestmark = pytest.mark.e2e
POLICY, ORDER = "gatehouse.policy", "sale.order"
CASES = {case.control: case for case in SALES}


@dataclass(frozen=True)
class Watched:
    """A customer group whose orders above 500 a policy only observes, and its two orders: 1,000 and 300."""

    tag: int
    policy: int
    customer: int
    names: tuple[str, str]


def policy_of(stack: Stack, tag: int, free: float, mode: str) -> int:
    """A draft: orders of the tag's customers above `free` are reviewed by the sales manager."""
    role = stages.roles(stack, {stages.SALES})[stages.SALES]
    bands = [{"up_to": free, "outcome": "pass"}, {"outcome": "review", "role_id": role}]
    return documents.create(stack, "operations", POLICY, {
        "name": f"Watched orders {mark()}", "control": "sale_amount", "mode": mode, "partner_tag_id": tag,
        "band_ids": [(0, 0, band) for band in bands],
    })  # fmt: skip


def confirmed(stack: Stack, customer: int, item: int) -> tuple[int, str]:
    """An order of one piece with Confirm pressed: its id and name."""
    line = (0, 0, {"product_id": item, "product_uom_qty": 1})
    order = documents.create(stack, "salesperson", ORDER, {"partner_id": customer, "order_line": [line]})
    stack.call("salesperson", ORDER, "action_confirm", [order])
    return order, str(documents.read(stack, ORDER, order, "salesperson")["name"])


@pytest.fixture
def watched(stack: Stack, stage: Stage) -> Watched:
    """The policy is in force and observes."""
    tag = documents.create(stack, "admin", "res.partner.category", {"name": f"Watched {mark()}"})
    policy = policy_of(stack, tag, 500, "observing")
    stack.call("operations", POLICY, "action_submit", [policy])
    stack.call("finance", POLICY, "action_activate", [policy])
    customer = documents.create(
        stack, "admin", "res.partner", {"name": f"Watched Works {mark()}", "category_id": [(6, 0, [tag])]}
    )
    dear, cheap = (confirmed(stack, customer, item)[1] for item in (stage.item, stage.bare_item))
    return Watched(tag, policy, customer, (dear, cheap))


def test_explain_on_an_order_says_what_applies_what_does_not_and_why(
    stack: Stack, stage: Stage, as_: Callable[..., Screen]
) -> None:
    case = CASES["sale_terms"]
    order = case.make(stack, stage)
    case.ask(stack, order)
    form = as_("salesperson").form(ORDER, order.id)
    form.press("action_gatehouse_explain")
    told = form.dialog().root
    expect(told.locator("h5", has_text="days beyond agreed payment terms")).to_be_visible()
    expect(told).to_contain_text(
        f"{case.why}, over the limit of 0.5: needs a review by Sales / Administrator"
    )
    applies = told.locator("li", has_text="✓")
    expect(applies.filter(has_text="Case: Payment terms")).to_contain_text("the most specific one that fits")
    expect(applies.filter(has_text="Discounts (version")).to_have_count(1)
    apart = told.locator("li.text-muted", has_text="Case: Credit limit")
    expect(apart).to_contain_text("it is for partner tag Case: sale_credit")
    told.get_by_role("button", name="Close").last.click()


def test_a_back_test_started_from_a_draft_shows_what_it_would_have_stopped(
    stack: Stack, watched: Watched, as_: Callable[..., Screen]
) -> None:
    draft = policy_of(stack, watched.tag, 200, "enforcing")
    author = as_("operations")
    author.form(POLICY, draft).press("action_backtest")
    form = Form(author.page)
    expect(form.value("days")).to_have_text("90")
    [test] = stack.call("operations", "gatehouse.backtest", "search", [("policy_id", "=", draft)])
    wait_until(
        lambda: stack.call("operations", "gatehouse.backtest", "read", [test], ["state"])[0]["state"],
        lambda state: state == "done",
        90.0,
        lambda: stack.scheduled("Gatehouse: go on with back-tests"),
    )
    form = author.form("gatehouse.backtest", test)
    expect(form.status).to_have_text("Done")
    expect(form.value("changed_count")).to_have_text("1")
    for name, today in zip(watched.names, ("Review", "Passes"), strict=True):
        row = form.root.locator(".o_data_row", has_text=name)
        expect(row.locator("td[name=active_outcome]")).to_have_text(today)
        expect(row.locator("td[name=outcome]")).to_have_text("Review")
    form.press("action_lines")
    expect(author.page.locator(".o_graph_view canvas")).to_be_visible()


def test_switching_over_shows_what_was_observed_before_the_board_enforces_it(
    stack: Stack, stage: Stage, watched: Watched, as_: Callable[..., Screen]
) -> None:
    author = as_("operations")
    form = author.form(POLICY, watched.policy)
    observed = form.value("observed")
    expect(observed).to_contain_text("would have decided on 2 documents of the last 28 days")
    form.press("action_switch_over")
    form = Form(author.page)
    expect(form.status).to_have_text("In review")
    [version] = stack.call("finance", POLICY, "search", [("supersedes_id", "=", watched.policy)])
    board = as_("finance").form(POLICY, version)
    for outcome in ("Passes", "Needs a review"):
        expect(board.value("observed").locator("tr", has_text=outcome)).to_contain_text("50.0 %")
    board.press("action_activate")
    expect(board.status).to_have_text("Active")
    order, _ = confirmed(stack, watched.customer, stage.item)
    [hold] = documents.holds(stack, ORDER, order, "salesperson")
    assert (hold["control"], hold["policy_id"][0]) == ("sale_amount", version)
