"""Lines of the systems beside Odoo that belong to an event, and the story they make with Odoo's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

#: The id that n8n gives a request, with the number of the execution that makes it.
_BY_N8N = re.compile(r"n8n-(\d+)")


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


def entries_of(rows: Iterable[str], traces: set[str]) -> Iterator[dict[str, Any]]:
    """Entries of the sidecar's JSON log that carry one of these traces; other lines are passed over."""
    for row in rows:
        if not any(trace in row for trace in traces):
            continue
        try:
            entry = json.loads(row)
        except ValueError:
            continue
        if isinstance(entry, dict) and "timestamp" in entry:
            yield entry


def from_log(entries: Iterable[dict[str, Any]]) -> Iterator[Line]:
    """The requests that the sidecar answered."""
    for entry in entries:
        request = f"{entry.get('method', '')} {entry.get('route', '')}".strip() or str(entry.get("event", ""))
        answer = f" answered {entry['status']} in {entry.get('ms')} ms" if "status" in entry else ""
        yield Line(str(entry["timestamp"]), "sidecar", request + answer)


def execution_ids(story: dict[str, Any], entries: Iterable[dict[str, Any]]) -> list[str]:
    """n8n's executions that Odoo knows of, and those that asked the sidecar, in the order of their numbers."""
    asked = (_BY_N8N.fullmatch(str(entry.get("request_id"))) for entry in entries)
    found = {match[1] for match in asked if match} | set(story.get("executions", []))
    return sorted((number for number in found if number.isdigit()), key=int)


def from_n8n(executions: Iterable[dict[str, Any]], names: dict[str, str]) -> Iterator[Line]:
    """What ran in n8n, each at its begin; `names` are those of the workflows by their ids."""
    for row in executions:
        begun, ended = row.get("startedAt") or row.get("createdAt"), row.get("stoppedAt")
        name = names.get(str(row.get("workflowId")), str(row.get("workflowId")))
        lasted = f" in {_seconds(str(ended)) - _seconds(str(begun)):.3f} s" if begun and ended else ""
        if begun:
            yield Line(str(begun), "n8n", f"{name}, execution {row['id']}: {row.get('status')}{lasted}")


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
