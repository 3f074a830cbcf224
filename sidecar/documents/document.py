"""The normal form of a supplier document. Money and quantities are decimal strings, dates ISO 8601."""

from dataclasses import asdict, dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

TYPES = {"invoice", "credit_note", "order_confirmation", "delivery_note", "price_list"}


@dataclass(slots=True)
class Party:
    """Who sells or buys."""

    name: str = ""
    vat: str = ""
    iban: str = ""


@dataclass(slots=True)
class DocumentLine:
    """One line; `price` is for `price_base` units, `tax` a percentage, `amount` the line's net amount.

    `adjustment` is the line's charges less its allowances, already in `amount`.
    """

    item: str = ""
    description: str = ""
    quantity: str = ""
    unit: str = ""
    price: str = ""
    price_base: str = ""
    tax: str = ""
    adjustment: str = ""
    amount: str = ""
    delivery_date: str = ""


@dataclass(slots=True)
class Totals:
    """Sums of the document: of the lines, net, tax, gross, and what is to be paid."""

    lines: str = ""
    net: str = ""
    tax: str = ""
    gross: str = ""
    payable: str = ""


@dataclass(slots=True)
class Finding:
    """What does not add up: the field, a stable code, and a sentence with the numbers."""

    field: str
    code: str
    text: str


@dataclass(slots=True)
class Document:
    """One document, with confidence (0..1) and place (XPath, or page and box) of each field that was found."""

    type: str = "invoice"
    number: str = ""
    date: str = ""
    due_date: str = ""
    order_reference: str = ""
    currency: str = ""
    seller: Party = field(default_factory=Party)
    buyer: Party = field(default_factory=Party)
    lines: list[DocumentLine] = field(default_factory=list)
    totals: Totals = field(default_factory=Totals)
    source: str = ""
    confidence: dict[str, float] = field(default_factory=dict)
    position: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    #: id of the vendor's template that was followed, and the values a template could be made of (text only)
    template: int | None = None
    candidates: list[dict[str, Any]] = field(default_factory=list)

    def found(self, name: str, value: str, confidence: float, position: str) -> None:
        """Sets a field by its dotted name, with how sure that is and where it stood; an empty value is not found."""
        if not value:
            return
        owner, _, leaf = name.rpartition(".")
        setattr(getattr(self, owner) if owner else self, leaf, value)
        self.confidence[name], self.position[name] = round(confidence, 3), position

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def number(text: str) -> Decimal | None:
    """The decimal of a normal-form number; None for none."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None
