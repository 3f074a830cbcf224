"""What a large company feels: confirming, the queue, a back-test, the figures and the seal, measured in Odoo's own process.

`python3 -m stack scale-benchmark` makes the two databases, runs this and drops them. See docs/performance.md.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from benchmarks.confirm import calls_in, confirm_once, count_calls
from benchmarks.scale import data

#: What the browser asks for when the list opens: its columns.
COLUMNS = ("opened_at", "res_name", "partner_name", "currency_id", "amount", "reason_text", "requester_ids", "role_id",
           "company_id", "next_text", "can_decide", "overdue", "state")  # fmt: skip


def environment(name: str, cr: Any, uid: int = SUPERUSER_ID) -> Any:
    """An environment without anything cached."""
    env = api.Environment(cr, uid, {"lang": "en_US", "tz": "UTC"})
    env.invalidate_all()
    return env


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and those in which Odoo's process and its database backend had a processor.

    On a machine with other work the second is what it takes on a quiet one.
    """

    clock: float
    busy: float

    def __str__(self) -> str:
        unit, factor = ("ms", 1000) if self.busy < 1 else ("s", 1)
        return f"{self.busy * factor:.{0 if factor > 1 else 1}f} {unit} (by the clock {self.clock * factor:.{0 if factor > 1 else 1}f})"


def busy(cr: Any) -> float:
    """Processor seconds so far of this process and of the backend that serves the cursor."""
    times = psutil.Process(cr._cnx.info.backend_pid).cpu_times()
    return time.process_time() + times.user + times.system


def timed(cr: Any, work: Callable[[], Any]) -> tuple[Took, Any]:
    """How long it took, and the answer."""
    began, before = time.perf_counter(), busy(cr)
    found = work()
    return Took(time.perf_counter() - began, busy(cr) - before), found


def median(took: list[Took]) -> Took:
    """The median of each."""
    return Took(statistics.median(one.clock for one in took), statistics.median(one.busy for one in took))


def confirms(plain: str, ours: str, rounds: int) -> str:
    """Paired, as `benchmarks.confirm`."""
    for name in (plain, ours):
        for _ in range(5):
            confirm_once(name, 3)
    alone, with_them = (count_calls(name, 3) for name in (plain, ours))
    pairs, queries = [], []
    for turn in range(rounds):
        seen = {name: confirm_once(name, 3) for name in ((plain, ours) if turn % 2 else (ours, plain))}
        pairs.append((seen[plain][0], seen[ours][0]))
        queries.append(seen[ours][1] - seen[plain][1])
    added, base = statistics.median(b - a for a, b in pairs), statistics.median(a for a, _b in pairs)
    return f"+{added:.1f} ms ({added / base:+.1%} of {base:.1f} ms), {statistics.median(queries):.0f} queries more, {rounds} pairs; calls {alone} and {with_them - alone} more"


def queue(name: str, rounds: int = 15) -> str:
    """The list 'Waiting for me' of a sales manager among many, nothing cached but the registry."""
    took, queries, shown = [], 0, 0
    with Registry(name).cursor() as cr:
        user = environment(name, cr)["res.users"].search([("login", "=", "person0")])
        for _ in range(rounds):
            env = environment(name, cr, user.id)
            before = cr.sql_log_count
            seconds, found = timed(cr, lambda env=env: env["gatehouse.approval.step"].web_search_read(
                [("can_decide", "=", True)], {column: {} for column in COLUMNS}, limit=80, count_limit=10001,
            ))  # fmt: skip
            took.append(seconds)
            queries, shown = cr.sql_log_count - before, found["length"]
    return f"{median(took)}, {queries} queries, {shown} waiting"


def backtest(name: str) -> str:
    """A tighter discount policy against every order."""
    with Registry(name).cursor() as cr:
        env = environment(name, cr)
        role = env.ref("sales_team.group_sale_manager").id
        policy = env["gatehouse.policy"].create({
            "name": "Tighter", "control": "sale_discount", "mode": "enforcing",
            "band_ids": [(0, 0, {"up_to": 6, "outcome": "pass"}), (0, 0, {"outcome": "review", "role_id": role})],
        })  # fmt: skip
        test = env["gatehouse.backtest"]._start(policy, 800)

        memory: dict[str, Any] = {}

        def run() -> None:
            while test.state == "running":
                test._run_batch(memory)
                cr.commit()

        seconds, _none = timed(cr, run)
        opened, _none = timed(
            cr,
            lambda: (
                environment(name, cr)["gatehouse.backtest"]
                .browse(test.id)
                .read(["review_count", "value_held", "changed_count"])
            ),
        )
        again = env["gatehouse.backtest"]._start(policy, 800)
        before = cr.sql_log_count
        calls = calls_in(lambda: again._run_batch(memory))
        batch = f"a further thousand orders {calls} calls, {cr.sql_log_count - before} queries"
        return (
            f"{seconds} for {test.done_count} orders, {test.review_count} reviews; its page {opened}; {batch}"
        )


def figures(name: str) -> str:
    """Every figure of the last 400 days, and the nightly refresh."""
    with Registry(name).cursor() as cr:
        env = environment(name, cr)
        whole, _none = timed(cr, lambda: env["gatehouse.kpi"]._refresh(400))
        cr.commit()
        night, _none = timed(cr, env["gatehouse.kpi"]._cron_refresh)
        cr.commit()
        count = env["gatehouse.kpi"].search_count([])
        return f"{whole} for 400 days ({count} rows), {night} each night"


def seal(name: str) -> str:
    """The chain over a million rows, then one more run with one new row."""
    with Registry(name).cursor() as cr:
        env = environment(name, cr)

        def whole() -> int:
            number, after = 0, 0
            while batch := env["gatehouse.seal"]._seal_batch(after):
                number, after = number + batch[0], batch[1]
                cr.commit()
            return number

        seconds, number = timed(cr, whole)
        env["gatehouse.decision"]._append("confirmed", env["sale.order"].search([], limit=1))
        again, _none = timed(cr, lambda: env["gatehouse.seal"]._seal_batch(0))
        cr.commit()
        return f"{number} rows in {seconds}, {number / seconds.busy:,.0f} a second; the next run {again}"


def main() -> None:
    """Fill both databases, measure, print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--plain", required=True, help="database without the addons")
    parser.add_argument("--gatehouse", required=True, help="database with them")
    parser.add_argument("--config", required=True, help="Odoo's configuration file")
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--only", default="confirm,queue,backtest,figures,seal")
    parser.add_argument("--filled", action="store_true", help="the databases are large already")
    args = parser.parse_args()
    config.parse_config(["-c", args.config, "--log-level", "warn"])
    for name in () if args.filled else (args.plain, args.gatehouse):
        with Registry(name).cursor() as cr:
            print(f"filled {name}: {data.fill(environment(name, cr), name == args.gatehouse)} s", flush=True)
    measures: dict[str, tuple[str, Callable[[], str]]] = {
        "confirm": (
            "confirming an order of 3 lines",
            lambda: confirms(args.plain, args.gatehouse, args.rounds),
        ),
        "queue": ("'Waiting for me' opens", lambda: queue(args.gatehouse)),
        "backtest": ("back-test of every order", lambda: backtest(args.gatehouse)),
        "figures": ("refresh of the figures", lambda: figures(args.gatehouse)),
        "seal": ("sealing the decision log", lambda: seal(args.gatehouse)),
    }
    print("| what | measured |\n|---|---|")
    for key in args.only.split(","):
        print(f"| {measures[key][0]} | {measures[key][1]()} |", flush=True)


if __name__ == "__main__":
    main()
