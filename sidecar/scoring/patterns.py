"""Weekly figures of a salesperson, buyer, vendor, customer or stock keeper, against their own weeks before and others'.

A week is compared with the weeks of the same party that came with it, so a model keeps no record of any person: only
what is usual of each role, and the forest. Slow creep is a line through the last weeks, measured against the change
from one week to the next, which creep does not widen.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sidecar.domain.lines import LineScore, Reason
from sidecar.scoring.arrays import LEVELS, percentile, read_forest
from sidecar.scoring.bins import read_bins

ROLES = ("salesperson", "buyer", "vendor", "customer", "keeper")
#: Levels in percent, with the least spread that counts: half a point of discount, one point of price.
LEVELS_OF = {"discount": 0.5, "price_index": 1.0}
#: Counts, and what they are counted out of.
COUNTS = {
    "below_limit": "documents",
    "split": "documents",
    "repeats": "lines",
    "off_hours": "documents",
    "round": "lines",
}
FEATURES = (
    "discount", "discount_peers", "discount_trend", "price", "price_trend",
    "below_limit", "split", "repeats", "off_hours", "round", "value",
)  # fmt: skip
LEAST_LIMITS = (3.0, 3.0, 3.0, 3.0, 3.0, 1.5, 1.5, 1.5, 1.5, 1.5, 3.0)
_WINDOW, _LEAST_WEEKS = 12, 4
_PRIOR = 4.0
_FAR = 50.0
Floats = NDArray[np.float64]


@dataclass(slots=True)
class Week:
    """What one party did in one week.

    `value` in company currency, `discount` in percent off the list, `price_index` 100 where items cost what they
    first cost from this party; None where it is not known. Counts as in COUNTS. `week` sorts: its Monday in ISO form.
    """

    id: str
    role: str
    party: str
    week: str
    documents: float = 0.0
    lines: float = 0.0
    value: float = 0.0
    discount: float | None = None
    price_index: float | None = None
    below_limit: float = 0.0
    split: float = 0.0
    repeats: float = 0.0
    off_hours: float = 0.0
    round: float = 0.0


@dataclass(slots=True, frozen=True)
class Norm:
    """What is usual of one figure in one role: center, spread between parties, spread of a party between weeks."""

    center: float
    between: float
    within: float


@dataclass(slots=True)
class Seen:
    """What the features of one week were made of, for the reasons."""

    weeks: int
    before: dict[str, float] = field(default_factory=dict)
    slope: dict[str, float] = field(default_factory=dict)
    expected: dict[str, float] = field(default_factory=dict)


class Norms:
    """The norms of all roles; a role without one of its own leans on all roles together."""

    def __init__(self, rows: Mapping[str, Norm]):
        """`rows` by `role|figure`, and `|figure` for all together. Raises ValueError when one of these is missing."""
        for name in (*LEVELS_OF, *COUNTS, "value"):
            if f"|{name}" not in rows:
                raise ValueError(f"the norms lack {name}")
        self._rows = dict(rows)

    def of(self, role: str, name: str) -> Norm:
        """The norm of a figure in a role."""
        return self._rows.get(f"{role}|{name}") or self._rows[f"|{name}"]


def _own(value: float, past: list[float], norm: Norm, floor: float) -> float:
    """Robust z of a value against the party's own past, shrunk toward the role as if four weeks had been so."""
    n = float(len(past))
    center = (n * float(np.median(past)) + _PRIOR * norm.center) / (n + _PRIOR) if past else norm.center
    spread = norm.between if not past else 1.2533 * float(np.mean(np.abs(np.array(past) - np.median(past))))
    prior = norm.within if past else norm.between
    scale = math.sqrt((n * spread**2 + _PRIOR * prior**2) / (n + _PRIOR))
    return (value - (float(np.median(past)) if n >= _LEAST_WEEKS else center)) / max(floor, scale)


def trend(values: list[float], floor: float) -> tuple[float, float]:
    """(t, slope a week) of the least-squares line through at least six values.

    The noise is that of week-to-week changes (von Neumann, 1941), so a steady creep does not hide itself.
    """
    n = len(values)
    if n < _LEAST_WEEKS + 2:
        return 0.0, 0.0
    ys, xs = np.array(values), np.arange(n) - (n - 1) / 2.0
    slope = float((xs * ys).sum() / (xs * xs).sum())
    steps = np.abs(np.diff(ys) - slope)
    noise = max(floor, 1.2533 * float(steps.mean()) / math.sqrt(2.0))
    return slope / (noise / math.sqrt(float((xs * xs).sum()))), slope


