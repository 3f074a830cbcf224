"""Shape of the checks that come from outside. Every message names the field that is wrong."""

import math
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation

SOURCES = ("partner", "sidecar")


class BadField(ValueError):
    """A field of the input is missing or wrong."""

    def __init__(self, field, message):
        super().__init__(f"{field}: {message}")


def number(value, field):
    """A finite float; booleans are no numbers, decimal strings are."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise BadField(field, "must be a number")
    try:
        result = float(Decimal(value) if isinstance(value, str) else value)
    except (InvalidOperation, OverflowError) as error:
        raise BadField(field, "must be a number") from error
    if not math.isfinite(result):
        raise BadField(field, "must be a finite number")
    return result


def text(value, field, limit=2000):
    if not isinstance(value, str) or not value.strip():
        raise BadField(field, "must be a text")
    if len(value) > limit:
        raise BadField(field, f"is longer than {limit} characters")
    return value


def moment(value, field):
    """A naive UTC datetime, as Odoo stores it."""
    try:
        parsed = datetime.fromisoformat(text(value, field, 40).replace("Z", "+00:00"))
        if parsed.tzinfo:
            parsed = parsed.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:  # year 1 east of Greenwich has no UTC
        raise BadField(field, "must be an ISO 8601 time") from error
    return parsed.replace(microsecond=0)


def _measures(value, field, currencies):
    if not isinstance(value, dict):
        raise BadField(field, "must be an object")
    result = {}
    for name, measure in value.items():
        where = f"{field}.{name}"
        if not isinstance(measure, dict):
            raise BadField(where, "must be an object")
        clean = {"value": number(measure.get("value"), where + ".value")}
        if "currency" in measure:
            if measure["currency"] not in currencies:
                raise BadField(where + ".currency", f"unknown currency {measure['currency']!r}")
            clean["currency"] = measure["currency"]
        elif measure.get("unit") is not None:
            clean["unit"] = text(measure["unit"], where + ".unit", 40)
        result[text(name, field, 80)] = clean
    return result


def _reasons(value, field):
    if not isinstance(value, list) or len(value) > 50:
        raise BadField(field, "must be a list of at most 50 reasons")
    result = []
    for index, reason in enumerate(value):
        where = f"{field}[{index}]"
        if not isinstance(reason, dict):
            raise BadField(where, "must be an object")
        clean = {
            "code": text(reason.get("code"), where + ".code", 80),
            "text": text(reason.get("text"), where + ".text"),
        }
        if reason.get("weight") is not None:
            clean["weight"] = number(reason["weight"], where + ".weight")
        if reason.get("line") is not None:
            clean["line"] = text(reason["line"], where + ".line", 80)
        result.append(clean)
    return result


def check(value, field, currencies):
    """A clean copy of one check with only the known keys."""
    if not isinstance(value, dict):
        raise BadField(field, "must be an object")
    source = value.get("source")
    if source not in SOURCES:
        raise BadField(field + ".source", "must be partner or sidecar")
    if not isinstance(value.get("available", True), bool):
        raise BadField(field + ".available", "must be true or false")
    attributes = value.get("attributes") or {}
    if not isinstance(attributes, dict):
        raise BadField(field + ".attributes", "must be an object")
    clean = {
        "code": text(value.get("check"), field + ".check", 80),
        "source": source,
        "available": value.get("available", True),
        "measures": _measures(value.get("measures") or {}, field + ".measures", currencies),
        "reasons": _reasons(value.get("reasons") or [], field + ".reasons"),
        "attributes": attributes,
        "degraded": bool(value.get("degraded")),
    }
    for key in ("score", "confidence", "latency_ms"):
        if value.get(key) is not None:
            clean[key] = number(value[key], f"{field}.{key}")
    if value.get("model") is not None:
        clean["model"] = text(value["model"], field + ".model", 120)
    if value.get("observed_at") is not None:
        clean["observed_at"] = moment(value["observed_at"], field + ".observed_at")
    return clean
