"""What another hour of waiting is expected to cost, and the order of work that keeps that small.

Work is ordered by cost of an hour's delay over hours of work (Smith 1956; Cox and Smith's c-mu rule), with the cost of a
deadline that is still ahead discounted by its slack as in the apparent tardiness cost rule (Vepsalainen and Morton 1987).
Everything is an hour's money in the company's currency; the rates are the company's assumptions and are sent by it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sidecar.domain.lines import Reason

VERSION = "rules 1"
_HOURS_YEAR, _HOURS_DAY = 8760.0, 24.0
#: What a person's or Odoo's own urgency multiplies lateness by.
URGENCIES = {"normal": 1.0, "high": 2.0, "urgent": 4.0}


@dataclass(frozen=True, slots=True)
class Rates:
    """What waiting costs: shares of a value, 0..1, a year or a day.

    Each day after the deadline costs `late_day` of the value and `late_order_day` in money whatever the value;
    `shortage_day` of the demand that waits for the goods; `loss_day` is the chance a day that the customer gives up,
    doubled after each week of waiting. `tiers` multiply lateness. `assumed_value` stands in for an unknown value.
    `slack`: a deadline this many pieces of average work ahead counts a third. Minutes of work: `minutes` and
    `minutes_line` for each line.
    """

    capital_year: float = 0.08
    late_day: float = 0.02
    late_order_day: float = 5.0
    shortage_day: float = 0.02
    loss_day: float = 0.002
    assumed_value: float = 250.0
    slack: float = 1.0
    minutes: float = 8.0
    minutes_line: float = 1.5
    tiers: dict[str, float] = field(default_factory=lambda: {"gold": 1.5, "silver": 1.2})


@dataclass(frozen=True, slots=True)
class Work:
    """One open picking or exception; moments are naive UTC, money is company currency, negative values count as 0.

    `blocked_value` is the demand of `blocked_orders` orders that waits for its goods; `queue` is who works on it.
    """

    id: str
    since: datetime
    deadline: datetime | None = None
    value: float | None = None
    tier: str = ""
    blocked_value: float = 0.0
    blocked_orders: int = 0
    lines: float | None = None
    urgency: str = "normal"
    queue: str = ""


@dataclass(slots=True)
class Ranked:
    """A piece of work in its place: `rank` 1 is first, `cost_hour` is money, `text` says why in a sentence."""

    id: str
    rank: int
    cost_hour: float
    assumed: bool
    reasons: list[Reason]
    text: str


def work_hours(work: Work, rates: Rates) -> float:
    """Hours of a person's work; what has no lines is one line."""
    lines = 1.0 if work.lines is None else max(0.0, work.lines)
    return max(rates.minutes + rates.minutes_line * lines, 0.1) / 60.0


def _span(hours: float) -> str:
    if hours < 1:
        return f"{max(1, round(hours * 60))} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"


def _money(value: float) -> str:
    return f"{value:,.2f}"


@dataclass(frozen=True, slots=True)
class Hourly:
    """Money an hour of each cause: `late` in full after the deadline, `loss` before it doubles with age."""

    late: float
    shortage: float
    loss: float
    capital: float


def hourly(work: Work, rates: Rates) -> Hourly:
    """What does not change with time of what waiting costs."""
    value = rates.assumed_value if work.value is None else max(0.0, work.value)
    late = (value * rates.late_day + rates.late_order_day) * _weight(work, rates) if work.deadline else 0.0
    return Hourly(
        late / _HOURS_DAY,
        max(0.0, work.blocked_value) * rates.shortage_day / _HOURS_DAY,
        value * rates.loss_day / _HOURS_DAY,
        value * rates.capital_year / _HOURS_YEAR,
    )


def due_share(hours_left: float, scale: float) -> float:
    """How much of lateness counts already, 0..1: all of it once late; `scale` in hours."""
    return 1.0 if hours_left <= 0 else math.exp(-hours_left / max(scale, 1e-6))