def _more(count: float, expected: float) -> float:
    """How far a count lies above what was expected, in standard deviations, after Anscombe (1948)."""
    return 2.0 * (math.sqrt(count + 0.375) - math.sqrt(expected + 0.375))


def look(week: Week, past: list[Week], norms: Norms) -> tuple[list[float], Seen]:
    """(row in the order of FEATURES, what it was made of); `past` are the party's weeks before, oldest first.

    All finite. What only matters one way (more off, dearer, more often) is 0 the other way.
    """
    seen, row = Seen(len(past)), dict.fromkeys(FEATURES, 0.0)
    for name, (own, peers, slope) in {
        "discount": ("discount", "discount_peers", "discount_trend"),
        "price_index": ("price", "", "price_trend"),
    }.items():
        value, norm, floor = getattr(week, name), norms.of(week.role, name), LEVELS_OF[name]
        if value is None:
            continue
        known = [v for v in (getattr(w, name) for w in past) if v is not None]
        if len(known) >= _LEAST_WEEKS:
            seen.before[name] = float(np.median(known))
            row[own] = _own(value, known, norm, floor)
            row[slope], seen.slope[name] = trend([*known, value][-_WINDOW:], floor)
        if peers:
            row[peers] = (value - norm.center) / max(floor, norm.between)
    for name, base in COUNTS.items():
        rate = norms.of(week.role, name).center
        shares = [getattr(w, name) / getattr(w, base) for w in past if getattr(w, base) > 0]
        # a median, so that a new habit is not soon the usual
        usual = float(np.median(shares)) if shares else rate
        share = (len(shares) * usual + _PRIOR * rate) / (len(shares) + _PRIOR)
        seen.expected[name] = share * getattr(week, base)
        row[name] = _more(getattr(week, name), seen.expected[name])
    known = [math.log1p(max(0.0, w.value)) for w in past]
    if len(known) >= _LEAST_WEEKS:
        row["value"] = _own(math.log1p(max(0.0, week.value)), known, norms.of(week.role, "value"), 0.3)
    return [max(0.0, min(_FAR, row[name])) for name in FEATURES], seen


def reason_text(name: str, week: Week, seen: Seen) -> str:
    """A feature of this week in words, with the numbers."""
    if name in ("discount", "discount_peers"):
        before = seen.before.get("discount")
        own = f"; in the {seen.weeks} weeks before usually {before:.1f} %" if before is not None else ""
        return f"{week.discount or 0.0:.1f} % off on average{own or '; more than others give or get'}"
    if name == "discount_trend":
        return (
            f"discounts grow by {seen.slope['discount']:.1f} points a week, now {week.discount or 0.0:.1f} %"
        )
    if name in ("price", "price_trend"):
        slope, now = seen.slope.get("price_index", 0.0), (week.price_index or 100.0) - 100.0
        if name == "price_trend":
            return f"prices creep up by {slope:.1f} % a week, now {now:+.1f} % against the first purchases"
        return f"prices {now:+.1f} % against the first purchases, before {seen.before['price_index'] - 100.0:+.1f} %"
    if name == "value":
        return f"value of {week.value:,.0f} in the week, far more than in the {seen.weeks} weeks before"
    count, base = getattr(week, name), getattr(week, COUNTS[name])
    texts = {
        "below_limit": f"{count:.0f} of {base:.0f} documents end just below the limit",
        "split": f"{count:.0f} of {base:.0f} documents are parts of one day's purchase that is over the limit together",
        "repeats": f"{count:.0f} of {base:.0f} lines repeat an item and quantity of the days before",
        "off_hours": f"{count:.0f} of {base:.0f} documents outside working hours",
        "round": f"{count:.0f} of {base:.0f} quantities are round",
    }
    return f"{texts[name]}; usual would be {seen.expected[name]:.1f}"


