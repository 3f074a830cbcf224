"""Features of a purchase line that tell how long its vendor will take."""

import math
from collections.abc import Mapping
from typing import Any

from numpy.typing import NDArray

from sidecar.scoring.keyed_rows import KeyedRows
from sidecar.scoring.memory import Memory

_KEYS = ("vendor", "item", "country", "mode", "category", "terms", "route")
_PAIRS = (
    ("vendor", "item"),
    ("vendor", "country"),
    ("vendor", "mode"),
    ("country", "mode"),
    ("vendor", "category"),
)
FEATURES = (
    *_KEYS, *("_".join(pair) for pair in _PAIRS), "vendor_orders", "item_orders", "quantity", "value",
    "quantity_deviation", "month", "vendor_spread",
)  # fmt: skip
OUTPUTS = ("p50", "p90")
LINK = "days"
BASELINE = {"p50": "vendor", "p90": "vendor"}
#: What reasons say of a feature; those in LOGS are shown as they were before the logarithm.
WORDS = {
    "vendor": "this vendor usually takes {:.0f} days",
    "item": "this item usually takes {:.0f} days",
    "country": "deliveries there usually take {:.0f} days",
    "mode": "this way of transport usually takes {:.0f} days",
    "terms": "these terms usually take {:.0f} days",
    "vendor_item": "this vendor takes {:.0f} days for this item",
    "vendor_country": "this vendor takes {:.0f} days to there",
    "quantity": "quantity {:,.0f}",
    "month": "ordered in month {:.0f}",
}
LOGS = {"vendor", "item", "country", "mode", "terms", "vendor_item", "vendor_country", "quantity"}
#: Whether features look at the records beside one.
CONTEXT = False
REQUIRED = ("vendor", "item", "date")
#: The column of a history that holds the outcome, or makes it known.
OUTCOME = "lead_days"


_TENTH = 1.2815515655446004


def late_probability(p50: float, p90: float, promised: float) -> float:
    """How likely it takes more than `promised` days, 0..1: log-normal through the median and the 90 % quantile.

    Quantiles that coincide leave a spread of a tenth, so that no answer is certain.
    """
    middle = math.log1p(max(0.0, p50))
    spread = max(0.1, (math.log1p(max(p50, p90, 0.0)) - middle) / _TENTH)
    return 0.5 * math.erfc((math.log1p(max(0.0, promised)) - middle) / (spread * math.sqrt(2.0)))


class VendorDays:
    """The median and the 90 % quantile of each vendor's own deliveries, in days: the one-line rule for being late.

    A model holds it where the probability read from its own quantiles was no better than the one read from these.
    """

    def __init__(self, table: KeyedRows):
        """`table`: (median, 90 % quantile) under each vendor, and under '' of all deliveries."""
        self._table = table

    @classmethod
    def read(cls, arrays: Mapping[str, NDArray[Any]]) -> "VendorDays | None":
        """The table among a model's arrays, None where there is none. Raises ValueError for a damaged one."""
        if "late_ids" not in arrays:
            return None
        if arrays["late_days"].ndim != 2 or arrays["late_days"].shape[1] != 2:
            raise ValueError("the vendors' days are damaged")
        return cls(KeyedRows(arrays["late_ids"], arrays["late_days"]))

    def of(self, vendor: str) -> tuple[float, float]:
        """(median, 90 % quantile) in days; all deliveries' where the vendor has few or none."""
        middle, high = self._table.get(vendor) or self._table.whole
        return middle, high


def prepare(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records as they are: a purchase line needs no neighbours."""
    return records


def _key(record: dict[str, Any], names: tuple[str, ...]) -> str:
    return "|".join(record[name] for name in names) if all(record[name] for name in names) else ""


def features(record: dict[str, Any], memory: Memory) -> list[float]:
    """One row in the order of FEATURES, all finite; the keys' rows are mean log days, shrunk.

    A record has `vendor`, `item`, `date` (of the order) and as far as known `country`, `mode` (of transport),
    `category`, `terms` (of delivery), `route` (direct or by warehouse), `quantity`, `value`.
    """
    quantity = math.log1p(max(0.0, record["quantity"] or 0.0))
    vendor = memory.mean("lead_vendor", record["vendor"], 3.0)
    pairs = []
    for names in _PAIRS:
        key = _key(record, names)
        known = memory.count("lead_" + "_".join(names), key)
        own = memory.mean("lead_" + "_".join(names), key, 0.0) if known else 0.0
        pairs.append((known * own + 3.0 * vendor) / (known + 3.0))
    return [
        *(memory.mean("lead_" + name, record[name], 3.0) for name in _KEYS),
        *pairs,
        math.log1p(memory.count("lead_vendor", record["vendor"])),
        math.log1p(memory.count("lead_item", record["item"])),
        quantity,
        math.log1p(max(0.0, record["value"] or 0.0)),
        memory.deviation("quantity", record["item"], quantity),
        float(record["date"].month),
        memory.mean("spread_vendor", record["vendor"], 3.0),
    ]


def learn(record: dict[str, Any], memory: Memory) -> None:
    """Adds a past line whose goods have come after `outcome` days."""
    if record["outcome"] is None:
        return
    days = math.log1p(max(0.0, float(record["outcome"])))
    memory.add(
        "spread_vendor", record["vendor"], abs(days - memory.mean("lead_vendor", record["vendor"], 3.0))
    )
    for name in _KEYS:
        memory.add("lead_" + name, record[name], days)
    for names in _PAIRS:
        memory.add("lead_" + "_".join(names), _key(record, names), days)
    memory.add("quantity", record["item"], math.log1p(max(0.0, record["quantity"] or 0.0)))
