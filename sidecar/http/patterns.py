"""POST /v1/patterns/score."""

from typing import Any

import msgspec

from sidecar.adapters.model_store import ModelStore
from sidecar.adapters.prediction_log import Answered
from sidecar.domain.lines import LineScore
from sidecar.http.answers import Answers, seen_of
from sidecar.http.front import Route
from sidecar.http.pattern_schemas import PatternDocument, PatternDocuments, PatternScores
from sidecar.http.schemas import LineBody, ReasonBody
from sidecar.scoring.patterns import Week
from sidecar.services.score_patterns import score_patterns


def _weeks(document: PatternDocument) -> list[Week]:
    return [Week(document.id, document.role, "", **msgspec.structs.asdict(week)) for week in document.weeks]


def _body(found: LineScore) -> LineBody:
    reasons = [ReasonBody(reason.code, reason.text, reason.weight) for reason in found.reasons]
    return LineBody(found.id, found.score, found.percentile, found.confidence, found.abstained, reasons)


def make_route(store: ModelStore, answers: Answers) -> Route:
    """The route of weekly patterns."""

    def score(asked: PatternDocuments) -> PatternScores:
        series = [_weeks(document) for document in asked.documents]
        loaded = store.get("patterns")
        rows: list[Any] = []
        found = score_patterns(series, loaded.model if loaded else None, rows)
        version = loaded.version if loaded else "none"
        kept = [Answered(x.id, None if x.abstained else x.score, x.abstained) for x in found]
        answers.given("patterns", version, loaded is None, len(found), kept, seen=seen_of(loaded, rows))
        return PatternScores("patterns", version, loaded is None, [_body(entry) for entry in found])

    return Route("/v1/patterns/score", "score", msgspec.json.Decoder(PatternDocuments), score)