def beyond(rows: Floats, limits: Floats, tails: Floats) -> Floats:
    """How rare each figure is beyond its limit: 0 inside, and 1 more for each fall of its frequency by the factor e.

    Tails are taken as Pareto's with the given exponents (Hill, 1975), so that a figure that is often far out does not
    hide one that seldom is.
    """
    return np.asarray(tails * np.log(np.maximum(1.0, rows / limits)), np.float64)


def pressed(scores: Floats, rows: Floats, limits: Floats, tails: Floats) -> Floats:
    """Forest scores, moved toward 1 by the rarest figure of each row: one habit is enough."""
    return np.asarray(1.0 - (1.0 - scores) * np.exp(-beyond(rows, limits, tails).max(1)), np.float64)


class PatternModel:
    """Norms by role and an isolation forest over the features of weeks."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]]):
        """Raises KeyError or ValueError when the arrays are not a whole model of patterns."""
        ids, rows = arrays["norm_ids"], arrays["norm_rows"]
        if rows.shape != (len(ids), 3) or not np.isfinite(rows).all():
            raise ValueError("the norms are damaged")
        self.norms = Norms({str(k): Norm(*row) for k, row in zip(ids.tolist(), rows.tolist(), strict=True)})
        self.forest, self.limits = read_forest(arrays), np.asarray(arrays["limits"], np.float64)
        self.tails = np.asarray(arrays["tails"], np.float64)
        self._quantiles = np.asarray(arrays["quantiles"], np.float64)
        self.bins = read_bins(arrays, FEATURES)
        if (
            self.forest.features != len(FEATURES)
            or self.limits.shape != (len(FEATURES),)
            or self.tails.shape != self.limits.shape
            or not ((self.limits > 0) & (self.tails > 0)).all()
            or len(self._quantiles) != len(LEVELS)
        ):
            raise ValueError("not a model of patterns")

    def score(
        self, pasts: list[tuple[Week, list[Week]]], seen: list[Floats] | None = None
    ) -> list[LineScore]:
        """A score for each (week, the party's weeks before it), in order; a week without any document abstains.

        The feature rows of weeks with documents are put into `seen` where it is given.
        """
        looked = [look(week, past, self.norms) for week, past in pasts]
        if not looked:
            return []
        rows = np.array([row for row, _ in looked])
        if seen is not None:
            seen.append(rows[[week.documents > 0 for week, _ in pasts]])
        scores = pressed(self.forest.score(rows), rows, self.limits, self.tails)
        return [
            self._rated(week, row, seen, float(score))
            for (week, _), row, (_, seen), score in zip(pasts, rows, looked, scores, strict=True)
        ]

    def _rated(self, week: Week, row: Floats, seen: Seen, score: float) -> LineScore:
        if week.documents <= 0:
            reason = Reason("not_judged", "no documents in this week", 0.0)
            return LineScore(week.id, 0.0, 0.0, 0.0, True, [reason])
        rank, sure = percentile(self._quantiles, score), 0.2 + 0.75 * seen.weeks / (seen.weeks + 6.0)
        reasons = self._reasons(week, row, seen) if rank >= 0.9 else []
        return LineScore(week.id, round(score, 6), round(rank, 6), round(sure, 3), False, reasons)

    def _reasons(self, week: Week, row: Floats, seen: Seen) -> list[Reason]:
        rare = beyond(row, self.limits, self.tails)
        shares = rare if rare.any() else row / self.limits
        total = float(shares.sum()) or 1.0
        merged: dict[str, Reason] = {}
        for at in np.argsort(-shares, kind="stable")[:3].tolist():
            if shares[at] > 0.1 * total:
                text = reason_text(FEATURES[at], week, seen)
                merged.setdefault(text, Reason(FEATURES[at], text, 0.0)).weight += float(shares[at]) / total
        return [Reason(r.code, r.text, round(r.weight, 3)) for r in merged.values()]


def with_pasts(weeks: list[Week]) -> list[tuple[Week, list[Week]]]:
    """Each week with the weeks of the same role and party before it, oldest first; in the order given."""
    groups: dict[tuple[str, str], list[Week]] = {}
    for week in sorted(weeks, key=lambda each: each.week):
        groups.setdefault((week.role, week.party), []).append(week)
    places = {id(week): at for group in groups.values() for at, week in enumerate(group)}
    return [(week, groups[week.role, week.party][: places[id(week)]]) for week in weeks]
