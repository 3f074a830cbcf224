"""Shape of what the sidecar read in a document. Every message names the field that is wrong."""

from datetime import date

from odoo.addons.gatehouse.tools.validation import BadField, number

TYPES = ("invoice", "credit_note", "order_confirmation", "delivery_note", "price_list")
#: name of a field in the normal form -> kind of its value
FIELDS = {
    "number": "text", "date": "date", "due_date": "date", "order_reference": "text", "currency": "text",
    "seller.name": "text", "seller.vat": "text", "seller.iban": "text",
    "totals.net": "amount", "totals.tax": "amount", "totals.gross": "amount", "totals.payable": "amount",
}  # fmt: skip
LINE_TEXTS = ("item", "description", "unit")
LINE_NUMBERS = ("quantity", "price", "price_base", "tax", "adjustment", "amount")
MOST_LINES = 5000
MOST_FINDINGS = 200
MOST_CANDIDATES = 1000
LONGEST = 500


def storable(value, field, limit=LONGEST):
    """A text the database takes, cut to what a field holds; a document may contain anything."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadField(field, "must be a text")
    return " ".join(value.replace("\x00", "").encode("utf-8", "replace").decode().split())[:limit]


def day(value, field):
    text = storable(value, field)
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError as error:
        raise BadField(field, "must be an ISO 8601 date") from error


def amount(value, field):
    """A decimal string, empty for none."""
    text = storable(value, field, 60)
    if text and abs(number(text, field)) > 1e15:
        raise BadField(field, "is beyond every document")
    return text


_KINDS = {"text": storable, "date": day, "amount": amount}


def _share(value, field):
    share = number(value, field)
    if not 0 <= share <= 1:
        raise BadField(field, "must be from 0 to 1")
    return share


def _mapping(value, field):
    if not isinstance(value or {}, dict):
        raise BadField(field, "must be an object")
    return value or {}


def _list(value, field, most):
    if not isinstance(value or [], list) or len(value or []) > most:
        raise BadField(field, f"must be a list of at most {most}")
    return value or []


def _line(value, field):
    line = _mapping(value, field)
    clean = {name: storable(line.get(name), f"{field}.{name}") for name in LINE_TEXTS}
    clean.update({name: amount(line.get(name), f"{field}.{name}") for name in LINE_NUMBERS})
    clean["delivery_date"] = day(line.get("delivery_date"), f"{field}.delivery_date")
    return clean


def document(value, field="document"):
    """A clean copy with only the known keys: type, source, fields, lines, findings, candidates, template."""
    value = _mapping(value, field)
    if value.get("type") not in TYPES:
        raise BadField(f"{field}.type", "must be one of " + ", ".join(TYPES))
    confidence, position = (_mapping(value.get(name), f"{field}.{name}") for name in ("confidence", "position"))
    fields = {}
    for name, kind in FIELDS.items():
        owner, _, leaf = name.rpartition(".")
        holder = _mapping(value.get(owner), f"{field}.{owner}") if owner else value
        fields[name] = {
            "value": _KINDS[kind](holder.get(leaf), f"{field}.{name}"),
            "confidence": _share(confidence.get(name, 0.0), f"{field}.confidence.{name}"),
            "position": storable(position.get(name), f"{field}.position.{name}", 200),
        }
    lines = []
    for at, line in enumerate(_list(value.get("lines"), f"{field}.lines", MOST_LINES)):
        name = f"lines[{at}]"
        lines.append({
            **_line(line, f"{field}.{name}"),
            "confidence": _share(confidence.get(name, 0.7), f"{field}.confidence.{name}"),
            "position": storable(position.get(name), f"{field}.position.{name}", 200),
        })  # fmt: skip
    findings = [
        {name: storable(_mapping(entry, f"{field}.findings").get(name), f"{field}.findings.{name}") for name in ("field", "code", "text")}
        for entry in _list(value.get("findings"), f"{field}.findings", MOST_FINDINGS)
    ]
    return {
        "type": value["type"], "source": storable(value.get("source"), f"{field}.source", 40), "fields": fields, "lines": lines,
        "findings": findings, "candidates": _candidates(value.get("candidates"), f"{field}.candidates"),
        "template": value["template"] if isinstance(value.get("template"), int) else None,
    }  # fmt: skip


def _candidates(value, field):
    """Values that stand in the document with what stands around them, for templates."""
    clean = []
    for entry in _list(value, field, MOST_CANDIDATES):
        entry = _mapping(entry, field)
        place = {name: entry.get(name) for name in ("page", "row", "column") if isinstance(entry.get(name), int)}
        clean.append({name: storable(entry.get(name), field, 200) for name in ("kind", "value", "left", "above")} | place)
    return clean