def age_factor(waited: float) -> float:
    """How much likelier a loss is after that many hours: doubled each week, 16 times at most."""
    return float(2.0 ** min(waited / 168.0, 4.0))


def slack_scale(hours: Sequence[float], rates: Rates) -> float:
    """Hours ahead at which a deadline counts a third, from the work of one queue; at least an hour."""
    return max(1.0, rates.slack * sum(hours) / max(1, len(hours)))


def _tier(work: Work, rates: Rates) -> float:
    return rates.tiers.get(work.tier.strip().lower(), 1.0)


def _weight(work: Work, rates: Rates) -> float:
    return _tier(work, rates) * URGENCIES[work.urgency]


def _counted(work: Work, rates: Rates) -> str:
    """Why lateness counts more than once; empty when it does not."""
    causes = [f"{work.tier.strip()} customer"] if _tier(work, rates) != 1.0 else []
    causes += [f"{work.urgency} priority"] if URGENCIES[work.urgency] != 1.0 else []
    return f", counted {_weight(work, rates):g} times ({' and '.join(causes)})" if causes else ""


def costs(work: Work, now: datetime, rates: Rates, scale: float) -> list[tuple[str, float, str]]:
    """(code, money an hour, words) of each cause, the dearest first; `scale` as of `slack_scale`."""
    each, waited = hourly(work, rates), max(0.0, (now - work.since).total_seconds() / 3600)
    parts = [
        ("age", each.loss * age_factor(waited), f"waiting since {_span(waited)}"),
        ("capital", each.capital, "money tied up"),
    ]
    if work.deadline:
        left = (work.deadline - now).total_seconds() / 3600
        words = f"due in {_span(left)}" if left > 0 else f"{_span(-left)} late"
        code = "due" if left > 0 else "late"
        parts.append((code, each.late * due_share(left, scale), words + _counted(work, rates)))
    if work.blocked_value > 0:
        many = work.blocked_orders != 1
        orders = f"{work.blocked_orders} orders" if many else "1 order"
        worth = f"worth {_money(work.blocked_value)} {'wait' if many else 'waits'} for its goods"
        parts.append(("shortage", each.shortage, f"{orders} {worth}"))
    return sorted(parts, key=lambda part: -part[1])


def rank(items: Sequence[Work], now: datetime, currency: str, rates: Rates | None = None) -> list[Ranked]:
    """All work in the order in which doing it costs least, with the reason of each place.

    Equal work goes by deadline, then the older first, then by id, so that the same input gives the same order.
    """
    rates = rates or Rates()
    queues: dict[str, list[float]] = {}
    for work in items:
        queues.setdefault(work.queue, []).append(work_hours(work, rates))
    scales = {queue: slack_scale(hours, rates) for queue, hours in queues.items()}
    found = []
    for work in items:
        hours = work_hours(work, rates)
        parts = costs(work, now, rates, scales[work.queue])
        total = sum(money for _, money, _ in parts)
        place = (-total / hours, work.deadline or datetime.max, work.since, work.id)
        found.append((place, work, parts, total, hours))
    found.sort(key=lambda entry: entry[0])
    return [_ranked(number, *entry[1:], currency) for number, entry in enumerate(found, 1)]


def _ranked(
    place: int, work: Work, parts: list[tuple[str, float, str]], total: float, hours: float, currency: str
) -> Ranked:
    reasons = [Reason(code, words, round(money / total, 4) if total else 0.0) for code, money, words in parts]
    said = [f"{words} ({_money(money)})" for _, money, words in parts if total and money >= 0.05 * total][:3]
    assumed = work.value is None
    text = f"An hour's wait costs about {_money(total)} {currency} for {_span(hours)} of work: {'; '.join(said) or 'nothing known'}"
    if assumed:
        text += "; its value is not known and assumed"
        reasons.append(Reason("assumed", "its value is not known and assumed", 0.0))
    return Ranked(work.id, place, total, assumed, reasons, text)
