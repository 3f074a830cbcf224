"""Ranks open work by what waiting costs. Rules only: no model, nothing kept."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from sidecar.domain.priorities import Ranked, Rates, Work, rank
from sidecar.services.predict_records import moment

_NAMES = {field.name for field in fields(Rates)}


def _work(raw: dict[str, Any]) -> Work:
    return Work(
        raw["id"],
        moment(raw["since"]),
        moment(raw["deadline"]) if raw["deadline"] else None,
        None if raw["value"] is None else float(raw["value"]),
        raw["tier"],
        float(raw["blocked_value"]),
        round(raw["blocked_orders"]),
        raw["lines"],
        raw["urgency"],
        raw["queue"],
    )


def rank_priorities(
    items: list[dict[str, Any]], currency: str, now: str | None, rates: dict[str, Any] | None
) -> list[Ranked]:
    """All items in their order; `now` is the current moment unless given. Moments are as the schema lets them in."""
    given = {name: value for name, value in (rates or {}).items() if name in _NAMES and value is not None}
    if "tiers" in given:
        given["tiers"] = {name.strip().lower(): factor for name, factor in given["tiers"].items()}
    when = moment(now) if now else datetime.now(UTC).replace(tzinfo=None)
    return rank([_work(raw) for raw in items], when, currency, Rates(**given))
