"""A vendor's template, as Odoo keeps it and sends it along: which vendor it is, and where its layout has its fields."""

import re
from collections.abc import Sequence
from typing import Any

from sidecar.documents.candidates import Candidate, follow
from sidecar.documents.document import Document

#: field -> kinds of value it may take
FIELDS = {
    "number": ("reference", "text"), "order_reference": ("reference", "text"), "currency": ("text", "reference"),
    "date": ("date",), "due_date": ("date",),
    "seller.name": ("text",), "seller.vat": ("reference", "text"), "seller.iban": ("text", "reference"),
    "totals.net": ("amount",), "totals.tax": ("amount",), "totals.gross": ("amount",), "totals.payable": ("amount",),
}  # fmt: skip
#: A person showed where it stands; still a person looks at it.
SURE = 0.97


def plain(text: str) -> str:
    """Letters and digits alone, upper case: how a vendor's marks are compared."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def choose(templates: Sequence[dict[str, Any]], whole: str) -> dict[str, Any] | None:
    """The template with most of its marks in the text; None without any."""
    text = plain(whole)
    ranked = [
        (sum(plain(mark) in text for mark in entry["marks"] if plain(mark)), entry) for entry in templates
    ]
    best = max(ranked, key=lambda entry: entry[0], default=(0, None))
    return best[1] if best[0] else None


def apply(template: dict[str, Any], document: Document, found: list[Candidate]) -> None:
    """Set the fields that the template's anchors lead to; others keep what the reader found."""
    document.template = template["id"]
    for name, anchor in template["anchors"].items():
        value = follow(anchor, found) if anchor.get("kind") in FIELDS.get(name, ()) else None
        if value is not None:
            text = value.value.replace(" ", "") if name in ("seller.vat", "seller.iban") else value.value
            place = f"page {value.page}, row {value.row}: after “{value.left or value.above}”"
            document.found(name, text, SURE, place)
