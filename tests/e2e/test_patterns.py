"""A seeded habit goes from Odoo's orders through n8n and the sidecar's jobs into the exception queue; ordinary people do not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from stack.client import Stack, wait_until
from stack.demo import habits
from tests.neighbours import away, garbage

pytestmark = pytest.mark.e2e
#: The workflow's job reads the whole history. Its schedule is waited for by `make demo`; here its owner executes it.
SECONDS = 600.0
PAUSE_OVER = "UPDATE gatehouse_pattern_run SET retry_at = NULL"


@pytest.fixture
def measure(stack: Stack) -> Callable[[], None]:
    return lambda: stack.execute("90-measure-weekly-patterns")


@pytest.fixture(scope="module")
def sellers(stack: Stack) -> Iterator[dict[str, habits.Seller]]:
    """Somebody whose discounts jump in the last two weeks, and somebody whose do not; gone afterwards."""
    with habits.seeded(stack) as people:
        yield people


def company(stack: Stack) -> int:
    [user] = stack.call("admin", "res.users", "read", [stack.odoo("admin").uid], ["company_id"])
    return int(user["company_id"][0])


def measured(stack: Stack) -> list[dict[str, Any]]:
    """The last weeks of the company that the orders are of."""
    rows: list[dict[str, Any]] = stack.call(
        "auditor", "gatehouse.pattern.run", "search_read", [("company_id", "=", company(stack))],
        ["week", "state", "looked", "note", "model", "attempts"],
    )  # fmt: skip
    return rows


def change(stack: Stack, statement: str) -> None:
    """What time or a lost record would do to Odoo's runs."""
    with psycopg.connect(stack.data["database_urls"]["odoo"]) as connection:
        connection.execute(statement)


def exceptions(stack: Stack, seller: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = stack.call(
        "operations", "gatehouse.exception", "search_read",
        [("category", "=", "pattern"), ("about_user_id", "=", seller)],
        ["title", "detail", "state", "role_id", "occurrences"],
    )  # fmt: skip
    return rows


@pytest.mark.covers("90-measure-weekly-patterns", "ordinary again")
def test_a_discount_habit_is_an_exception_with_its_weeks_and_an_ordinary_salesperson_is_not(
    stack: Stack, sellers: dict[str, habits.Seller], measure: Callable[[], None]
) -> None:
    rows = wait_until(
        lambda: measured(stack),
        lambda rows: len(rows) == 4 and all(row["state"] == "measured" for row in rows),
        SECONDS,
        measure,
    )
    assert all(row["looked"] > 2 and row["model"].startswith("patterns ") for row in rows)
    seller, name = sellers["habit"]
    [found] = exceptions(stack, seller)
    assert (found["state"], found["role_id"][1].split("/")[-1].strip()) == ("open", "Operations manager")
    for part in (
        name,
        *map(str, habits.mondays()[-2:]),
        "off on average",
        "weeks before usually",
        "Next step: ",
    ):
        assert part in found["detail"], part
    assert name not in found["title"]
    assert exceptions(stack, sellers["ordinary"].user) == []
    kept = stack.call(
        "auditor", "gatehouse.pattern", "search_read", [("res_model", "=", "res.users"), ("res_id", "=", seller)],
        ["week", "rarity", "discount"],
    )  # fmt: skip
    assert {row["week"] for row in kept if row["rarity"] >= 0.995} == {
        str(day) for day in habits.mondays()[-2:]
    }
    # Asked again, nothing changes: every week is measured.
    due = stack.bot("gatehouse.pattern.run", "read_due").json()
    assert [job for job in due if job["company"] == company(stack)] == []


@pytest.mark.covers("90-measure-weekly-patterns", "down garbage")
def test_while_the_sidecar_is_down_or_answers_garbage_operations_are_told_once_and_the_next_run_catches_up(
    stack: Stack, sellers: dict[str, habits.Seller], measure: Callable[[], None]
) -> None:
    def missing() -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = stack.call(
            "operations", "gatehouse.exception", "search_read",
            [("key", "=", f"patterns:missing:{company(stack)}"), ("state", "=", "open")], ["detail"],
        )  # fmt: skip
        return rows

    change(stack, "DELETE FROM gatehouse_pattern_run")  # as if nobody had measured yet
    with away(stack, "sidecar"):
        [told] = wait_until(missing, bool, SECONDS, measure)
    assert "kept in mind" in told["detail"]
    change(stack, PAUSE_OVER)
    with garbage(stack, {"state": "done", "result": {"entries": [{"role": "owner"}]}}):
        notes = lambda: {row["note"] for row in measured(stack) if row["attempts"] > 1}  # noqa: E731
        [note] = wait_until(notes, bool, SECONDS, measure)
    assert "outside the contract: results[0].entries[0]" in note
    assert {row["state"] for row in measured(stack)} == {"waiting"}
    assert missing() == [told]
    change(stack, PAUSE_OVER)
    wait_until(
        lambda: measured(stack),
        lambda rows: all(row["state"] == "measured" for row in rows),
        SECONDS,
        measure,
    )
    assert missing() == []
    assert len(exceptions(stack, sellers["habit"].user)) == 1
