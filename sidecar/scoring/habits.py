"""Habits in a party's week, each with a measure of its own: how rare a week like this is among ordinary ones.

A week's score says that something is unusual; a person who is to look needs to know what. The features of
`sidecar.scoring.patterns` that tell of one habit are taken together, the rarest of them counts.
"""

import math
from dataclasses import dataclass

from sidecar.scoring.patterns import FEATURES, PatternModel, Week, look, reason_text

#: Which features tell of which habit.
HABITS = {
    "discount": ("discount", "discount_peers", "discount_trend"),
    "prices": ("price", "price_trend"),
    "limit": ("below_limit", "split"),
    "repeats": ("repeats",),
    "off_hours": ("off_hours",),
    "round": ("round",),
    "volume": ("value",),
}
#: The share of a training week's figures that lie beyond their limit.
_BEYOND = 0.01


@dataclass(slots=True, frozen=True)
class Habit:
    """One habit in one week: `rarity` is the share of ordinary weeks that show less of it, 0.99 and more."""

    pattern: str
    rarity: float
    text: str


def habits(model: PatternModel, week: Week, past: list[Week]) -> list[Habit]:
    """The habits of a week, the rarest first; none where every figure lies within the usual 99 %.

    `past` are the party's weeks before, oldest first. Beyond its limit a figure is taken to be as frequent as Pareto's
    tail with the exponent of training says (Hill, 1975): 1 % times (limit / figure) to that exponent. Others' discounts
    count only while a party has no past of its own: who always gave more than others has no new habit.
    """
    row, seen = look(week, past, model.norms)
    found = []
    for pattern, names in HABITS.items():
        best, name = 0.0, ""
        for each in names:
            if each == "discount_peers" and "discount" in seen.before:
                continue
            at = FEATURES.index(each)
            far = float(model.tails[at]) * math.log(max(1.0, row[at] / float(model.limits[at])))
            if far > best:
                best, name = far, each
        if name:
            rarity = round(1.0 - _BEYOND * math.exp(-best), 6)
            found.append(Habit(pattern, rarity, reason_text(name, week, seen)))
    return sorted(found, key=lambda habit: -habit.rarity)
