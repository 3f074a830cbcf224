"""POST /v1/emails/classify."""

import msgspec
from flask import Blueprint, Response

from sidecar.adapters.model_store import ModelStore
from sidecar.adapters.prediction_log import Answered
from sidecar.http import schemas
from sidecar.http.answers import Answers
from sidecar.http.body import answer, read_body
from sidecar.http.guard import Guard
from sidecar.services.classify_emails import Verdict, classify_message


def _body(x: Verdict) -> schemas.MessageBody:
    references = [schemas.ReferenceBody(kind, value) for kind, value in x.references]  # type: ignore[arg-type]
    intents = [schemas.IntentBody(name, confidence) for name, confidence in x.intents]
    return schemas.MessageBody(
        x.id, x.name, x.confidence, x.abstained, x.scores, references,
        x.language, intents, x.claim_type, x.dispute_reason, x.urgency,
    )  # fmt: skip


def make_blueprint(store: ModelStore, guard: Guard, answers: Answers) -> Blueprint:
    """The route of the e-mails."""
    blueprint, decoder = Blueprint("emails", __name__), msgspec.json.Decoder(schemas.Messages)

    @blueprint.post("/v1/emails/classify")
    def classify() -> Response:
        guard.require("classify")
        messages = read_body(decoder).messages
        loaded = store.get("emails")
        model = loaded.model if loaded else None
        found = [_body(classify_message(x.id, x.subject, x.text, model)) for x in messages]
        version = loaded.version if loaded else "rules"
        kept = [Answered(x.id, x.confidence, x.abstained, x.name or "") for x in found]
        answers.given("emails", version, loaded is None, len(found), kept)
        return answer(schemas.Classes("emails", version, loaded is None, found))

    return blueprint
