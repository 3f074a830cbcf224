"""POST /v1/emails/classify."""

import msgspec

from sidecar.adapters.model_store import ModelStore
from sidecar.adapters.prediction_log import Answered
from sidecar.http import schemas
from sidecar.http.answers import Answers
from sidecar.http.front import Route
from sidecar.services.classify_emails import Verdict, classify_message


def _body(x: Verdict) -> schemas.MessageBody:
    references = [schemas.ReferenceBody(kind, value) for kind, value in x.references]  # type: ignore[arg-type]
    intents = [schemas.IntentBody(name, confidence) for name, confidence in x.intents]
    return schemas.MessageBody(
        x.id, x.name, x.confidence, x.abstained, x.scores, references,
        x.language, intents, x.claim_type, x.dispute_reason, x.urgency,
    )  # fmt: skip


def make_route(store: ModelStore, answers: Answers) -> Route:
    """The route of the e-mails."""

    def classify(asked: schemas.Messages) -> schemas.Classes:
        messages = asked.messages
        loaded = store.get("emails")
        model = loaded.model if loaded else None
        found = [_body(classify_message(x.id, x.subject, x.text, model)) for x in messages]
        version = loaded.version if loaded else "rules"
        kept = [Answered(x.id, x.confidence, x.abstained, x.name or "") for x in found]
        answers.given("emails", version, loaded is None, len(found), kept)
        return schemas.Classes("emails", version, loaded is None, found)

    return Route("/v1/emails/classify", "classify", msgspec.json.Decoder(schemas.Messages), classify)
