"""What a summary is made of: facts about one document, its next action and its route. No fact is left out, none is added."""

from dataclasses import dataclass, field

#: What a summary may be about.
SUBJECTS = ("order", "approval", "ticket")
#: Kinds of facts in the order in which a summary gives them.
KINDS = ("amount", "hold", "limit", "check", "history", "said", "next")


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is so. `value` with `unit` is an amount, `limit` what it is held against; `at` a UTC moment.

    `said` is somebody else's text and is believed in nothing.
    """

    id: str
    kind: str
    label: str = ""
    text: str = ""
    value: str = ""
    unit: str = ""
    limit: str = ""
    who: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A document with all facts that count. `names` are people and companies, which leave the house only masked."""

    id: str
    subject: str
    name: str
    state: str = ""
    party: str = ""
    facts: tuple[Fact, ...] = ()
    names: tuple[str, ...] = ()
    topic: str = ""
    claim: str = ""
    dispute: str = ""

    def of(self, kind: str) -> list[Fact]:
        """The facts of a kind, in their order."""
        return [fact for fact in self.facts if fact.kind == kind]


@dataclass(slots=True)
class Summary:
    """What people read. `source` is `template` or `model`; then `gist` is the part that the model wrote."""

    id: str
    text: str
    next_action: str
    route: str
    source: str = "template"
    gist: str = ""
    template: str = ""
    prompt: str = ""
    model: str = ""
    fallback: tuple[str, str] | None = None
    facts_used: list[str] = field(default_factory=list)


_CLAIMS = {
    "damaged": "Ask for photos of the damage and the packaging, then offer a replacement or a return",
    "defective": "Ask what fails and since when, then offer a repair or a return",
    "missing": "Compare the delivery note with what was packed, then send the rest or credit it",
    "wrong_item": "Compare the order with what was packed, then send the right item and fetch the wrong one",
    "quality": "Ask for photos and the lot number, then have quality look at it",
    "late": "Look up where the delivery is and tell the customer the new day",
    "unwanted": "Check the return period, then send return papers or say why not",
}
_DISPUTES = {
    "price": "Compare the invoice with the agreed price, then correct it or explain it",
    "quantity": "Compare the invoice with the delivery note, then correct it or explain it",
    "duplicate": "Look for a second invoice of the same order, then cancel it or explain it",
    "tax": "Check the customer's tax data and the invoice's tax, then correct it or explain it",
    "already_paid": "Look for the payment, then match it or ask for the bank's proof",
    "discount": "Look up what was agreed, then credit it or explain it",
    "freight": "Compare the freight with the terms of delivery, then correct it or explain it",
    "not_received": "Look up where the delivery is before the invoice is asked for",
    "address": "Correct the invoice's address and send it again",
}
_TOPICS = {
    "order_issue": ("Look at the order and answer the customer", "Sales"),
    "delivery_delay": ("Look up where the delivery is and tell the customer the new day", "Warehouse"),
    "return": (
        "Check the return period and the reason, then send return papers or say why not",
        "Returns desk",
    ),
    "billing_dispute": (
        "Compare order, delivery and invoice, then answer the customer",
        "Accounts receivable",
    ),
}
_READ_IT = ("Read the message and sort it", "Customer service")


def next_action(case: Case) -> tuple[str, str]:
    """(what to do now, who) by Odoo's own next step, else by the ticket's class. What somebody wrote changes neither."""
    steps = case.of("next")
    if steps:
        return steps[0].text, steps[0].who
    if case.subject != "ticket":
        return "Nothing waits", ""
    action, route = _TOPICS.get(case.topic, _READ_IT)
    if case.topic in ("return", "delivery_delay", "order_issue") and case.claim:
        action = _CLAIMS.get(case.claim, action)
    if case.topic == "billing_dispute" and case.dispute:
        action = _DISPUTES.get(case.dispute, action)
    return action, route
