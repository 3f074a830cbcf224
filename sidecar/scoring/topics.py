"""What a mail's claim, dispute and urgency are, by a small linear model over mails of trade in the languages that are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

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

    One reading of the words tells claims and disputes apart, of which a mail is one or the other, and another how urgent it is. They are
    taken out of their arrays by the first mail that needs them: most workers of most companies never read one.
    """

    def __init__(self, arrays: Arrays) -> None:
        """Raises KeyError or ValueError when the arrays are not whole."""
        super().__init__(arrays)
        self._kept = {
            name: array for name, array in arrays.items() if name.startswith(("topic_", "urgency_"))
        }
        for name, known in (("topic_", (*CLAIM_TYPES, *DISPUTE_REASONS)), ("urgency_", URGENCIES)):
            if self._kept and not {*map(str, arrays[f"{name}classes"].tolist())} <= {*known}:
                raise ValueError("the model names topics that nobody knows")

    @cached_property
    def _topic(self) -> TextModel:
        return TextModel(prefixed(self._kept, "topic_"))

    @cached_property
    def _urgency(self) -> TextModel:
        return TextModel(prefixed(self._kept, "urgency_"))

    def topics(self, text: str) -> Topics | None:
        """The topics of a text without its quoted history; None by a model that was made before there were any."""
        if not self._kept:
            return None
        found, pressed = self._topic.judge(text).scores, self._urgency.judge(text)
        return Topics(
            self._best(found, CLAIM_TYPES),
            self._best(found, DISPUTE_REASONS),
            pressed.name if pressed.sure else None,
        )

    def _best(self, found: dict[str, float], names: tuple[str, ...]) -> str | None:
        """Of one kind alone: what the mail is at all, its class says."""
        mine = {name: found[name] for name in names if name in found}
        total = sum(mine.values())
        return (
            _sure({name: value / total for name, value in mine.items()}, self._topic.threshold)
            if total > 0
            else None
        )


def _sure(found: dict[str, float], threshold: float) -> str | None:
    best = max(found, key=lambda name: found[name], default="")
    return best if best and found[best] >= threshold else None
