"""Lines of the systems beside Odoo that belong to an event, and the story they make with Odoo's."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, order=True)
class Line:
    """One thing that happened: when (UTC, ISO 8601), where, and what."""

    at: str
    where: str
    what: str


def from_odoo(story: dict[str, Any]) -> list[Line]:
    """The lines of `gatehouse.event/story`."""
    return [Line(row["at"], row["where"], row["what"]) for row in story["lines"]]


def trace_ids(story: dict[str, Any]) -> set[str]:
    """The W3C trace ids of the story's events."""
    return {event["traceparent"].split("-")[1] for event in story["events"] if event["traceparent"]}


def from_log(rows: Iterable[str], traces: set[str]) -> Iterator[Line]:
    """Requests of the sidecar's JSON log that carry one of these traces; other lines are passed over."""
    for row in rows:
        if not any(trace in row for trace in traces):
            continue
        try:
            entry = json.loads(row)
        except ValueError:
            continue
        if isinstance(entry, dict) and "timestamp" in entry:
            request = f"{entry.get('method', '')} {entry.get('route', '')}".strip() or str(
                entry.get("event", "")
            )
            text = (
                f"{request} answered {entry['status']} in {entry.get('ms')} ms"
                if "status" in entry
                else request
            )
            yield Line(str(entry["timestamp"]), "sidecar", text)


def told(document: str, lines: Iterable[Line]) -> str:
    """The story as text: each line with its time and the seconds since the first."""
    ordered = sorted(lines)
    if not ordered:
        return f"{document}: nothing is recorded"
    first = _seconds(ordered[0].at)
    width = max(len(line.where) for line in ordered)
    rows = [
        f"{line.at[:23].rstrip('Z'):23}  +{_seconds(line.at) - first:9.3f} s  {line.where:{width}}  {line.what}"
        for line in ordered
    ]
    return "\n".join([document, *rows])


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp()
