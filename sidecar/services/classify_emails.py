"""Sorts messages into five classes, says what they are about, and finds the documents they name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from sidecar.domain.languages import READ, detect
from sidecar.domain.mail_text import latest, plain, sentences
from sidecar.domain.references import find_references
from sidecar.domain.rules import classify_by_keywords
from sidecar.domain.topics import claim_type, dispute_reason, urgency


class Reading(Protocol):
    """What a classifier says of a text."""

    scores: dict[str, float]
    sure: bool

    @property
    def name(self) -> str:
        """The best class."""

    @property
    def confidence(self) -> float:
        """How likely it is."""


class Classifier(Protocol):
    """What sorts texts."""

    def judge(self, text: str) -> Reading:
        """The class of a text."""

    def traits(self, text: str, language: str) -> Any:
        """What is counted of a text: a row of numbers."""

    def topics(self, text: str) -> Any:
        """Its claim type, dispute reason and urgency, each None where unsure."""


@dataclass(slots=True)
class Verdict:
    """The best class, what else the mail is about, and the references found; abstained when not sure enough."""

    id: str
    name: str
    confidence: float
    abstained: bool
    scores: dict[str, float]
    references: list[tuple[str, str]]
    language: str = ""
    intents: list[tuple[str, float]] = field(default_factory=list)
    claim_type: str | None = None
    dispute_reason: str | None = None
    urgency: str = "normal"


def classify_message(
    name: str, subject: str, text: str, model: Classifier | None, seen: list[Any] | None = None
) -> Verdict:
    """By the model, or by keyword rules without one (they abstain below 0.4).

    Markup, quoted history and signature are left out before anything is read, but references are looked for in
    all of it. A mail in a language that is not read is always left to a person. What is counted of it goes into `seen`.
    """
    body = plain(text)
    said = f"{subject}\n{latest(body)}".strip()
    language = detect(said)
    intents: list[tuple[str, float]] = []
    parts: dict[str, list[str]] = {}
    if model is None:
        best, confidence, scores = classify_by_keywords(said)
        abstained = confidence < 0.4
    else:
        found = model.judge(said)
        if seen is not None:
            seen.append(model.traits(said, language))
        scores = {key: round(value, 4) for key, value in found.scores.items()}
        best, confidence, abstained = found.name, found.confidence, not found.sure
        intents, parts = _intents(said, model)
    if language and language not in READ:
        abstained, intents = True, []
    verdict = Verdict(
        name, best, confidence, abstained, scores, find_references(f"{subject}\n{body}"), language, intents
    )
    topics = model.topics(said) if model else None
    pressed = urgency(said)  # words that say so; where none does, how the mail presses
    verdict.urgency = pressed if pressed != "normal" else (topics and topics.urgency) or pressed
    about = {best} if not abstained else set()
    about |= {intent for intent, _ in intents}
    if about & _CLAIMS:
        verdict.claim_type = _topic("claim_type", claim_type, said, parts, _CLAIMS, model)
    if about & _DISPUTES:
        verdict.dispute_reason = _topic("dispute_reason", dispute_reason, said, parts, _DISPUTES, model)
    return verdict


_CLAIMS, _DISPUTES = {"return", "order_issue", "delivery_delay"}, {"billing_dispute"}


def _topic(
    name: str,
    rule: Callable[[str], str | None],
    said: str,
    parts: dict[str, list[str]],
    classes: set[str],
    model: Classifier | None,
) -> str | None:
    """By the model where it is sure, else by what is named; of a mail about several things from the sentences about this one."""
    mine = [sentence for key in parts if key in classes for sentence in parts[key]]
    text = "\n".join(mine) if mine and parts.keys() - classes else said
    topics = model.topics(text) if model else None
    return getattr(topics, name, None) or rule(text)


def _intents(text: str, model: Classifier) -> tuple[list[tuple[str, float]], dict[str, list[str]]]:
    """Every class that a sentence of the mail is surely about, `other` left out, surest first; and the sentences of each."""
    found: dict[str, float] = {}
    parts: dict[str, list[str]] = {}
    for sentence in sentences(text):
        judged = model.judge(sentence)
        if judged.sure and judged.name != "other":
            found[judged.name] = max(found.get(judged.name, 0.0), judged.confidence)
            parts.setdefault(judged.name, []).append(sentence)
    return sorted(found.items(), key=lambda entry: -entry[1]), parts
