"""Bodies of POST /v1/priorities/rank."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sidecar.http.schemas import Currency, Id, Money, ReasonBody, Text

#: Every day from 1900 to 2099 that is in the calendar, the 29th of February in leap years alone.
_DAY = (
    r"(?:(?:19|20)[0-9]{2}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
    r"|02-(?:0[1-9]|1[0-9]|2[0-8]))|(?:19(?:0[48]|[2468][048]|[13579][26])|20(?:[02468][048]|[13579][26]))-02-29)"
)
Moment = Annotated[
    str,
    Meta(
        pattern=rf"^{_DAY}(?:[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{{1,6}})?)?Z?)?$",
        description="UTC date, or date and time",
    ),
]
Share = Annotated[float, Meta(ge=0, le=10, description="A share of a value, 1 is all of it")]
Factor = Annotated[float, Meta(ge=0, le=100)]
Minutes = Annotated[float, Meta(ge=0, le=10_000)]


class RatesBody(Struct, omit_defaults=True):
    """What waiting costs by the company's own assumptions; what is left out keeps the default of docs/priorities.md."""

    capital_year: Share | None = None
    late_day: Share | None = None
    late_order_day: Annotated[float, Meta(ge=0, le=1e9)] | None = None
    shortage_day: Share | None = None
    loss_day: Share | None = None
    assumed_value: Annotated[float, Meta(ge=0, le=1e12)] | None = None
    slack: Annotated[float, Meta(ge=0, le=1000)] | None = None
    minutes: Minutes | None = None
    minutes_line: Minutes | None = None
    tiers: Annotated[dict[str, Factor], Meta(max_length=50)] | None = None


class WorkBody(Struct):
    """One open picking or exception; `blocked_value` is the demand that waits for its goods, `queue` who works on it."""

    id: Id
    since: Moment
    deadline: Moment | None = None
    value: Money | None = None
    tier: Text = ""
    blocked_value: Money = "0"
    blocked_orders: Annotated[float, Meta(ge=0, le=1e6)] = 0.0
    lines: Annotated[float, Meta(ge=0, le=1e6)] | None = None
    urgency: Literal["normal", "high", "urgent"] = "normal"
    queue: Text = ""


class WorkList(Struct):
    """1..2,000 pieces of work of one company, ranked together; money in `currency`, the company's own."""

    currency: Currency
    items: Annotated[list[WorkBody], Meta(min_length=1, max_length=2000)]
    now: Moment | None = None
    rates: RatesBody | None = None


class RankedBody(Struct):
    """A place: 1 is first. `cost_hour` is the money that an hour of waiting is expected to cost, `text` why."""

    id: str
    rank: int
    cost_hour: str
    assumed: bool
    text: str
    reasons: list[ReasonBody]


class RankedList(Struct):
    """The order of work that keeps the cost of waiting small; people may take another one."""

    model: str
    version: str
    degraded: bool
    currency: str
    items: list[RankedBody]
