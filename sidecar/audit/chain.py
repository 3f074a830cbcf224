"""The hash chain of an exported decision log; docs/audit.md says the rule."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

GENESIS = "0" * 64
_FIELDS = {"number", "decision", "previous", "content", "digest"}


class BrokenChain(ValueError):
    """The first link that does not hold; the text names its line, its decision and what is wrong."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain that holds ends."""

    number: int
    digest: str


def digest(entry: dict[str, Any]) -> str:
    """SHA-256 of the entry's canonical JSON without its own `digest`: keys sorted, no blanks, UTF-8."""
    covered = {key: value for key, value in entry.items() if key != "digest"}
    text = json.dumps(covered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def verify(lines: Iterable[str], known: str = "") -> Head:
    """The head of a chain of JSON lines from number 1 on.

    Raises BrokenChain at the first fault, and when the digest `known` from elsewhere is not in the chain.
    """
    head, decisions, met = Head(0, GENESIS), set[int](), not known
    for place, text in enumerate(lines, 1):
        entry = _read(place, text)
        where = f"line {place}, decision {entry['decision']}"
        if entry["number"] <= head.number:
            raise BrokenChain(
                f"{where}: number {entry['number']} stands twice; the chain forks or was put together"
            )
        if entry["number"] != head.number + 1:
            raise BrokenChain(f"{where}: number {head.number + 1} is missing before {entry['number']}")
        if entry["decision"] in decisions:
            raise BrokenChain(f"{where}: the decision is sealed twice")
        if entry["previous"] != head.digest:
            raise BrokenChain(f"{where}: it does not follow the seal before it")
        if entry["content"] is None:
            raise BrokenChain(f"{where}: the decision was removed")
        if digest(entry) != entry["digest"]:
            raise BrokenChain(f"{where}: its content does not match its seal")
        decisions.add(entry["decision"])
        head = Head(entry["number"], entry["digest"])
        met = met or head.digest == known
    if not met:
        raise BrokenChain(f"the seal {known} is not in it: its end was cut off, or it was written anew")
    return head


def _read(place: int, text: str) -> dict[str, Any]:
    try:
        entry = json.loads(text)
    except ValueError as error:
        raise BrokenChain(f"line {place}: it is no JSON: {error}") from error
    if not isinstance(entry, dict) or set(entry) != _FIELDS:
        raise BrokenChain(f"line {place}: it is no entry of a decision log")
    if type(entry["number"]) is not int or type(entry["decision"]) is not int:
        raise BrokenChain(f"line {place}: number and decision must be whole numbers")
    return entry
