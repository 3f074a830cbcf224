"""Features of an order that tell how likely it is to be cancelled or to go wrong."""

import math
from datetime import UTC
from typing import Any

from sidecar.scoring.memory import Memory

FEATURES = (
    "value", "lines", "units", "largest_line", "largest_share", "unit_value", "customer_orders", "customer_rate",
    "customer_value", "days_since", "country_rate", "country_orders", "hour", "weekday", "month_day", "units_a_line",
)  # fmt: skip
OUTPUTS = ("score",)
LINK = "probability"
BASELINE = {"score": "value"}
#: What reasons say of a feature; those in LOGS are shown as they were before the logarithm.
WORDS = {
    "value": "order value {:,.0f}",
    "lines": "{:.0f} lines",
    "units": "{:,.0f} units",
    "largest_share": "{:.0%} of the value in one line",
    "customer_orders": "{:.0f} earlier orders of this customer",
    "customer_rate": "{:.0%} of this customer's orders go wrong",
    "days_since": "{:.0f} days since its last order",
    "country_rate": "{:.0%} of this country's orders go wrong",
    "hour": "entered at {:.0f} h",
}
LOGS = {"value", "lines", "units", "customer_orders"}
#: Whether features look at the records beside one.
CONTEXT = False
REQUIRED = ("customer", "value", "date")
#: The column of a history that holds the outcome, or makes it known.
OUTCOME = "y"


def prepare(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records as they are: an order needs no neighbours."""
    return records


def _day(record: dict[str, Any]) -> float:
    return float(record["date"].replace(tzinfo=UTC).timestamp()) / 86400.0


def _part(one: float, other: float) -> float:
    """One as a share of the other, 0 of nothing; bounded, because almost nothing divides into infinity."""
    return min(1e15, one / other) if other else 0.0


def features(record: dict[str, Any], memory: Memory) -> list[float]:
    """One row in the order of FEATURES, all finite.

    A record has `customer`, `value` (company currency), `date`, and as far as known `country`, `lines`,
    `units`, `largest_line` (value).
    """
    value, customer, when = max(0.0, float(record["value"])), record["customer"], record["date"]
    lines, units = max(1.0, record["lines"] or 1.0), max(0.0, record["units"] or 0.0)
    largest = max(0.0, record["largest_line"] or 0.0)
    known = memory.count("value", customer)
    return [
        math.log1p(value),
        math.log1p(lines),
        math.log1p(units),
        math.log1p(largest),
        _part(largest, value),
        math.log1p(_part(value, units)),
        math.log1p(known),
        memory.mean("bad", customer, 10.0),
        memory.deviation("value", customer, math.log1p(value)),
        min(400.0, max(0.0, _day(record) - memory.mean("day", customer, 0.0))) if known else 400.0,
        memory.mean("bad_country", record["country"], 20.0),
        math.log1p(memory.count("bad_country", record["country"])),
        when.hour + when.minute / 60.0,
        float(when.weekday()),
        float(when.day),
        math.log1p(units / lines),
    ]


def learn(record: dict[str, Any], memory: Memory) -> None:
    """Adds a past order and, where it is known, whether it went wrong (`outcome`)."""
    memory.add("value", record["customer"], math.log1p(max(0.0, float(record["value"]))))
    memory.add("day", record["customer"], _day(record))
    if record["outcome"] is not None:
        memory.add("bad", record["customer"], float(record["outcome"]))
        memory.add("bad_country", record["country"], float(record["outcome"]))
