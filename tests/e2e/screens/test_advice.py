"""Whom to chase first, as an accountant meets it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from stack.client import Stack
from stack.demo import documents, scores
from stack.pages import Screen

pytestmark = pytest.mark.e2e
CHASE = "gatehouse_account.account_move_chase_action"
BUCKETS = ["Over 90 days overdue", "31 to 60 days overdue", "Not due yet"]


def test_the_list_of_whom_to_chase_and_the_invoice_say_the_bucket_and_by_whose_word(
    stack: Stack, as_: Callable[[str], Screen]
) -> None:
    name = f"Chased {uuid4().hex[:8]}"
    customer = documents.create(stack, "admin", "res.partner", {"name": name})
    invoices = [scores.invoice(stack, customer, overdue) for overdue in (0, 200, 45)]
    scores.advised(stack, "accountant", "account.move", invoices[-1], scores.INVOICES)
    rows = as_("accountant").list(CHASE)
    rows.find(name)
    mine = rows.page.locator("tr.o_data_row")
    expect(mine.locator("td[name=gatehouse_ageing]")).to_have_text(BUCKETS)
    expect(mine.first.locator("td[name=gatehouse_score_source]")).to_have_text("Ageing")
    form = as_("accountant").form("account.move", invoices[1])
    expect(form.value("gatehouse_score_reason")).to_contain_text("By ageing: over 90 days overdue (")
    expect(form.value("gatehouse_score")).to_have_count(0)
