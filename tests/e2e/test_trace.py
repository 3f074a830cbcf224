"""One order's story, told from Odoo, n8n and the sidecar."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from sidecar.tracing.commands import trace
from stack.client import Stack
from stack.demo import documents, sales
from stack.demo.anomalies import UNUSUAL_ORDER

pytestmark = pytest.mark.e2e


def tell(stack: Stack, reference: str, login: str = "auditor") -> Result:
    """The command as that user."""
    words = [reference, "--url", stack.url("odoo"), "--db", stack.data["databases"]["odoo"], "--login", login,
             "--key", stack.data["users"][login], "--n8n-url", stack.url("n8n"), "--n8n-key", stack.data["n8n"]["api_key"]]  # fmt: skip
    for name, log in stack.data["logs"].items():
        words += ["--sidecar-log", log] if name.startswith("sidecar") else []
    return CliRunner().invoke(trace, words)


def test_the_story_of_a_held_order_names_each_step_and_who_released_it(stack: Stack) -> None:
    order = sales.make_order(stack, UNUSUAL_ORDER)
    sales.confirm(stack, order)
    name = sales.wait_for(stack, order, "held")["name"]
    [hold] = sales.holds(stack, order)
    documents.release(stack, "sales_manager", hold["id"], "Agreed by phone")
    result = tell(stack, name)
    assert result.exit_code == 0, result.output
    steps = [
        "raised",
        "stored by n8n",
        "10-check-sales-order, execution ",
        "POST /v1/discounts/score answered 200",
        "discount_anomaly: fail",
        "hold Review",
        "Agreed by phone",
    ]
    assert [step for step in steps if step not in result.output] == []
    assert result.output.index("raised") < result.output.index("Agreed by phone")
    by_id = tell(stack, sales.events(stack, order)[0]["event_id"])
    assert by_id.output.startswith(f"{name}\n"), by_id.output
    assert [step for step in steps if step not in by_id.output] == []


def test_each_order_of_a_batch_has_the_requests_of_the_batch_in_its_story(stack: Stack) -> None:
    orders = [sales.make_order(stack, UNUSUAL_ORDER) for _ in range(3)]
    stack.call("salesperson", "sale.order", "action_confirm", orders)
    for order in orders:
        name = sales.wait_for(stack, order, "held")["name"]
        assert "POST /v1/discounts/score answered 200" in tell(stack, name).output


def test_an_unknown_reference_and_a_wrong_user_get_a_sentence(stack: Stack) -> None:
    assert "There is no event S-none" in tell(stack, "S-none").output
    assert "Only auditors" in tell(stack, "S-none", "salesperson").output
