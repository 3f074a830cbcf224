"""Features of a customer invoice that tell how likely it is to be paid late."""

import math
from typing import Any

from sidecar.scoring.memory import Memory

FEATURES = (
    "customer_rate", "customer_delay", "invoices", "amount", "amount_deviation", "terms", "month_day", "due_weekday",
    "due_month",
)  # fmt: skip
OUTPUTS = ("score",)
LINK = "probability"
BASELINE = {"score": "customer_rate"}
#: What reasons say of a feature; those in LOGS are shown as they were before the logarithm.
WORDS = {
    "customer_rate": "this customer pays {:.0%} of its invoices late",
    "customer_delay": "this customer pays about {:.0f} days after the date",
    "invoices": "{:.0f} earlier invoices",
    "amount": "amount {:,.0f}",
    "terms": "{:.0f} days of terms",
    "due_month": "due in month {:.0f}",
}
LOGS = {"customer_delay", "invoices", "amount"}
#: Whether features look at the records beside one.
CONTEXT = False
REQUIRED = ("customer", "amount", "date", "due")
#: The column of a history that holds the outcome, or makes it known.
OUTCOME = "paid"


def prepare(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records as they are: an invoice needs no neighbours."""
    return records


def features(record: dict[str, Any], memory: Memory) -> list[float]:
    """One row in the order of FEATURES, all finite.

    A record has `customer`, `amount` (company currency), `date` (invoice date) and `due`.
    """
    customer, amount = record["customer"], math.log1p(max(0.0, float(record["amount"])))
    return [
        memory.mean("late", customer),
        memory.mean("delay", customer),
        math.log1p(memory.count("amount", customer)),
        amount,
        memory.deviation("amount", customer, amount),
        float(max(0, min(365, (record["due"] - record["date"]).days))),
        float(record["due"].day),
        float(record["due"].weekday()),
        float(record["due"].month),
    ]


def learn(record: dict[str, Any], memory: Memory) -> None:
    """Adds a past invoice and, once it is paid, whether it was late (`outcome`) and by how many days (`delay`)."""
    memory.add("amount", record["customer"], math.log1p(max(0.0, float(record["amount"]))))
    if record["outcome"] is not None:
        memory.add("late", record["customer"], float(record["outcome"]))
        memory.add(
            "delay", record["customer"], math.copysign(math.log1p(abs(record["delay"])), record["delay"])
        )
