"""Scores the lines of documents; a document's score is its strangest line's."""

from dataclasses import dataclass
from typing import Any, Protocol

from sidecar.domain.lines import Line, LineScore
from sidecar.domain.rules import score_discount_by_rules, score_purchase_by_rules

_RULES = {"discounts": score_discount_by_rules, "purchases": score_purchase_by_rules}


class Scorer(Protocol):
    """What scores lines."""

    def score(self, lines: list[Line], seen: list[Any] | None = None) -> list[LineScore]:
        """One score a line, in order; feature rows go into `seen`."""


@dataclass(slots=True)
class DocumentScore:
    """The lines' scores and the strangest of them, None in a document whose lines all abstained."""

    id: str
    lines: list[LineScore]
    top: LineScore | None


def score_documents(
    subject: str,
    documents: list[tuple[str, list[Line]]],
    model: Scorer | None,
    seen: list[Any] | None = None,
) -> list[DocumentScore]:
    """A score for each (id, lines), by the model or by rules without one; the model's feature rows go into `seen`."""
    flat = [line for _, lines in documents for line in lines]
    scores = iter(model.score(flat, seen) if model else _RULES[subject](flat))
    out = []
    for name, lines in documents:
        rated = [next(scores) for _ in lines]
        judged = [entry for entry in rated if not entry.abstained]
        out.append(DocumentScore(name, rated, max(judged, key=lambda entry: entry.score) if judged else None))
    return out
