"""What waits, as the people who look at it see it: its rank, its summary."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from stack.client import Stack

#: The workflows run every half minute, and the machine may be slow.
SECONDS = 150.0
RANK = ["gatehouse_rank", "gatehouse_rank_by", "gatehouse_rank_reason", "gatehouse_waiting_cost"]


def rank(stack: Stack, login: str, model: str, number: int) -> dict[str, Any]:
    """The rank of a transfer or exception, and why."""
    [row] = stack.call(login, model, "read", [number], RANK)
    found: dict[str, Any] = row
    return found


def summary(stack: Stack, order: int) -> str:
    """What the salesperson reads on the order, as HTML; empty when nothing waits."""
    [row] = stack.call("salesperson", "sale.order", "read", [order], ["gatehouse_summary"])
    return str(row["gatehouse_summary"] or "")


def ranking(stack: Stack) -> Callable[[], None]:
    """Rank now instead of at the workflow's next half minute: a prompt of `wait_until`."""
    return lambda: stack.execute("90-rank-open-work")


def summarizing(stack: Stack) -> Callable[[], None]:
    """Summarize now instead of at the workflow's next half minute: a prompt of `wait_until`."""
    return lambda: stack.execute("90-summarize-waiting-work")
