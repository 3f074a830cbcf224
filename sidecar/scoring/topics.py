"""What a mail's claim, dispute and urgency are, by a small linear model over mails of trade in the languages that are read."""

from __future__ import annotations

from dataclasses import dataclass

from sidecar.domain.topics import CLAIM_TYPES, DISPUTE_REASONS, URGENCIES
from sidecar.scoring.arrays import Arrays, prefixed
from sidecar.scoring.text import TextModel


@dataclass(slots=True, frozen=True)
class Topics:
    """The best of each that the model is sure enough of, else None."""

    claim_type: str | None
    dispute_reason: str | None
    urgency: str | None


class MailModel(TextModel):
    """The class of a mail, and its topics.

    One reading of the words tells claims and disputes apart, of which a mail is one or the other, and another how urgent it is.
    """

    def __init__(self, arrays: Arrays) -> None:
        """Raises KeyError or ValueError when the arrays are not whole."""
        super().__init__(arrays)
        self._topic, self._urgency = _part(arrays, "topic_"), _part(arrays, "urgency_")
        for part, known in ((self._topic, (*CLAIM_TYPES, *DISPUTE_REASONS)), (self._urgency, URGENCIES)):
            if part and not {*part.classes} <= {*known}:
                raise ValueError("the model names topics that nobody knows")

    def fold(self) -> None:
        """As TextModel, with its parts."""
        super().fold()
        for part in (self._topic, self._urgency):
            if part:
                part.fold()

    def topics(self, text: str) -> Topics | None:
        """The topics of a text without its quoted history; None by a model that was made before there were any."""
        if not self._topic or not self._urgency:
            return None
        found, pressed = self._topic.judge(text).scores, self._urgency.judge(text)
        claim, reason = (
            _best(found, names, self._topic.threshold) for names in (CLAIM_TYPES, DISPUTE_REASONS)
        )
        return Topics(claim, reason, pressed.name if pressed.sure else None)


def _part(arrays: Arrays, name: str) -> TextModel | None:
    mine = prefixed(arrays, name)
    return TextModel(mine) if mine else None


def _best(found: dict[str, float], names: tuple[str, ...], threshold: float) -> str | None:
    """The surest of one kind, among its kind alone: what the mail is at all, its class says. None below the threshold."""
    mine = {name: found[name] for name in names if name in found}
    best = max(mine, key=lambda name: mine[name], default="")
    return best if best and mine[best] > 0 and mine[best] >= threshold * sum(mine.values()) else None
