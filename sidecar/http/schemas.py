"""Bodies of requests and answers as msgspec structs; the OpenAPI document is made of them."""

from enum import Enum
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from sidecar.domain.currencies import CODES
from sidecar.domain.rules import CLASSES
from sidecar.domain.topics import CLAIM_TYPES, DISPUTE_REASONS, URGENCIES

Currency = Enum("Currency", {code: code for code in CODES})  # type: ignore[misc]
Currency.__doc__ = "ISO 4217 code"
Money = Annotated[str, Meta(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,8})?$", description="Decimal string")]
_NO_ZERO = r"^[^\x00]*$"
Id = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=500)]
Day = Annotated[
    str,
    Meta(
        pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])", max_length=40, description="UTC date"
    ),
]
Quantity = Annotated[float, Meta(ge=-1e12, le=1e12)]
Rate = Annotated[
    float,
    Meta(
        ge=1e-9,
        le=1e9,
        description="Units of the currency for one of the company's; history is in the latter",
    ),
]
Percent = Annotated[float, Meta(ge=-1000, le=100, description="Percent; negative is a surcharge")]


class SaleLine(Struct):
    """One line of a sales order; prices of one unit in the order's currency."""

    id: Id
    item: Id
    quantity: Quantity
    list_price: Money
    unit_price: Money
    tier_price: Money | None = None
    discount: Percent = 0.0
    category: Text | None = None


class SaleDocument(Struct):
    """A sales order as in the event's data."""

    id: Id
    currency: Currency
    lines: Annotated[list[SaleLine], Meta(max_length=2000)]
    customer: Text | None = None
    customer_tier: Text | None = None
    order_date: Day | None = None
    currency_rate: Rate = 1.0


class PurchaseLine(Struct):
    """One line of a purchase order."""

    id: Id
    item: Id
    quantity: Quantity
    unit_price: Money
    discount: Percent = 0.0
    category: Text | None = None
    promised_date: Day | None = None


class PurchaseDocument(Struct):
    """A purchase order as in the event's data."""

    id: Id
    currency: Currency
    lines: Annotated[list[PurchaseLine], Meta(max_length=2000)]
    vendor: Text | None = None
    order_date: Day | None = None
    place: Text | None = None
    currency_rate: Rate = 1.0


class SaleDocuments(Struct):
    """1..100 sales orders, at most 2,000 lines in all."""

    documents: Annotated[list[SaleDocument], Meta(min_length=1, max_length=100)]


class PurchaseDocuments(Struct):
    """1..100 purchase orders, at most 2,000 lines in all."""

    documents: Annotated[list[PurchaseDocument], Meta(min_length=1, max_length=100)]


class ReasonBody(Struct, omit_defaults=True):
    """A cause in words; `weight` is its share of the score."""

    code: str
    text: str
    weight: float
    line: str | None = None


class LineBody(Struct):
    """A line's score: higher is stranger; `percentile` is its place in the training history."""

    id: str
    score: float
    percentile: float
    confidence: float
    abstained: bool
    reasons: list[ReasonBody]


class DocumentBody(LineBody):
    """A document's score is its strangest line's."""

    lines: list[LineBody]


class Scores(Struct):
    """Measures, never a verdict; `degraded` when rules answered."""

    model: str
    version: str
    degraded: bool
    documents: list[DocumentBody]


class Message(Struct):
    """One e-mail."""

    id: Id
    subject: Annotated[str, Meta(max_length=2000)] = ""
    text: Annotated[str, Meta(max_length=200_000)] = ""


class Messages(Struct):
    """1..100 e-mails."""

    messages: Annotated[list[Message], Meta(min_length=1, max_length=100)]


class ReferenceBody(Struct):
    """A document named in the text."""

    kind: Literal["order", "invoice", "shipment"]
    value: str


class IntentBody(Struct):
    """A class that a part of the mail is about."""

    name: Literal[CLASSES] = field(name="class")  # type: ignore[valid-type]
    confidence: float


class MessageBody(Struct):
    """The class of one e-mail; `abstained` when it is not sure enough.

    `language` is an ISO 639-1 code, `other`, or empty; `intents` are all the classes its sentences are surely about;
    claim type, dispute reason and urgency come from the words it names.
    """

    id: str
    name: Literal[CLASSES] = field(name="class")  # type: ignore[valid-type]
    confidence: float
    abstained: bool
    scores: dict[str, float]
    references: list[ReferenceBody]
    language: str = ""
    intents: list[IntentBody] = []
    claim_type: Literal[CLAIM_TYPES] | None = None  # type: ignore[valid-type]
    dispute_reason: Literal[DISPUTE_REASONS] | None = None  # type: ignore[valid-type]
    urgency: Literal[URGENCIES] = "normal"  # type: ignore[valid-type]


class Classes(Struct):
    """The classes of all messages."""

    model: str
    version: str
    degraded: bool
    messages: list[MessageBody]


class Feedback(Struct):
    """What people made of a check."""

    event_id: Annotated[str, Meta(min_length=1, max_length=64, pattern=_NO_ZERO)]
    check: Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
    outcome: Literal["confirmed", "rejected"]
    comment: Annotated[str, Meta(max_length=2000, pattern=_NO_ZERO)] = ""
    warned: bool = True


class FeedbackBody(Struct):
    """The stored feedback's number."""

    id: int
    created: bool


class FieldError(Struct):
    """A field of the request and what is wrong with it."""

    field: str
    message: str


class ProblemBody(Struct):
    """RFC 9457 problem."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    retryable: bool
    request_id: str
    errors: list[FieldError] = []


class Health(Struct):
    """Whether the service can answer, and by what."""

    status: Literal["ok", "unavailable"]
    models: dict[str, str] = {}
