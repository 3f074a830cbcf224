"""Predictions of the subjects that learn from outcomes. Without a model every record abstains: nobody guesses."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sidecar.domain.lines import Reason
from sidecar.scoring.lead_times import VendorDays, late_probability
from sidecar.scoring.tabular import TabularModel

_TEXTS = ("document", "place", "country", "mode", "category", "terms", "route")
_NUMBERS = ("value", "amount", "quantity", "lines", "units", "largest_line")
_MOMENTS = ("date", "due", "promised")
NOT_JUDGED = "no model is loaded; ask a person, or Odoo's own record"


@dataclass(slots=True)
class Prediction:
    """One record's outputs by name, None when it abstained."""

    id: str
    values: dict[str, float] | None
    reasons: list[Reason]


def moment(text: str) -> datetime:
    """A naive UTC moment. Raises ValueError for a day that is in no calendar."""
    found = datetime.fromisoformat(text.removesuffix("Z"))
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def read_record(raw: dict[str, Any]) -> dict[str, Any]:
    """A record as the features want it. Raises ValueError naming a field whose date is in no calendar."""
    record = dict(raw)
    for name in _TEXTS:
        record[name] = (raw.get(name) or "").strip()
    for name in _NUMBERS:
        record[name] = float(raw[name]) if raw.get(name) is not None else None
    for name in _MOMENTS:
        if raw.get(name) is not None:
            try:
                record[name] = moment(raw[name])
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
    return record


def predict(
    raw: list[dict[str, Any]], model: TabularModel | None, seen: list[Any] | None = None
) -> list[Prediction]:
    """One prediction a record, in order. A record with a day that is in no calendar abstains and says so.

    The model's feature rows go into `seen`.
    """
    found: dict[int, Prediction] = {}
    ready: dict[int, dict[str, Any]] = {}
    for at, record in enumerate(raw):
        try:
            ready[at] = read_record(record)
        except ValueError as error:
            found[at] = _unjudged(record["id"], str(error))
    if model is None:
        found |= {at: _unjudged(record["id"], NOT_JUDGED) for at, record in ready.items()}
    elif ready:
        records = list(ready.values())
        rows = model.rows(records)
        if seen is not None:
            seen.append(rows)
        outputs, reasons = model.outputs(rows), model.reasons(rows)
        for place, (at, record) in enumerate(ready.items()):
            values = {name: round(float(each[place]), 6) for name, each in outputs.items()}
            if record.get("promised") and "p90" in values:
                values["late_probability"], why = _late(record, values, model.late)
                reasons[place] += why
            found[at] = Prediction(record["id"], values, reasons[place])
    return [found[at] for at in range(len(raw))]


def _late(
    record: dict[str, Any], values: dict[str, float], vendors: VendorDays | None
) -> tuple[float, list[Reason]]:
    """How likely it comes after the promised day, by the vendors' own record where one is given, which is then a reason."""
    days = (record["promised"].date() - record["date"].date()).days
    if vendors is None:
        return round(late_probability(values["p50"], values["p90"], days), 6), []
    middle, high = vendors.of(record["vendor"])
    text = f"promised for {days} days; of this vendor's deliveries half took at most {middle:.0f}, nine in ten {high:.0f}"
    return round(late_probability(middle, high, days), 6), [Reason("vendor_record", text, 1.0)]


def _unjudged(name: str, why: str) -> Prediction:
    return Prediction(name, None, [Reason("not_judged", why, 0.0)])
