"""Reads cases from a body: one line a text, so that no text can pass for a line of the summary."""

import re
from typing import Any

from sidecar.domain.summaries import Case, Fact

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2066-\u2069\s]+")


def one_line(text: str) -> str:
    """A text without control characters, bidirectional marks and line ends."""
    return _CONTROL.sub(" ", text).strip()


def read_case(raw: dict[str, Any], subject: str = "") -> Case:
    """The case of a body. Raises ValueError for two facts of one id."""
    facts = tuple(
        Fact(**{name: value if name in ("id", "kind") else one_line(value) for name, value in fact.items()})
        for fact in raw["facts"]
    )
    if len({fact.id for fact in facts}) < len(facts):
        raise ValueError("two facts have the same id")
    return Case(
        id=raw["id"],
        subject=subject or raw["subject"],
        name=one_line(raw["name"]),
        state=one_line(raw.get("state", "")),
        party=one_line(raw["party"]),
        facts=facts,
        names=tuple(one_line(name) for name in raw["names"]),
        topic=raw["topic"],
        claim=raw.get("claim", ""),
        dispute=raw.get("dispute", ""),
    )
