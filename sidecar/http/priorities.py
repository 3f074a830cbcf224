"""POST /v1/priorities/rank."""

import msgspec
from flask import Blueprint, Response

from sidecar.adapters.metrics import Metrics
from sidecar.domain.priorities import VERSION, Ranked
from sidecar.http.body import answer, read_body
from sidecar.http.guard import Guard
from sidecar.http.priority_schemas import RankedBody, RankedList, WorkList
from sidecar.http.schemas import ReasonBody
from sidecar.services.rank_priorities import rank_priorities


def _body(found: Ranked) -> RankedBody:
    reasons = [ReasonBody(reason.code, reason.text, reason.weight) for reason in found.reasons]
    return RankedBody(found.id, found.rank, f"{found.cost_hour:.4f}", found.assumed, found.text, reasons)


def make_blueprint(guard: Guard, metrics: Metrics) -> Blueprint:
    """The route of the priorities."""
    blueprint, decoder = Blueprint("priorities", __name__), msgspec.json.Decoder(WorkList)

    @blueprint.post("/v1/priorities/rank")
    def rank() -> Response:
        guard.require("score")
        body = read_body(decoder)
        items = [msgspec.structs.asdict(item) for item in body.items]
        rates = msgspec.structs.asdict(body.rates) if body.rates else None
        found = rank_priorities(items, body.currency.name, body.now, rates)
        metrics.scored.labels("priorities", "false").inc(len(found))
        return answer(RankedList("priorities", VERSION, False, body.currency.name, [_body(x) for x in found]))

    return blueprint
