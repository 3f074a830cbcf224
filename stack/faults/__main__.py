"""`python3 -m stack faults`: break the running stack on purpose and check what is left."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path

from stack.client import Stack
from stack.steps import say

from . import report
from .run import Settings, machine, report_folder, run


def ended(number: int, _frame: object) -> None:
    """A run that is ended puts the stack back as it was."""
    raise KeyboardInterrupt(f"ended by signal {number}")


def main() -> int:
    """0 when nothing was lost and nothing happened twice."""
    parser = argparse.ArgumentParser(prog="python3 -m stack faults", description=__doc__)
    parser.add_argument(
        "--events",
        type=int,
        default=300,
        help="about so many: two for each order confirmed, the others checks asked for again",
    )
    parser.add_argument("--orders", type=int, help="orders to confirm; a quarter of the events by default")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=3.0, help="how long the strikes last")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between strikes, on average")
    parser.add_argument(
        "--own-schedule",
        action="store_true",
        help="keep Odoo's own delays before retries (the end takes hours)",
    )
    parser.add_argument("--drain", type=float, default=600.0, help="seconds to wait for the last answers")
    parser.add_argument("--report", type=Path, help="folder for the report; the stack's own by default")
    given = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ended)
    stack = Stack.load()
    orders = given.orders or max(1, given.events // 4)
    settings = Settings(
        orders, given.minutes * 60, given.every, given.seed, not given.own_schedule, given.drain,
        again=max(0, given.events - 2 * orders),
    )  # fmt: skip
    outcome = run(stack, settings, say)
    folder, ran_on = given.report or report_folder(stack), machine()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{outcome.mark}.md").write_text(report.as_markdown(outcome, ran_on))
    (folder / f"{outcome.mark}.json").write_text(json.dumps(report.as_json(outcome, ran_on), indent=2))
    for finding in outcome.findings[:40]:
        print(f"{finding.kind}: {finding.record}: {finding.text}")
    for failure in outcome.failures:
        print(f"gave up: {failure}")
    say(f"report: {folder / outcome.mark}.md")
    say(f"{len(outcome.findings)} findings")
    return 1 if outcome.findings or outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main())
