"""What a person makes of a warning reaches the sidecar, joined to what it answered."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
import sqlalchemy as sa

from stack.client import ROOT, Stack, wait_until
from stack.demo import documents, sales
from stack.demo.anomalies import UNUSUAL_ORDER

pytestmark = pytest.mark.e2e


@pytest.mark.covers("61-return-feedback", "ordinary")
def test_an_overruled_warning_is_feedback_joined_to_its_answer(stack: Stack) -> None:
    order = sales.make_order(stack, UNUSUAL_ORDER)
    sales.confirm(stack, order)
    sales.wait_for(stack, order, "held")
    [hold] = sales.holds(stack, order)
    documents.release(stack, "sales_manager", hold["id"], "Agreed with the customer by phone")
    engine = sa.create_engine(stack.data["sidecar_env"]["GATEHOUSE_DATABASE_URL"])
    asked = stack.call(
        "operations", "gatehouse.event", "search_read",
        [("res_model", "=", "sale.order"), ("res_id", "=", order), ("type", "=", "sale.order.confirmed")], ["event_id"],
    )[0]["event_id"]  # fmt: skip

    def said() -> list[Any]:
        with engine.connect() as connection:
            found = connection.execute(
                sa.text("SELECT check_name, outcome, comment FROM feedback WHERE event_id = :id"),
                {"id": asked},
            )
            return [tuple(row) for row in found]

    assert wait_until(said, bool) == [("discount_anomaly", "rejected", "")]
    done = subprocess.run(
        [sys.executable, "-m", "sidecar.cli", "models", "reviewed"], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**stack.data["sidecar_env"], "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert "discounts\t" in done.stdout
    engine.dispose()
