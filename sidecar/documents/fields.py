"""Values by their labels: beside a label or under it, in the order of how telling the label is."""

import re
from collections.abc import Callable, Sequence

from stdnum import iban

from sidecar.documents import labels, references
from sidecar.documents.document import Document
from sidecar.documents.labelled import near
from sidecar.documents.notation import DAY, Notation
from sidecar.documents.rows import Row

#: How sure a field is by the label that found it, the most telling first.
_SURE = (0.9, 0.85, 0.8, 0.65)
_CURRENCY = re.compile(r"(?<![^\W\d_])(EUR|USD|GBP|CHF|PLN|CZK|DKK|SEK|NOK|HUF|RON|CAD|AUD)(?![^\W\d_])")
#: What a company's partners paid in, in its foot.
_CAPITAL = re.compile(r"\b(?:capital(?:e)?|cap\.\s*soc\.|stammkapital|kapitaal)\b[^\n]{0,30}", re.I)
_IN_EUROS = re.compile(r"\b(?:in|en)\s+euros?\b", re.I)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b")


def find(document: Document, rows: Sequence[Row], notation: Notation) -> None:
    """Set number, order, dates, currency and the seller's IBAN, as far as they are there."""
    whole = "\n".join(row.text for row in rows)

    def day(text: str) -> str:
        found = re.match(DAY, text, re.I)
        return notation.day(found["value"]) if found else ""

    def due(text: str) -> str:
        """The first day, or the last one of a sentence that offers a discount until the first."""
        days = [found for match in re.finditer(DAY, text, re.I) if (found := notation.day(match["value"]))]
        if len(days) > 1 and labels.REDUCED.search(text) and re.match(DAY, text, re.I):
            return max(days)
        return day(text)

    references.find(document, rows, notation)
    _by_label(document, "date", labels.DATE, rows, day)
    _by_label(document, "due_date", labels.DUE, rows, due)
    if not document.date:
        _any_day(document, rows, notation)
    _codes(document, whole)


def _by_label(
    document: Document, name: str, patterns: Sequence[str], rows: Sequence[Row], value: Callable[[str], str]
) -> None:
    for at, pattern in enumerate(patterns):
        for entry in near(rows, re.compile(pattern, re.I)):
            found = value(entry.text)
            if found:
                document.found(name, found, _SURE[at], entry.row.place)
                return


def _any_day(document: Document, rows: Sequence[Row], notation: Notation) -> None:
    """The first date of the page, but one that it is due by."""
    for row in rows:
        for match in re.finditer(DAY, row.text):
            found = notation.day(match["value"])
            if found and found != document.due_date:
                document.found("date", found, 0.4, row.place)
                return


def _codes(document: Document, whole: str) -> None:
    whole_but_capital = _CAPITAL.sub("", whole)
    codes = [found.group(1) for found in _CURRENCY.finditer(whole)]
    sign = next((code for mark, code in labels.CURRENCIES.items() if mark in whole_but_capital), "")
    code = max(codes, key=codes.count, default="")
    if not sign and _IN_EUROS.search(whole):
        sign = "EUR"
    document.found("currency", code or sign, 0.9 if code else 0.7, "text")
    found = _IBAN.search(whole)
    document.found("seller.iban", _account(found.group()) if found else "", 0.7, "text")


def _account(text: str) -> str:
    """The account number that groups of letters and digits begin with: up to where its check digits fit, or the bank's code begins."""
    parts = text.split()
    for end in range(len(parts), 0, -1):
        if iban.is_valid("".join(parts[:end])):
            return "".join(parts[:end])
    while len(parts) > 1 and (parts[-1].isalpha() and len(parts[-1]) < 4):
        parts.pop()
    return "".join(parts)
