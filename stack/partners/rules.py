"""What the partners answer: pure functions of the request, so that a test can predict every measure.

The rule, by the digits at the end of the customer id (``partner:7`` has the number 7; an id without
digits has the sum of its bytes):

* finance: the limit is 100,000 for everybody; the exposure is 1,000 for each unit of ``number mod 20``, so 0
  to 19,000; headroom = limit - exposure - amount; nobody is overdue.
* carrier: one shipment is at most 40 parcels of 31.5 kg, 1,260 kg; weight_ratio = weight / 1,260.
* supplier: the vendor delivers after 2, 7 or 30 days by ``number mod 3``; days_late counts from the day the
  first item is needed, below zero when the vendor is early.
* account: everybody is active; the tier is Bronze, Silver or Gold by ``number mod 3``, the segment trade or
  project by ``number mod 2``.

The mode ``denied`` answers in the right shape with measures that fail: no headroom and overdue, ten times too
heavy, an inactive account, a vendor that needs 90 days.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

LIMIT = Decimal(100000)
EXPOSURE_STEP = Decimal(1000)
PARCEL_KG = 31.5
PARCELS = 40
CARRIER_MAX_KG = PARCEL_KG * PARCELS
TIERS = ("Bronze", "Silver", "Gold")
SEGMENTS = ("trade", "project")
SUPPLIER_DAYS = (2, 7, 30)
SUPPLIER_DENIED_DAYS = 90

Document = dict[str, Any]
Answer = dict[str, Any]


def customer_number(customer: str) -> int:
    """The number the rules are derived from: the digits at the end of the id, else the sum of its bytes."""
    found = re.search(r"(\d{1,18})$", customer)
    return int(found.group(1)) if found else sum(customer.encode("utf-8"))


def money(value: Decimal, currency: str) -> dict[str, str]:
    """A money measure: a decimal string of two places with its currency."""
    return {"value": f"{value:.2f}", "currency": currency}


def reason(code: str, text: str) -> dict[str, Any]:
    """One reason in words, in the shape of a check's reasons."""
    return {"code": code, "text": text, "weight": 1.0}


def finance(document: Document, denied: bool) -> Answer:
    """Exposure, limit and headroom of the customer after this document."""
    amount = Decimal(document["amount"]["value"])
    currency = document["amount"]["currency"]
    number = customer_number(document["customer"])
    exposure = EXPOSURE_STEP * (number % 20)
    overdue = 0
    if denied:
        exposure, overdue = LIMIT + EXPOSURE_STEP, 45
    headroom = LIMIT - exposure - amount
    reasons = []
    if headroom < 0:
        reasons.append(
            reason("over_limit", f"{-headroom:.2f} {currency} over the credit limit of {LIMIT:.2f}")
        )
    if overdue:
        reasons.append(reason("overdue", f"oldest open invoice is {overdue} days overdue"))
    measures = {
        "exposure": money(exposure, currency),
        "limit": money(LIMIT, currency),
        "headroom": money(headroom, currency),
        "overdue_days": {"value": overdue, "unit": "days"},
    }
    return {"id": document["id"], "measures": measures, "reasons": reasons, "attributes": {}}


def carrier(document: Document, denied: bool) -> Answer:
    """The document's weight against the heaviest shipment the carrier takes."""
    weight = float(document["weight_kg"])
    ratio = round(weight / CARRIER_MAX_KG, 6) + (10.0 if denied else 0.0)
    reasons = []
    if denied:
        reasons.append(reason("no_capacity", "the carrier takes no shipment of this size at the moment"))
    elif ratio > 1:
        reasons.append(reason("too_heavy", f"{weight:g} kg; one shipment is at most {CARRIER_MAX_KG:g} kg"))
    name = document.get("carrier") or "default"
    return {
        "id": document["id"],
        "measures": {"weight_ratio": {"value": ratio, "unit": "ratio"}},
        "reasons": reasons,
        "attributes": {
            "carrier": name,
            "parcels": max(1, -int(-weight // PARCEL_KG)),
            "max_kg": CARRIER_MAX_KG,
        },
    }


def account(document: Document, denied: bool) -> Answer:
    """Whether the account is active, with its tier and segment."""
    number = customer_number(document["customer"])
    reasons = [reason("inactive", "the account is blocked at the partner")] if denied else []
    return {
        "id": document["id"],
        "measures": {"active": {"value": 0 if denied else 1, "unit": "flag"}},
        "reasons": reasons,
        "attributes": {"tier": TIERS[number % len(TIERS)], "segment": SEGMENTS[number % len(SEGMENTS)]},
    }


def supplier(document: Document, denied: bool) -> Answer:
    """When the vendor can deliver, against the day the goods are needed."""
    lead = (
        SUPPLIER_DENIED_DAYS
        if denied
        else SUPPLIER_DAYS[customer_number(document["vendor"]) % len(SUPPLIER_DAYS)]
    )
    comes = datetime.now(UTC).date() + timedelta(days=lead)
    needed = min(date.fromisoformat(item["needed_by"]) for item in document["items"])
    late = (comes - needed).days
    return {
        "id": document["id"],
        "measures": {
            "days_late": {"value": late, "unit": "days"},
            "lead_days": {"value": lead, "unit": "days"},
        },
        "reasons": [reason("delivers", f"delivers on {comes}, needed by {needed}")],
        "attributes": {"delivers_on": comes.isoformat()},
    }
