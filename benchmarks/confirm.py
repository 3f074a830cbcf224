"""What the addons add to confirming an order: the same database with and without them, in turns.

Runs in Odoo's own Python with both databases open in one process, so that load on the machine hits both alike;
the figure is the median of the paired differences. See docs/performance.md for the command.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import odoo
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.tools import config


def draft(env: Any, lines: int) -> Any:
    """A quotation of so many lines, nothing of it cached."""
    partner = env["res.partner"].search([("customer_rank", ">", 0)], limit=1, order="id")
    products = env["product.product"].search([("is_storable", "=", True)], limit=lines, order="id")
    values = [(0, 0, {"product_id": p.id, "product_uom_qty": 2}) for p in products]
    order = env["sale.order"].create(
        {"partner_id": (partner or env.user.partner_id).id, "order_line": values}
    )
    env.cr.commit()
    env.invalidate_all()
    return order


def confirm_once(name: str, lines: int) -> tuple[float, int]:
    """Milliseconds and SQL queries of one confirm, commit included, in that database."""
    with Registry(name).cursor() as cr:
        order = draft(api.Environment(cr, SUPERUSER_ID, {}), lines)
        queries, begun = cr.sql_log_count, time.perf_counter()
        order.action_confirm()
        cr.commit()
        return (time.perf_counter() - begun) * 1000, cr.sql_log_count - queries


def calls_in(work: Callable[[], None]) -> int:
    """Function calls in Odoo's process while it works: no other work on the machine changes them."""
    counted = 0

    def seen(_frame: object, event: str, _what: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


def count_calls(name: str, lines: int) -> int:
    """Function calls of one confirm, commit included, in that database."""
    with Registry(name).cursor() as cr:
        order = draft(api.Environment(cr, SUPERUSER_ID, {}), lines)

        def confirm() -> None:
            order.action_confirm()
            cr.commit()

        return calls_in(confirm)


def main() -> None:
    """Confirm in turns and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--plain", required=True, help="database without the addons")
    parser.add_argument("--gatehouse", required=True, help="database with them")
    parser.add_argument("--config", required=True, help="Odoo's configuration file")
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--lines", type=int, default=3)
    args = parser.parse_args()
    config.parse_config(["-c", args.config, "--log-level", "warn"])
    for name in (args.plain, args.gatehouse):
        for _ in range(5):
            confirm_once(name, args.lines)
    calls = [count_calls(name, args.lines) for name in (args.plain, args.gatehouse)]
    plain, ours, queries = [], [], []
    for turn in range(args.rounds):
        names = [args.plain, args.gatehouse] if turn % 2 else [args.gatehouse, args.plain]
        seen = {name: confirm_once(name, args.lines) for name in names}
        plain.append(seen[args.plain][0])
        ours.append(seen[args.gatehouse][0])
        queries.append(seen[args.gatehouse][1] - seen[args.plain][1])
    added = statistics.median(b - a for a, b in zip(plain, ours, strict=True))
    base = statistics.median(plain)
    print(
        "| confirm | without ms | with ms | paired difference ms | share | queries added | calls without | calls added |"
        "\n|---|---|---|---|---|---|---|---|"
    )
    print(
        f"| {args.lines} lines, {args.rounds} pairs | {base:.1f} | {statistics.median(ours):.1f} | {added:+.1f} "
        f"| {added / base:+.1%} | {statistics.median(queries):.0f} | {calls[0]} | {calls[1] - calls[0]} |"
    )


if __name__ == "__main__":
    assert odoo.release.version_info[0] == 19, odoo.release.version
    main()
