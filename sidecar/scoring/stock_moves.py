"""Features of a stock movement that tell a correction from ordinary trade."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from sidecar.scoring.memory import Memory

FEATURES = (
    "quantity", "outgoing", "size", "roundness", "document_lines", "returned", "alone_nearby", "negative_nearby",
    "item_known", "item_deviation", "item_odd_rate", "place_known", "hour", "weekday", "item_alone", "sequence_gap",
)  # fmt: skip
OUTPUTS = ("score",)
LINK = "probability"
BASELINE = {"score": "size"}
#: What reasons say of a feature; those in LOGS are shown as they were before the logarithm.
WORDS = {
    "size": "quantity {:,.0f}",
    "outgoing": "goods going out",
    "roundness": "a round quantity",
    "document_lines": "{:.0f} lines in its document",
    "returned": "a document of returns",
    "negative_nearby": "{:.0f} single movements out within a quarter of an hour",
    "item_odd_rate": "{:.0%} of this item's movements are corrections",
    "item_known": "{:.0f} earlier movements of this item",
    "hour": "booked at {:.0f} h",
}
LOGS = {"size", "document_lines", "negative_nearby", "item_known"}
#: Whether features look at the records beside one.
CONTEXT = True
REQUIRED = ("item", "quantity", "date")
#: The column of a history that holds the outcome, or makes it known.
OUTCOME = "y"
_NEARBY_SECONDS = 900.0


def prepare(records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """One record after the other with what stands around it: its document's other lines and its neighbours in time.

    A record has `item`, `quantity` (negative: out), `date` (datetime) and as far as known `document`, `place`.
    """
    lines = Counter(record["document"] for record in records)
    alone: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for record in records:
        if not record.get("planted") and _single(record, lines):
            # training puts faults in; real movements must not see them
            moment = _moment(record)
            alone[int(moment // _NEARBY_SECONDS)].append((moment, record["quantity"] < 0))
    digits = sorted({_number(document) for document in lines})
    gaps = {here: here - before for before, here in zip(digits, digits[1:], strict=False)}
    for record in records:
        here = _moment(record)
        window = int(here // _NEARBY_SECONDS)
        near = [
            negative
            for at in (window - 1, window, window + 1)
            for moment, negative in alone.get(at, ())
            if abs(moment - here) <= _NEARBY_SECONDS
        ]
        if record.get("planted"):
            near.append(record["quantity"] < 0)
        yield {
            **record,
            "lines": 1 if _single(record, lines) else lines[record["document"]],
            "near": len(near),
            "near_negative": sum(near),
            "gap": gaps.get(_number(record["document"]), 0),
        }


def _single(record: dict[str, Any], lines: Counter[str]) -> bool:
    return not record["document"] or lines[record["document"]] == 1


def _moment(record: dict[str, Any]) -> float:
    return float(record["date"].replace(tzinfo=UTC).timestamp())


def _number(document: str) -> int:
    digits = "".join(letter for letter in document if letter.isdecimal())
    return int(digits[-12:]) if digits else 0


def roundness(quantity: float) -> float:
    """How round a quantity is: 3 for whole hundreds, 2 for tens, 1 for dozens, else 0."""
    for step, value in ((100, 3.0), (10, 2.0), (12, 1.0)):
        if quantity and quantity % step == 0:
            return value
    return 0.0


def _signed(quantity: float) -> float:
    return math.copysign(math.log1p(abs(quantity)), quantity)


def features(record: dict[str, Any], memory: Memory) -> list[float]:
    """One row in the order of FEATURES, all finite."""
    quantity, item = float(record["quantity"]), record["item"]
    return [
        _signed(quantity),
        float(quantity < 0),
        math.log1p(abs(quantity)),
        roundness(abs(quantity)),
        math.log1p(record["lines"]),
        float(record["document"][:1].isalpha()),
        math.log1p(record["near"]),
        math.log1p(record["near_negative"]),
        math.log1p(memory.count("quantity", item)),
        memory.deviation("quantity", item, _signed(quantity)),
        memory.mean("odd", item),
        math.log1p(memory.count("place", record["place"])),
        record["date"].hour + record["date"].minute / 60.0,
        float(record["date"].weekday()),
        memory.mean("alone", item),
        math.log1p(min(1000, max(0, record["gap"]))),
    ]


def learn(record: dict[str, Any], memory: Memory) -> None:
    """Adds a past record and, where it is known, whether it was a correction (`outcome`)."""
    memory.add("quantity", record["item"], _signed(float(record["quantity"])))
    memory.add("place", record["place"], 1.0)
    memory.add("alone", record["item"], float(record["lines"] == 1))
    if record["outcome"] is not None:
        memory.add("odd", record["item"], float(record["outcome"]))
