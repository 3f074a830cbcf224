"""What a model says of open invoices and of done movements: from Odoo's records through n8n and the sidecar and back, as advice."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest

from sidecar.training.run import train_model
from stack.client import Stack, wait_until
from stack.demo import documents, sales, scores
from stack.demo.anomalies import ORDINARY_ORDER
from tests.neighbours import garbage, newest

pytestmark = pytest.mark.e2e
INVOICE = "account.move"


@dataclass(frozen=True)
class Payers:
    """Two customers whose habits a model has learnt."""

    late: int
    punctual: int


def customer(stack: Stack, name: str) -> int:
    return documents.create(stack, "admin", "res.partner", {"name": name, "is_company": True})


def once_more(stack: Stack, workflow: str) -> None:
    """A whole further turn, with nothing new."""
    seen = newest(stack, workflow)
    stack.execute(workflow)
    wait_until(lambda: newest(stack, workflow), lambda number: number > seen)


def shipped(stack: Stack) -> tuple[int, int]:
    """A delivery that is done, and its movement."""
    order = sales.make_order(stack, ORDINARY_ORDER)
    sales.confirm(stack, order)
    picking = sales.wait_for(stack, order, "clear")["picking_ids"][0]
    sales.ship(stack, picking)
    return picking, scores.movement(stack, picking)


def test_without_a_trained_model_the_ageing_bucket_stands_there_by_its_name(stack: Stack) -> None:
    late = scores.invoice(stack, customer(stack, "Nobody learnt"), overdue=100)
    found = scores.advised(stack, "accountant", INVOICE, late, scores.INVOICES)
    assert (found["gatehouse_score_source"], found["gatehouse_score"]) == ("ageing", 0)
    assert found["gatehouse_score_reason"].startswith("By ageing: over 90 days overdue (no model is loaded")


@pytest.mark.covers("30-score-stock-moves", "ordinary again")
def test_a_done_delivery_carries_how_much_it_looks_like_a_correction_with_reasons(stack: Stack) -> None:
    picking, move = shipped(stack)
    found = scores.advised(stack, "warehouse", "stock.move", move, scores.MOVES)
    assert (found["gatehouse_score_source"], found["gatehouse_score_degraded"]) == ("model", False)
    assert 0 <= found["gatehouse_score"] <= 1
    assert found["gatehouse_score_reason"]
    model = found["gatehouse_score_model"]
    assert model.startswith("stock-moves ")
    assert scores.unusual(stack, picking).endswith(f"{found['gatehouse_score_reason']} ({model})")
    once_more(stack, scores.MOVES)
    assert scores.advice(stack, "warehouse", "stock.move", move) == found


@pytest.fixture
def payers(stack: Stack, tmp_path: Path) -> Iterator[Payers]:
    """A model of payments, which is not shipped, serves: made from invoices of one who always and one who never paid late."""
    found = Payers(customer(stack, "Pays late"), customer(stack, "Pays on time"))
    lines = ["customer,amount,date,due,paid"]
    for number in range(300):
        who, delay = ((found.late, 20), (found.punctual, -5))[number % 2]
        day = date(2025, 1, 1) + timedelta(days=number)
        due = day + timedelta(days=30)
        lines.append(f"partner:{who},{100 + number % 7 * 10},{day},{due},{due + timedelta(days=delay)}")
    (tmp_path / "history.csv").write_text("\n".join(lines) + "\n")
    train_model("payments", [tmp_path / "history.csv"], tmp_path, say=lambda _text: None)
    serving = Path(stack.data["folder"]) / "models" / "payments"
    shutil.copytree(tmp_path / "payments", serving)
    yield found
    shutil.rmtree(serving)  # workers look every three seconds: what needs no model stands above


@pytest.mark.covers("40-score-open-invoices", "ordinary again")
def test_open_invoices_carry_their_risk_with_reasons_and_the_likely_late_one_is_chased_first(
    stack: Stack, payers: Payers
) -> None:
    punctual, late = (scores.invoice(stack, who, overdue=3) for who in (payers.punctual, payers.late))
    found = {
        each: scores.advised(stack, "accountant", INVOICE, each, scores.INVOICES) for each in (punctual, late)
    }
    assert found[late]["gatehouse_score"] > 0.9
    assert found[punctual]["gatehouse_score"] < 0.1
    for row in found.values():
        assert (row["gatehouse_score_source"], row["gatehouse_score_degraded"]) == ("model", False)
        assert row["gatehouse_score_model"].startswith("payments ")
        assert row["gatehouse_score_confidence"] > 0.9
    assert "this customer pays" in found[late]["gatehouse_score_reason"]
    order = "gatehouse_ageing desc, gatehouse_score desc, amount_residual_signed desc"
    assert stack.call("accountant", INVOICE, "search", [("id", "in", [punctual, late])], order=order) == [
        late,
        punctual,
    ]
    once_more(stack, scores.INVOICES)
    assert scores.advice(stack, "accountant", INVOICE, late) == found[late]


@pytest.mark.covers("30-score-stock-moves 40-score-open-invoices", "garbage")
def test_garbage_leaves_the_ageing_bucket_and_a_movement_not_scored_and_both_say_why(stack: Stack) -> None:
    picking, move = shipped(stack)
    with garbage(stack) as asked:
        late = scores.invoice(stack, customer(stack, "Nobody knows"), overdue=45)
        stack.call("admin", "stock.move", "write", [move], {"gatehouse_scored_at": False})
        chased = scores.advised(stack, "accountant", INVOICE, late, scores.INVOICES)
        moved = scores.advised(stack, "warehouse", "stock.move", move, scores.MOVES)
    assert {"/v1/payments/score", "/v1/stock-moves/score"} <= set(asked)
    for found, source in ((chased, "ageing"), (moved, "none")):
        assert (found["gatehouse_score_source"], found["gatehouse_score_degraded"]) == (source, True)
        assert "outside the contract" in found["gatehouse_score_reason"]
    assert chased["gatehouse_score_reason"].startswith("By ageing: 31 to 60 days overdue (scoring service: ")
    assert scores.unusual(stack, picking) == moved["gatehouse_score_reason"]
