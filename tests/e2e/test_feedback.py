"""What a person makes of an answer reaches the sidecar, joined to what it answered."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from stack.client import ROOT, Stack, wait_until
from stack.demo import documents, sales
from stack.demo.anomalies import ORDINARY_ORDER, UNUSUAL_ORDER

pytestmark = pytest.mark.e2e
CHECK = "discount_anomaly"


@pytest.fixture
def sidecar(stack: Stack) -> Iterator[sa.Engine]:
    """The sidecar's database."""
    engine = sa.create_engine(stack.data["sidecar_env"]["GATEHOUSE_DATABASE_URL"])
    yield engine
    engine.dispose()


@pytest.mark.covers("61-return-feedback", "ordinary")
def test_what_people_say_of_an_answer_moves_the_override_rate_of_the_model_that_gave_it(
    stack: Stack, sidecar: sa.Engine
) -> None:
    wait_until(lambda: open_words(stack), lambda count: count == 0)  # what other tests said is in
    reviewed, rejected = overruled(stack)
    unusual, ordinary = (sales.make_order(stack, case) for case in (UNUSUAL_ORDER, ORDINARY_ORDER))
    for order in (unusual, ordinary):
        sales.confirm(stack, order)
    sales.wait_for(stack, unusual, "held")
    [hold] = sales.holds(stack, unusual)
    documents.release(stack, "sales_manager", hold["id"], "Agreed with the customer by phone")
    assert kept(stack, sidecar, unusual, 1) == [("rejected", True)]
    assert overruled(stack) == (reviewed + 1, rejected + 1)  # the release overruled it
    click(stack, unusual, "action_right")
    assert kept(stack, sidecar, unusual, 2) == [("rejected", True), ("confirmed", True)]
    sales.wait_for(stack, ordinary, "clear")
    click(stack, ordinary, "action_wrong")
    assert kept(stack, sidecar, ordinary, 1) == [("rejected", False)]
    assert overruled(stack) == (
        reviewed + 2,
        rejected + 1,
    )  # a click is the later word, and reaches what passed too


def click(stack: Stack, order: int, button: str) -> None:
    """Say of the order's answer, as the sales manager, what a button says."""
    check = sales.checks(stack, order)[CHECK]["id"]
    stack.call("sales_manager", "gatehouse.check", button, [check])


def kept(stack: Stack, sidecar: sa.Engine, order: int, count: int) -> list[Any]:
    """(outcome, whether the answer had warned) that the sidecar keeps of an order, oldest first, once there are so many."""
    [asked] = [row for row in sales.events(stack, order) if row["type"] == "sale.order.confirmed"]
    text = sa.text(
        "SELECT outcome, warned FROM feedback WHERE event_id = :id AND check_name = :check ORDER BY id"
    )

    def read() -> list[Any]:
        with sidecar.connect() as connection:
            rows = connection.execute(text, {"id": asked["event_id"], "check": CHECK})
            return [(outcome, bool(warned)) for outcome, warned in rows]

    return list(wait_until(read, lambda rows: len(rows) >= count))


def open_words(stack: Stack) -> int:
    """How many words of people are still on their way to the sidecar."""
    domain = [("type", "=", "ai.output.reviewed"), ("state", "!=", "acknowledged")]
    return int(stack.call("operations", "gatehouse.event", "search_count", domain))


def overruled(stack: Stack) -> tuple[int, int]:
    """(reviewed, rejected) of what models answered about discounts, over all versions; the printed rate is held to both."""
    done = subprocess.run(
        [sys.executable, "-m", "sidecar.cli", "models", "reviewed"], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**stack.data["sidecar_env"], "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    found = [line.split("\t") for line in done.stdout.splitlines() if line.startswith("discounts\t")]
    for _subject, _version, judged, rejected, rate, _mean in found:
        assert rate == f"{int(rejected) / int(judged):.0%}"
    return sum(int(row[2]) for row in found), sum(int(row[3]) for row in found)
