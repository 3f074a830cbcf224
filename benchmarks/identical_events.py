"""What very many identical events leave behind: rows, exceptions, time, memory. Bounded: as many as one says.

    make up && "$(python3 -m stack python)" -m benchmarks.identical_events rule --count 20000
    make up && "$(python3 -m stack python)" -m benchmarks.identical_events circle --count 250
    make up && "$(python3 -m stack python)" -m benchmarks.identical_events post --count 20000
    make up && "$(python3 -m stack python)" -m benchmarks.identical_events post --count 5000 --differing

`rule`: an automation rule raises the same event, 500 times a call. `circle`: it raises it again each time the document has one of two
values, one call each. `post`: malformed events straight to n8n's trigger, a hundred a signed post; with `--differing` no two are alike.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg

from stack.client import Stack
from stack.cost import memory_mib
from stack.processes import Processes
from tests.integration.test_bad_events import raise_by_rule, run
from tests.integration.test_event_intake import body_of, event, post, signed

A_CALL, A_POST = 500, 100
COUNTS = {
    "rows in the outbox": "SELECT count(*) FROM gatehouse_event",
    "exceptions": "SELECT count(*) FROM gatehouse_exception",
    "MiB of Odoo's database": "SELECT pg_database_size(current_database()) / 1048576",
}
COUNTED = """SELECT title, occurrences, left(detail, 60) FROM gatehouse_exception
              WHERE last_at >= (clock_timestamp() AT TIME ZONE 'utc') - %s * interval '1 second' ORDER BY id"""


def by_rule(stack: Stack, count: int) -> None:
    """The same event, raised `count` times by an automation rule."""
    action, partner = raise_by_rule(stack, street2="Way 1")
    for _call in range(count // A_CALL):
        run(stack, action, [partner] * A_CALL)


def in_a_circle(stack: Stack, count: int) -> None:
    """An event after each change of a document between two values."""
    action, partner = raise_by_rule(stack, street2="Way 1")
    for turn in range(count):
        stack.call("admin", "res.partner", "write", [partner], {"street2": f"Way {turn % 2}"})
        run(stack, action, [partner])


def posted(stack: Stack, count: int, differing: bool) -> None:
    """Malformed events of somebody who has the signing secret."""
    for _post in range(count // A_POST):
        marks = [uuid4().hex if differing else "" for _nth in range(A_POST)]
        body = body_of(*[event(event_id=None, mark=mark) for mark in marks])
        answer = post(stack, data=body, headers=signed(stack, body))
        answer.raise_for_status()


def look(stack: Stack) -> dict[str, float]:
    """What there is now."""
    with psycopg.connect(stack.data["database_urls"]["odoo"]) as connection:
        found = {
            name: float((connection.execute(query).fetchone() or [0])[0]) for name, query in COUNTS.items()
        }
    with psycopg.connect(stack.data["database_urls"]["n8n"]) as connection:
        [executions] = connection.execute("SELECT count(*) FROM execution_entity").fetchone() or [0]
    memory = memory_mib(Processes(Path(stack.data["folder"])), ("odoo", "n8n", "postgres"))
    return {
        **found,
        "executions of n8n": executions,
        **{f"MiB of {name}": size for name, size in memory.items()},
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="benchmarks.identical_events", description=__doc__)
    parser.add_argument("way", choices=["rule", "circle", "post"])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--differing", action="store_true", help="of posted events no two are alike")
    chosen, stack = parser.parse_args(), Stack.load()
    ways: dict[str, Callable[[], None]] = {
        "rule": lambda: by_rule(stack, chosen.count),
        "circle": lambda: in_a_circle(stack, chosen.count),
        "post": lambda: posted(stack, chosen.count, chosen.differing),
    }
    before, begun = look(stack), time.monotonic()
    ways[chosen.way]()
    lasted = time.monotonic() - begun
    time.sleep(20)  # n8n is at the last ones
    after = look(stack)
    print(
        f"{chosen.count} events in {lasted:.0f} s, load {os.getloadavg()[0]:.1f}\n\n| | before | after |\n|---|---|---|"
    )
    print("\n".join(f"| {name} | {before[name]:.0f} | {after[name]:.0f} |" for name in before))
    with psycopg.connect(stack.data["database_urls"]["odoo"]) as connection:
        for title, times, detail in connection.execute(COUNTED, [lasted + 25]).fetchall():
            print(f"- {title} (x {times}): {detail!r}")


if __name__ == "__main__":
    main()
