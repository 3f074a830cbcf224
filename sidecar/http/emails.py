"""POST /v1/emails/classify."""

from typing import Any

import msgspec

from sidecar.adapters.model_store import ModelStore
from sidecar.adapters.prediction_log import Answered
from sidecar.http import schemas
from sidecar.http.answers import Answers, seen_of, shadow_of
from sidecar.http.front import Route
from sidecar.services.classify_emails import Verdict, classify_message


def _body(x: Verdict) -> schemas.MessageBody:
    references = [schemas.ReferenceBody(kind, value) for kind, value in x.references]  # type: ignore[arg-type]
    intents = [schemas.IntentBody(name, confidence) for name, confidence in x.intents]
    return schemas.MessageBody(
        x.id, x.name, x.confidence, x.abstained, x.scores, references,
        x.language, intents, x.claim_type, x.dispute_reason, x.urgency,
    )  # fmt: skip


def _kept(found: list[Verdict]) -> list[Answered]:
    return [Answered(x.id, x.confidence, x.abstained, x.name or "") for x in found]


def make_route(store: ModelStore, answers: Answers) -> Route:
    """The route of the e-mails."""

    def classify(asked: schemas.Messages) -> schemas.Classes:
        messages = asked.messages
        loaded = store.get("emails")

        def read(model: Any, rows: list[Any] | None = None) -> list[Verdict]:
            return [classify_message(x.id, x.subject, x.text, model, rows) for x in messages]

        rows: list[Any] = []
        found = read(loaded.model if loaded else None, rows)
        version = loaded.version if loaded else "rules"
        shadow = shadow_of(store, "emails", lambda model: _kept(read(model)))
        seen = seen_of(loaded, rows)
        answers.given("emails", version, loaded is None, len(found), _kept(found), shadow, seen)
        return schemas.Classes("emails", version, loaded is None, [_body(entry) for entry in found])

    return Route("/v1/emails/classify", "classify", msgspec.json.Decoder(schemas.Messages), classify)
