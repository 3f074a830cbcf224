"""A run as Markdown for people and as JSON for programs."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import asdict
from typing import Any

from .checker import KINDS
from .run import Outcome


def figures(outcome: Outcome) -> dict[str, Any]:
    """The counts of a run."""
    found = outcome.evidence
    waits = sorted(row["seconds"] for row in found.events if row["seconds"] is not None)
    exceptions = [
        row for row in found.exceptions if row["event_id"] in {event["id"] for event in found.events}
    ]
    return {
        "orders confirmed": len(found.confirmed),
        "events": len(found.events),
        "events by state": dict(Counter(row["state"] for row in found.events)),
        "deliveries of one event, most": max((row["attempt"] for row in found.events), default=0),
        "events delivered more than once": sum(row["attempt"] > 1 for row in found.events),
        "checks recorded": len(found.checks),
        "checks without an answer": sum(row["verdict"] == "unavailable" for row in found.checks),
        "goods moved": len(found.moves),
        "bookings at the carrier": len(
            {row["key"] for row in found.bookings} & {row["key"] for row in found.effects}
        ),
        "mails that arrived": len(found.mails),
        "effects by state": dict(Counter(f"{row['kind']} {row['state']}" for row in found.effects)),
        "exceptions about events, open": sum(row["state"] == "open" for row in exceptions),
        "exceptions about events, closed by themselves": sum(row["state"] != "open" for row in exceptions),
        "executions of n8n by status": dict(_executions(outcome)),
        "seconds from event to acknowledged, median": round(statistics.median(waits), 1) if waits else None,
        "seconds from event to acknowledged, longest": round(waits[-1], 1) if waits else None,
        "services that ended and were started again": dict(Counter(name for _at, name in outcome.ended)),
        "deliveries": outcome.deliveries,
        "refusals to ship": sum(outcome.refusals.values()),
        "calls of people that broke": outcome.broken,
    }


def _executions(outcome: Outcome) -> Counter[str]:
    return Counter(row["status"] for row in outcome.evidence.executions)


def as_json(outcome: Outcome, machine: dict[str, Any]) -> dict[str, Any]:
    """Everything but the evidence itself."""
    return {
        "settings": asdict(outcome.settings),
        "machine": machine,
        "seconds": outcome.seconds,
        "figures": figures(outcome),
        "strikes": outcome.done,
        "missed": outcome.missed,
        "refusals": outcome.refusals,
        "failures": outcome.failures,
        "findings": [asdict(finding) for finding in outcome.findings],
    }


def as_markdown(outcome: Outcome, machine: dict[str, Any]) -> str:
    """The report for people."""
    settings, found = outcome.settings, Counter(finding.kind for finding in outcome.findings)
    lines = [
        f"# Faults, seed {settings.seed}",
        "",
        f"{settings.orders} orders, checks asked for again {settings.again} times, and {len(outcome.done)} strikes in {outcome.seconds['load']:.0f} s, quiet after another "
        f"{outcome.seconds['drain']:.0f} s, {'hurried' if settings.hurried else 'own'} schedule of retries, "
        f"{machine['cores']} cores, load {machine['load']}.",
        "",
        "| looked for | found |",
        "|---|---|",
        *[f"| {text} | {found.get(kind, 0)} |" for kind, text in KINDS.items()],
        "",
        "| figure | value |",
        "|---|---|",
        *[f"| {name} | {_text(value)} |" for name, value in figures(outcome).items()],
        "",
    ]
    for title, rows in (
        ("Findings", [f"{finding.kind}: {finding.record}: {finding.text}" for finding in outcome.findings]),
        ("People and services that gave up", outcome.failures),
        ("Strikes", outcome.done),
        ("Strikes that found nothing to strike", outcome.missed),
    ):
        if rows:
            lines += [f"## {title}", "", *[f"- {row}" for row in rows], ""]
    return "\n".join(lines)


def _text(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count}" for name, count in sorted(value.items())) or "none"
    return str(value)
