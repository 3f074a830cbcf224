"""The habits of one company's people and partners in its last full weeks, measured from Odoo's confirmed lines."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sidecar.adapters.model_store import read_model
from sidecar.config import BUNDLED_MODELS
from sidecar.scoring.habits import habits
from sidecar.scoring.patterns import PatternModel, Week, with_pasts
from sidecar.training.odoo import read_odoo_weeks
from sidecar.training.registry import champion_of, manifest_of, mark
from sidecar.training.weeks import records_of

#: How many weeks are read before the oldest that is measured: what a party is compared with.
PAST_WEEKS = 60
_FIGURES = ("documents", "lines", "value", "discount", "price_index")


def measure_weeks(
    client: Any, models: Path, *, company: int, week: str, weeks: int = 4, limit: float = 0.0
) -> dict[str, Any]:
    """What each party's week looks like: figures and habits where there are any, else that it was looked at.

    company: id of the company in Odoo; week: Monday of the newest week, ISO; weeks: how many, with it; limit: amount in
    company currency from which a document needs an approval. A company without any confirmed line has no entries.
    Raises ValueError without a whole model of patterns, odoorpc's errors and URLError when Odoo refuses or is away.
    """
    folder = champion_of(models, "patterns")
    if folder is None:
        raise ValueError(f"no model of patterns in {models} nor in {BUNDLED_MODELS}: train one")
    model: PatternModel = read_model(folder, "patterns").model
    newest = date.fromisoformat(week)
    if newest.weekday():
        raise ValueError(f"week: {week} is no Monday")
    asked = [(newest - timedelta(weeks=back)).isoformat() for back in reversed(range(weeks))]
    since = datetime.combine(newest - timedelta(weeks=weeks + PAST_WEEKS), time())
    until = datetime.combine(newest + timedelta(weeks=1), time())
    try:
        frame = read_odoo_weeks(client, limit, since=since, until=until, company=company)
        read, others = records_of(frame), frame["others"].tolist()
    except ValueError as error:
        if "no confirmed lines" not in str(error):
            raise
        read, others = [], []
    entries = [
        _entry(model, each, past, sides)
        for (each, past), sides in zip(with_pasts(read), others, strict=True)
        if each.week in asked
    ]
    return {
        "company": company,
        "weeks": asked,
        "model": f"patterns {mark(manifest_of(folder))}",
        "entries": entries,
    }


def _entry(model: PatternModel, week: Week, past: list[Week], others: dict[str, int]) -> dict[str, Any]:
    """A week as Odoo keeps it; `others` are the documents with each party on the other side."""
    entry: dict[str, Any] = {"role": week.role, "party": week.party, "week": week.week}
    found = habits(model, week, past)
    if found:
        entry |= {name: getattr(week, name) for name in _FIGURES}
        entry |= {
            "before": len(past),
            "documents_before": sum(each.documents for each in past),
            "others": others,
        }
        entry["habits"] = [{"pattern": h.pattern, "rarity": h.rarity, "text": h.text} for h in found]
    return entry
