"""Events a second from commit to acknowledged, what one costs each service, and whether memory stays flat.

    make up && "$(python3 -m stack python)" -m benchmarks.throughput --rate 20 --seconds 300
    make up && "$(python3 -m stack python)" -m benchmarks.throughput --import-orders 1000
    make up && "$(python3 -m stack python)" -m benchmarks.throughput --rate 1 --size 1 --seconds 120    # an execution an event

The sustained run asks again for the checks of confirmed orders, so that each event is judged whole (three partners, the
sidecar, four verdicts): confirming 20 orders a second is more than two cores can do in Odoo itself. The import confirms
its orders in one transaction of `odoo shell`. Times are taken by another connection that looks every 50 ms.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from stack.client import Stack
from stack.cost import cpu_ms, memory_mib
from stack.demo import documents
from stack.demo.anomalies import ORDINARY_ORDER
from stack.processes import Processes

LOOK = 0.05
STATES = "SELECT id, state FROM gatehouse_event WHERE id > %s AND type LIKE 'sale.order.%%'"
EXECUTIONS = 'SELECT mode, count(*) FROM execution_entity WHERE "createdAt" >= %s GROUP BY 1'
IMPORT = """
orders = env['sale.order'].browse({ids})
orders.with_user({user}).action_confirm()
env.cr.commit()
print('CONFIRMED')
"""


class Watcher(threading.Thread):
    """When each event was first seen, and when it was first seen acknowledged (seconds of the monotonic clock)."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(daemon=True)
        self.url, self.over = stack.data["database_urls"]["odoo"], threading.Event()
        self.seen: dict[int, float] = {}
        self.acknowledged: dict[int, float] = {}
        with psycopg.connect(self.url) as connection:
            [self.after] = connection.execute(
                "SELECT coalesce(max(id), 0) FROM gatehouse_event"
            ).fetchone() or [0]

    def run(self) -> None:
        """Until it is over."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self.over.is_set():
                rows, now = connection.execute(STATES, [self.after]).fetchall(), time.monotonic()
                for number, state in rows:
                    self.seen.setdefault(number, now)
                    if state == "acknowledged":
                        self.acknowledged.setdefault(number, now)
                time.sleep(LOOK)

    def wait_for(self, count: int, seconds: float) -> None:
        """Until so many events are acknowledged, or the time is up."""
        end = time.monotonic() + seconds
        while len(self.acknowledged) < count and time.monotonic() < end:
            time.sleep(0.2)

    def latencies(self) -> list[float]:
        """Milliseconds from commit to acknowledged."""
        return [(self.acknowledged[number] - self.seen[number]) * 1000 for number in self.acknowledged]


class Costs:
    """CPU and memory of the services over a run."""

    def __init__(self, stack: Stack) -> None:
        self.processes = Processes(Path(stack.data["folder"]))
        self.names = sorted(name for name in self.processes.recorded() if name != "watch")
        self.before = cpu_ms(self.processes, self.names)
        self.memory = [memory_mib(self.processes, self.names)]
        self.begun = time.monotonic()

    def look(self) -> None:
        """One more sample of memory."""
        self.memory.append(memory_mib(self.processes, self.names))

    def rows(self, events: int) -> list[str]:
        """A line a service: CPU an event, then memory at the begin, after each quarter and at the end."""
        after = cpu_ms(self.processes, self.names)
        seen = [self.memory[quarter * (len(self.memory) - 1) // 4] for quarter in range(5)]
        return [
            f"| {name} | {(after[name] - self.before[name]) / max(1, events):.1f} | "
            + " | ".join(f"{sample[name]:.0f}" for sample in seen)
            + " |"
            for name in self.names
        ]


def orders(stack: Stack, count: int) -> list[int]:
    """Quotations of the demo's ordinary kind, each for a customer of its own and so below every rolling total."""
    product = documents.find(stack, "admin", "product.product", "default_code", ORDINARY_ORDER["item"])
    made: list[int] = []
    while len(made) < count:
        size = min(50, count - len(made))
        names = [{"name": f"Benchmark {time.time_ns()}-{number}"} for number in range(size)]
        customers = stack.call("admin", "res.partner", "create", names)
        line = {"product_id": product, "product_uom_qty": 1, "discount": 0.0}
        values = [{"partner_id": customer, "order_line": [(0, 0, line)]} for customer in customers]
        made += stack.call("salesperson", "sale.order", "create", values)
    return made


