"""Faults that only measure: put into held-out lines, kind by kind, for the cards and the tests.

Nothing that fits, chooses or calibrates reads this module (a contract of pyproject.toml), and its faults are drawn
otherwise than those of `sidecar.training.faults`, so that a model cannot have learnt the injector.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from sidecar.domain.lines import Line
from sidecar.scoring.habits import HABITS, habits
from sidecar.scoring.lines import LineModel
from sidecar.scoring.patterns import PatternModel, Week, with_pasts
from sidecar.scoring.tabular import TabularModel
from sidecar.training.forests import lines_of
from sidecar.training.line_models import train_lines
from sidecar.training.patterns import train_patterns
from sidecar.training.tabular import train_records
from sidecar.training.weeks import records_of

Found = dict[str, dict[str, float]]
Trial = Callable[[Line, list[Line], Any], Line | None]
SEED = 77
#: What reviewers can look at: 20 lines a day, and where fewer than 1,000 lines a day come in, 2 % of them.
A_DAY, MOST_SHARE = 20.0, 0.02
_HELD_OUT, _A_KIND = 0.2, 400


def _cents(line: Line, price: float) -> Line:
    return replace(line, unit_price=max(0.01, round(price, 2)), discount=0.0)


def _times(low: float, high: float) -> Trial:
    """The price times something between two factors."""
    return lambda line, _, rng: _cents(line, line.net_price * rng.uniform(low, high))


def _step(factor: float) -> Trial:
    """The price times or through a factor, as when another unit or a digit too many is meant."""
    return lambda line, _, rng: _cents(
        line, line.net_price * (factor if rng.random() < 0.5 else 1.0 / factor)
    )


def _many(*factors: float) -> Trial:
    """The quantity times one of the factors, at the same price a unit."""
    return lambda line, _, rng: replace(line, quantity=max(1.0, line.quantity * float(rng.choice(factors))))


def _few_and_deep(line: Line, _: list[Line], rng: Any) -> Line:
    return replace(_cents(line, line.net_price * rng.uniform(0.4, 0.75)), quantity=float(rng.integers(1, 4)))


def _unearned(line: Line, peers: list[Line], rng: Any) -> Line | None:
    prices = sorted({peer.net_price for peer in peers if peer.quantity >= 3 * line.quantity})
    return _cents(line, prices[0]) if prices and prices[0] < 0.95 * line.net_price else None


def _lead_jump(line: Line, _: list[Line], rng: Any) -> Line | None:
    if not line.lead_days or line.lead_days < 5:
        return None
    factor = rng.uniform(2.2, 5.0)
    return replace(
        line, lead_days=float(round(line.lead_days * (factor if rng.random() < 0.7 else 1 / factor)))
    )


def _new_vendor(line: Line, peers: list[Line], rng: Any) -> Line | None:
    """A vendor that sold other items, never this one."""
    known = {peer.party for peer in peers}
    return None if not line.tier or line.tier in known else replace(line, party=line.tier)


TRIALS: dict[str, dict[str, Trial]] = {
    "discounts": {
        "deep_small_quantity": _few_and_deep,
        "decimal_slip": _step(10.0),
        "surcharge": _times(1.2, 2.0),
        "tier_not_earned": _unearned,
        "unit_x12": _step(12.0),
        "unit_x100": _step(100.0),
    },
    "purchases": {
        "price_jump": _times(1.3, 2.5),
        "decimal_slip": _step(10.0),
        "unit_x12": _step(12.0),
        "unit_x100": _step(100.0),
        "quantity_x12": _many(12.0),
        "quantity_jump": _many(8.0, 20.0, 100.0),
        "lead_time_jump": _lead_jump,
        "vendor_never_used": _new_vendor,
    },
}


def spoil(subject: str, kind: str, lines: list[Line], known: list[Line], seed: int = SEED) -> list[Line]:
    """Up to 400 of the lines with one kind of fault each; `known` are the honest lines of the record."""
    rng = np.random.default_rng(seed)
    out: list[Line] = []
    peers: dict[str, list[Line]] = {}
    for line in known:
        peers.setdefault(line.item, []).append(line)
    vendors = sorted({line.party for line in known if line.party})
    for at in rng.permutation(len(lines))[: 4 * _A_KIND].tolist():
        line = lines[at]
        if kind == "vendor_never_used":
            line = replace(line, tier=vendors[rng.integers(len(vendors))] if vendors else "")
        if line.item not in peers or len(out) == _A_KIND:
            continue
        found = TRIALS[subject][kind](line, peers[line.item], rng)
        if found is not None and found != line:
            out.append(replace(found, tier=lines[at].tier))
    return out


def budget_share(dates: "pd.Series[Any]") -> float:
    """The share of lines that may be flagged: 20 a day with lines, at most 2 % of them."""
    days = dates.dropna().dt.normalize().nunique()
    return min(MOST_SHARE, A_DAY * days / len(dates)) if days else MOST_SHARE


def line_detection(subject: str, frame: pd.DataFrame) -> Found:
    """{kind: share found and rows} at the alert budget, by a model of the older 80 % on faults put into the newest 20 %."""
    cut = int(len(frame) * (1.0 - _HELD_OUT))
    past, later = frame.iloc[:cut], frame.iloc[cut:]
    model = LineModel(subject, train_lines(subject, past))
    known, lines = lines_of(past), lines_of(later)
    honest = [entry.score for entry in model.score(lines) if not entry.abstained]
    edge = float(np.quantile(honest, 1.0 - budget_share(later["date"])))
    return {
        kind: _found([entry.score for entry in model.score(spoil(subject, kind, lines, known))], edge)
        for kind in TRIALS[subject]
    }


def _found(scores: list[float], edge: float) -> dict[str, float]:
    return {
        "found": round(float(np.mean(np.array(scores) > edge)), 3) if scores else 0.0,
        "rows": len(scores),
    }


# -- stock corrections -----------------------------------------------------------------------------
def _round_number(move: dict[str, Any], rng: Any) -> dict[str, Any]:
    return {**move, "quantity": -25.0 * float(rng.integers(2, 40) * 4)}


def _off_hours(move: dict[str, Any], rng: Any) -> dict[str, Any]:
    moment = move["date"].replace(
        hour=int(rng.choice((21, 22, 23, 1, 2, 3, 4))), minute=int(rng.integers(60))
    )
    return {**move, "quantity": -(abs(move["quantity"]) or 1.0), "date": moment}


CORRECTIONS = {"round_number_correction": _round_number, "off_hours_correction": _off_hours}


def correction_detection(records: list[dict[str, Any]]) -> Found:
    """As `line_detection`, for stock movements: corrections of each kind among the newest movements."""
    records = sorted(records, key=lambda record: record["date"])
    cut = int(len(records) * (1.0 - _HELD_OUT))
    model, later = TabularModel("stock-moves", train_records("stock-moves", records[:cut])[0]), records[cut:]
    honest = np.array([record["outcome"] != 1.0 for record in later])
    edge = float(
        np.quantile(
            model.predict(later)["score"][honest], 1.0 - budget_share(pd.Series([r["date"] for r in later]))
        )
    )
    out, rng = {}, np.random.default_rng(SEED)
    for name, change in CORRECTIONS.items():
        chosen = rng.choice(len(later), min(_A_KIND, len(later) // 10), replace=False).tolist()
        made = [
            {**change(later[at], rng), "document": later[at]["document"] and f"{later[at]['document']}c"}
            for at in chosen
        ]
        scores = model.predict([*later, *made])["score"]
        out[name] = _found(scores[len(later) :].tolist(), edge)
    return out


# -- weekly patterns -------------------------------------------------------------------------------
def _habit(week: Week, at: int, _: Any) -> None:
    week.discount = (week.discount or 0.0) + 5.0


def _creep(week: Week, at: int, _: Any) -> None:
    week.price_index = (week.price_index or 100.0) * 1.01 ** (at + 1)


def _count(name: str, base: str, share: float) -> Callable[[Week, int, Any], None]:
    def change(week: Week, at: int, rng: Any) -> None:
        total = getattr(week, base)
        more = max(2, rng.binomial(int(total), share))
        setattr(week, name, min(max(total, more), getattr(week, name) + more))
        setattr(week, base, max(total, getattr(week, name)))

    return change


#: (what it does to a week, the habit that Odoo tells of)
PATTERNS: dict[str, tuple[Callable[[Week, int, Any], None], str]] = {
    "discount_habit": (_habit, "discount"),
    "creeping_prices": (_creep, "prices"),
    "order_splitting": (_count("split", "documents", 0.3), "limit"),
    "just_below_the_limit": (_count("below_limit", "documents", 0.3), "limit"),
    "duplicates": (_count("repeats", "lines", 0.1), "repeats"),
    "off_hours": (_count("off_hours", "documents", 0.4), "off_hours"),
    "round_numbers": (_count("round", "lines", 0.6), "round"),
}
_WEEKS_OF_HABIT, _WEEKS_BEFORE = 8, 8


#: The rule of Odoo as installed: so rare, in two weeks of four, with so many documents in the week and before it.
_RARE, _WEEKS, _TIMES, _DOCUMENTS, _BEFORE = 0.995, 4, 2, {"prices": 1}, 12
HONEST = "none put in"


def pattern_detection(frame: pd.DataFrame) -> Found:
    """{habit put in: share told of and rows}, by a model of the older 80 % and the rule by which Odoo tells of a habit.

    A habit of eight weeks ends in each row's last week; it is told of where the rule was met in one of these weeks. `HONEST` is the same of
    the rows as they were, told of for whatever habit. Rows are those that the rule may tell of: enough documents in the last week and before.
    """
    days = pd.to_datetime(frame["week"])
    late = days >= days.groupby(frame["role"]).transform(lambda each: each.quantile(1.0 - _HELD_OUT))
    model = PatternModel(train_patterns(frame[~late]))
    held = late.tolist()
    newest = [
        (week, past)
        for (week, past), new in zip(with_pasts(records_of(frame)), held, strict=True)
        if new and _may_tell(week, past, 3)
    ]
    out = {}
    for kind, (_change, pattern) in PATTERNS.items():
        if made := with_habit(newest, kind):
            out[kind] = _share([told_of(model, week, past, {pattern}) for week, past in made])
    honest = [(week, past) for week, past in newest if len(past) >= _WEEKS_BEFORE + _WEEKS_OF_HABIT]
    chosen = np.random.default_rng(SEED).permutation(len(honest))[:_A_KIND].tolist()
    out[HONEST] = _share(
        [told_of(model, week, past, set(HABITS)) for week, past in (honest[at] for at in chosen)]
    )
    return out


def told_of(model: PatternModel, week: Week, past: list[Week], patterns: set[str]) -> bool:
    """Whether a person is told of one of these habits in the week or one of the seven before."""
    series = [*past, week]
    seen: dict[str, list[int]] = {}
    for at in range(len(series) - _WEEKS_OF_HABIT, len(series)):
        for habit in habits(model, series[at], series[:at]):
            if (
                habit.pattern in patterns
                and habit.rarity >= _RARE
                and _may_tell(series[at], series[:at], _DOCUMENTS.get(habit.pattern, 3))
            ):
                seen.setdefault(habit.pattern, []).append(at)
    return any(
        sum(at - _WEEKS < other <= at for other in weeks) >= _TIMES for weeks in seen.values() for at in weeks
    )


def _may_tell(week: Week, past: list[Week], documents: int) -> bool:
    return week.documents >= documents and sum(each.documents for each in past) >= _BEFORE


def _share(told: list[bool]) -> dict[str, float]:
    return {"found": round(float(np.mean(told)), 3) if told else 0.0, "rows": len(told)}


def with_habit(newest: list[tuple[Week, list[Week]]], kind: str) -> list[tuple[Week, list[Week]]]:
    """Copies of weeks with a habit of PATTERNS in their last eight, of those that have eight weeks before it; none where none has.

    newest: (week, the same party's weeks before it, oldest first)
    """
    rng = np.random.default_rng(SEED)
    fit = [
        (week, past)
        for week, past in newest
        if len(past) >= _WEEKS_BEFORE + _WEEKS_OF_HABIT
        and (kind not in _NEEDS or getattr(week, _NEEDS[kind]) is not None)
    ]
    made = []
    for place in rng.permutation(len(fit))[:_A_KIND].tolist():
        series = [replace(week) for week in (*fit[place][1], fit[place][0])]
        for at, week in enumerate(series[-_WEEKS_OF_HABIT:]):
            PATTERNS[kind][0](week, at, rng)
        made.append((series[-1], series[:-1]))
    return made


_NEEDS = {"discount_habit": "discount", "creeping_prices": "price_index"}
