"""Bodies of the subjects that learn from outcomes: stock moves, orders, payments, lead times."""

from typing import Annotated

from msgspec import Meta, Struct

from sidecar.http.schemas import Id, Money, Quantity, ReasonBody, Text

Moment = Annotated[
    str,
    Meta(
        pattern=r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?Z?)?$",
        description="UTC date, or date and time",
    ),
]
Count = Annotated[float, Meta(ge=0, le=1e9)]


class StockMove(Struct):
    """One stock movement; a negative quantity goes out."""

    id: Id
    item: Id
    quantity: Quantity
    date: Moment
    document: Text = ""
    place: Text = ""


class Order(Struct):
    """One customer order; money in company currency."""

    id: Id
    customer: Id
    value: Money
    date: Moment
    country: Text = ""
    lines: Count | None = None
    units: Count | None = None
    largest_line: Money | None = None


class Payment(Struct):
    """One open customer invoice; money in company currency."""

    id: Id
    customer: Id
    amount: Money
    date: Moment
    due: Moment


class LeadTime(Struct):
    """One purchase line whose arrival is asked for; money in company currency."""

    id: Id
    vendor: Id
    item: Id
    date: Moment
    country: Text = ""
    mode: Text = ""
    category: Text = ""
    terms: Text = ""
    route: Text = ""
    quantity: Quantity | None = None
    value: Money | None = None
    promised: Moment | None = None


class StockMoves(Struct):
    """1..2,000 movements; neighbours in time and document are read together."""

    records: Annotated[list[StockMove], Meta(min_length=1, max_length=2000)]


class Orders(Struct):
    """1..1,000 orders."""

    records: Annotated[list[Order], Meta(min_length=1, max_length=1000)]


class Payments(Struct):
    """1..1,000 invoices."""

    records: Annotated[list[Payment], Meta(min_length=1, max_length=1000)]


class LeadTimes(Struct):
    """1..1,000 purchase lines."""

    records: Annotated[list[LeadTime], Meta(min_length=1, max_length=1000)]


class Risk(Struct):
    """A calibrated probability, with what raises it above a usual record's."""

    id: str
    score: float
    abstained: bool
    reasons: list[ReasonBody]


class Risks(Struct):
    """Measures, never a verdict; `baseline` when a one-line rule answers, `degraded` when nothing can."""

    model: str
    version: str
    degraded: bool
    baseline: bool
    records: list[Risk]


class Days(Struct):
    """Days until it comes: the median, the 90 % quantile and, with a promised day, how likely it comes later."""

    id: str
    p50: float
    p90: float
    abstained: bool
    reasons: list[ReasonBody]
    late_probability: float | None = None


class Arrivals(Struct):
    """Predicted days; `baseline` when the vendor's own mean answers them, `late_baseline` when its own record answers
    `late_probability`, `degraded` when nothing can."""

    model: str
    version: str
    degraded: bool
    baseline: bool
    late_baseline: bool
    records: list[Days]