def sustained(stack: Stack, rate: float, seconds: float, size: int) -> None:
    """Ask for checks at that rate, `size` orders a call, and print the tables."""
    base = orders(stack, max(40, int(rate * 10)))
    for at in range(0, len(base), 20):
        stack.call("salesperson", "sale.order", "action_confirm", base[at : at + 20])
    settle = Watcher(stack)
    settle.after -= len(base)
    settle.start()
    settle.wait_for(len(base), 180)
    settle.over.set()
    watcher, costs, begun_at = Watcher(stack), Costs(stack), datetime.now(UTC).replace(tzinfo=None)
    watcher.start()
    begun, asked, late = time.monotonic(), 0, 0.0
    while asked < rate * seconds:
        due = begun + asked / rate
        late = max(late, time.monotonic() - due)
        time.sleep(max(0.0, due - time.monotonic()))
        at = asked % (len(base) - size)
        stack.call("salesperson", "sale.order", "action_recheck", base[at : at + size])
        asked += size
        if asked % max(size, int(rate * 30)) < size:
            costs.look()
    lasted = time.monotonic() - begun
    watcher.wait_for(asked, 120)
    costs.look()
    watcher.over.set()
    print(
        f"\n{asked} events in {lasted:.0f} s ({asked / lasted:.1f}/s asked for, at most {late:.1f} s behind)"
    )
    table(stack, watcher, costs, asked, begun_at)


def imported(stack: Stack, count: int) -> None:
    """Confirm so many orders in one transaction and print the tables."""
    ids = orders(stack, count)
    user = stack.odoo("salesperson").uid
    watcher, costs, begun_at = Watcher(stack), Costs(stack), datetime.now(UTC).replace(tzinfo=None)
    watcher.start()
    odoo, begun = stack.data["odoo_command"], time.monotonic()
    words = [
        "shell",
        "-c",
        odoo["config"],
        "-d",
        stack.data["databases"]["odoo"],
        "--no-http",
        "--max-cron-threads",
        "0",
    ]
    done = subprocess.run(
        [*odoo["command"], *words], input=IMPORT.format(ids=ids, user=user), env=odoo["env"], cwd=odoo["cwd"],
        text=True, capture_output=True, check=False, timeout=1800,
    )  # fmt: skip
    if "CONFIRMED" not in done.stdout:
        raise SystemExit(f"the import did not come to its end: {done.stderr[-1500:]}")
    confirmed = time.monotonic() - begun
    watcher.wait_for(count, 600)
    costs.look()
    watcher.over.set()
    print(f"\n{count} orders confirmed in one transaction of {confirmed:.0f} s (Odoo's start included)")
    table(stack, watcher, costs, count, begun_at)


def table(stack: Stack, watcher: Watcher, costs: Costs, asked: int, begun: Any) -> None:
    """What was seen, as Markdown."""
    values = watcher.latencies()
    cuts = statistics.quantiles(values, n=20)
    with psycopg.connect(stack.data["database_urls"]["n8n"]) as connection:
        modes = dict(connection.execute(EXECUTIONS, [begun]).fetchall())
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores at the end\n")
    print(
        "| events asked | acknowledged | p50 ms | p95 ms | max ms | executions of n8n | of them sub-workflows |"
    )
    print("|---|---|---|---|---|---|---|")
    print(
        f"| {asked} | {len(values)} | {statistics.median(values):.0f} | {cuts[-1]:.0f} | {max(values):.0f} "
        f"| {sum(modes.values())} | {modes.get('integrated', 0)} |"
    )
    print(
        "\n| service | CPU ms an event | MiB at begin | ¼ | ½ | ¾ | at end |\n|---|---|---|---|---|---|---|"
    )
    print("\n".join(costs.rows(len(values))))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=float, default=20.0, help="events a second")
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument("--size", type=int, default=5, help="orders asked for in one call of a sustained run")
    parser.add_argument("--import-orders", type=int, default=0, help="confirm so many orders at once instead")
    given = parser.parse_args()
    stack = Stack.load()
    if given.import_orders:
        imported(stack, given.import_orders)
    else:
        sustained(stack, given.rate, given.seconds, given.size)


if __name__ == "__main__":
    main()
