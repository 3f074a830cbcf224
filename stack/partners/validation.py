"""Checks a request's shape and names every field that is wrong."""

from __future__ import annotations

import math
import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

MAX_DOCUMENTS = 100
REQUIRED = {
    "finance": ("customer", "amount"),
    "carrier": ("weight_kg",),
    "account": ("customer",),
    "supplier": ("vendor", "items"),
}
MAX_ITEMS = 500
Errors = list[dict[str, str]]


def check_request(partner: str, body: Any) -> Errors:
    """Every mistake of a request body as ``{"field", "message"}``; empty when the body is good."""
    if not isinstance(body, dict):
        return [{"field": "", "message": "the body must be a JSON object"}]
    documents = body.get("documents")
    if not isinstance(documents, list):
        return [{"field": "documents", "message": "must be a list"}]
    if not 1 <= len(documents) <= MAX_DOCUMENTS:
        return [
            {
                "field": "documents",
                "message": f"must hold 1 to {MAX_DOCUMENTS} documents, has {len(documents)}",
            }
        ]
    errors: Errors = []
    for index, document in enumerate(documents):
        errors += check_document(partner, document, f"documents[{index}]")
    return errors


def check_document(partner: str, document: Any, where: str) -> Errors:
    """The mistakes of one document: its id, then what this partner needs, then the rest where present."""
    if not isinstance(document, dict):
        return [{"field": where, "message": "must be an object"}]
    errors: Errors = []
    if not _text(document.get("id")):
        errors.append({"field": f"{where}.id", "message": "must be a text of 1 to 200 characters"})
    for name in REQUIRED[partner]:
        if document.get(name) is None:
            errors.append({"field": f"{where}.{name}", "message": "is required"})
    if document.get("customer") is not None and not _text(document["customer"]):
        errors.append({"field": f"{where}.customer", "message": "must be a text of 1 to 200 characters"})
    for name in ("country", "carrier"):
        if document.get(name) and not _text(document[name]):
            errors.append({"field": f"{where}.{name}", "message": "must be a text of at most 200 characters"})
    weight = document.get("weight_kg")
    if weight is not None and not _weight(weight):
        errors.append({"field": f"{where}.weight_kg", "message": "must be a number of 0 or more"})
    if document.get("amount") is not None:
        errors += _check_amount(document["amount"], f"{where}.amount")
    if document.get("vendor") is not None and not _text(document["vendor"]):
        errors.append({"field": f"{where}.vendor", "message": "must be a text of 1 to 200 characters"})
    if document.get("items") is not None:
        errors += _check_items(document["items"], f"{where}.items")
    return errors


def _check_items(items: Any, where: str) -> Errors:
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_ITEMS:
        return [{"field": where, "message": f"must be a list of 1 to {MAX_ITEMS} items"}]
    errors: Errors = []
    for index, item in enumerate(items):
        if not isinstance(item, dict) or not _text(item.get("item")):
            errors.append(
                {"field": f"{where}[{index}].item", "message": "must be a text of 1 to 200 characters"}
            )
        elif not _weight(item.get("quantity")):
            errors.append({"field": f"{where}[{index}].quantity", "message": "must be a number of 0 or more"})
        elif not _day(item.get("needed_by")):
            errors.append(
                {"field": f"{where}[{index}].needed_by", "message": "must be a day such as 2026-11-30"}
            )
    return errors


def _day(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _check_amount(amount: Any, where: str) -> Errors:
    if not isinstance(amount, dict):
        return [{"field": where, "message": "must be an object with value and currency"}]
    errors: Errors = []
    if not _decimal(amount.get("value")):
        errors.append({"field": f"{where}.value", "message": 'must be a decimal string such as "119.00"'})
    if not (isinstance(amount.get("currency"), str) and re.fullmatch(r"[A-Z]{3}", amount["currency"])):
        errors.append({"field": f"{where}.currency", "message": "must be an ISO 4217 code such as EUR"})
    return errors


def _text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200


def _weight(value: Any) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    )


def _decimal(value: Any) -> bool:
    if not isinstance(value, str) or len(value) > 40:
        return False
    try:
        return Decimal(value).is_finite()
    except InvalidOperation:
        return False
