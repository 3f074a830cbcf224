"""Confirm to results written back, on an idle stack: what a salesperson waits for the order's checks.

    make up && GATEHOUSE_STACK_DIR=.stack python -m benchmarks.latency --orders 40

Each order is created and confirmed through Odoo's API, then its status is polled every 25 ms, so the figure
includes the poll. Prints a Markdown table in milliseconds.
"""

from __future__ import annotations

import argparse
import statistics
import time

from stack.client import Stack
from stack.demo import sales
from stack.demo.anomalies import ORDINARY_ORDER


def one(stack: Stack) -> tuple[float, float]:
    """Milliseconds of one confirm call, and from its return to the checks written back."""
    order = sales.make_order(stack, ORDINARY_ORDER)
    begun = time.perf_counter()
    sales.confirm(stack, order)
    confirmed = time.perf_counter()
    while sales.read(stack, order)["gatehouse_status"] == "waiting":
        if time.perf_counter() - confirmed > 60:
            raise TimeoutError(f"sale.order {order} still waits for its checks after 60 s; see `make logs`")
        time.sleep(0.025)
    return (confirmed - begun) * 1000, (time.perf_counter() - confirmed) * 1000


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=40, help="how many orders, one after the other")
    count = parser.parse_args().orders
    stack = Stack.load()
    one(stack)  # the first one pays for imports and connections
    rows = [one(stack) for _ in range(count)]
    print(f"| {count} orders | p50 ms | p95 ms | max ms |\n|---|---|---|---|")
    for name, values in (
        ("confirm", [r[0] for r in rows]),
        ("commit to checks written back", [r[1] for r in rows]),
    ):
        cuts = statistics.quantiles(values, n=20)
        print(f"| {name} | {statistics.median(values):.0f} | {cuts[-1]:.0f} | {max(values):.0f} |")


if __name__ == "__main__":
    main()
