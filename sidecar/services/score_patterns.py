"""Scores the newest week of each party. Without a model every party abstains: nobody guesses about people."""

from typing import Any

from sidecar.domain.lines import LineScore, Reason
from sidecar.scoring.patterns import PatternModel, Week

NOT_JUDGED = "no model of weekly patterns is loaded; look at the figures of the week"


def score_patterns(
    series: list[list[Week]], model: PatternModel | None, seen: list[Any] | None = None
) -> list[LineScore]:
    """One score a series of weeks, in order; each series has at least one week, in any order.

    The model's feature rows go into `seen`.
    """
    newest = []
    for weeks in series:
        ordered = sorted(weeks, key=lambda week: week.week)
        newest.append((ordered[-1], ordered[:-1]))
    if model is None:
        return [
            LineScore(week.id, 0.0, 0.0, 0.0, True, [Reason("not_judged", NOT_JUDGED, 0.0)])
            for week, _ in newest
        ]
    return model.score(newest, seen)
