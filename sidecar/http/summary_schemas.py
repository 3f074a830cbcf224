"""Bodies of POST /v1/summaries and POST /v1/drafts."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from sidecar.domain.drafts import LANGUAGES
from sidecar.domain.rules import CLASSES
from sidecar.domain.summaries import KINDS, SUBJECTS
from sidecar.domain.topics import CLAIM_TYPES, DISPUTE_REASONS
from sidecar.http.schemas import Id, Text

Words = Annotated[str, Meta(max_length=4000)]
Names = Annotated[list[Text], Meta(max_length=50)]


class FactBody(Struct):
    """One thing that is so; `said` is somebody else's text, quoted and believed in nothing."""

    id: Annotated[str, Meta(min_length=1, max_length=64)]
    kind: Literal[KINDS]  # type: ignore[valid-type]
    label: Text = ""
    text: Words = ""
    value: Text = ""
    unit: Text = ""
    limit: Text = ""
    who: Text = ""
    at: Text = ""


Facts = Annotated[list[FactBody], Meta(max_length=200)]


class CaseBody(Struct):
    """A document with the facts that count; `names` are people and companies, masked before a model reads anything."""

    id: Id
    subject: Literal[SUBJECTS]  # type: ignore[valid-type]
    name: Annotated[str, Meta(min_length=1, max_length=500)]
    facts: Facts
    state: Text = ""
    party: Text = ""
    names: Names = []
    topic: Literal[(*CLASSES, "")] = ""  # type: ignore[valid-type]
    claim: Literal[(*CLAIM_TYPES, "")] = ""  # type: ignore[valid-type]
    dispute: Literal[(*DISPUTE_REASONS, "")] = ""  # type: ignore[valid-type]


class Cases(Struct):
    """1..50 documents."""

    documents: Annotated[list[CaseBody], Meta(min_length=1, max_length=50)]


class DraftBody(Struct):
    """A customer's message to be answered; `facts` may be told to the customer, so give no others."""

    id: Id
    name: Annotated[str, Meta(min_length=1, max_length=500)]
    facts: Facts
    language: Literal[LANGUAGES] = "en"  # type: ignore[valid-type]
    party: Text = ""
    names: Names = []
    topic: Literal[(*CLASSES, "")] = ""  # type: ignore[valid-type]


class DraftCases(Struct):
    """1..50 messages."""

    documents: Annotated[list[DraftBody], Meta(min_length=1, max_length=50)]


class FallbackBody(Struct):
    """Why a language model that is connected wrote nothing here."""

    code: str
    reason: str


class SummaryBody(Struct):
    """A summary: `text` is the template's and complete, `gist` a model's paragraph and marked as such."""

    id: str
    text: str
    next_action: str
    route: str
    source: Literal["template", "model"]
    gist: str
    model: str
    prompt: str
    template: str
    fallback: FallbackBody | None = None


class Summaries(Struct):
    """Summaries for people; nothing here decides or sends anything. `degraded` when a connected model did not write."""

    model: str
    version: str
    degraded: bool
    documents: list[SummaryBody]


class DraftAnswer(Struct):
    """A draft for a person to change, approve and send: `text` is the template's, `gist` a paragraph that a model offers beside it."""

    id: str
    subject: str
    text: str
    language: str
    source: Literal["template", "model"]
    gist: str
    model: str
    prompt: str
    template: str
    fallback: FallbackBody | None = None


class Drafts(Struct):
    """Drafts, never sent by anything here."""

    model: str
    version: str
    degraded: bool
    documents: list[DraftAnswer]
