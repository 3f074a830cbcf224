"""Values by their labels: beside a label or under it, in the order of how telling the label is."""

import re
from collections.abc import Callable, Iterator, Sequence

from stdnum import iban

from sidecar.documents import labels
from sidecar.documents.document import Document
from sidecar.documents.notation import DAY, GAP, Notation
from sidecar.documents.rows import Row

#: How sure a field is by the label that found it, the most telling first.
_SURE = (0.9, 0.85, 0.8, 0.65, 0.6, 0.5)
_BETWEEN = re.compile(r"[\s:#.)]*")
#: How far under its label a value may stand, in heights of the label's letters, and how many rows.
_UNDER, _ROWS_UNDER = 3.5, 2
#: Labels of a row of them stand further apart than words, in heights of letters; right of every page.
_APART, _EDGE = 0.8, 9999.0
_CURRENCY = re.compile(r"(?<![^\W\d_])(EUR|USD|GBP|CHF|PLN|CZK|DKK|SEK|NOK|HUF|RON|CAD|AUD)(?![^\W\d_])")
#: What a company's partners paid in, in its foot.
_CAPITAL = re.compile(r"\b(?:capital(?:e)?|cap\.\s*soc\.|stammkapital|kapitaal)\b[^\n]{0,30}", re.I)
_IN_EUROS = re.compile(r"\b(?:in|en)\s+euros?\b", re.I)
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b")


def find(document: Document, rows: Sequence[Row], notation: Notation) -> None:
    """Set number, order, dates, currency and the seller's IBAN, as far as they are there."""
    whole = "\n".join(row.text for row in rows)

    def reference(text: str) -> str:
        found = labels.REFERENCE.match(text)
        value = found["value"].replace(GAP, " ").rstrip(".,-") if found else ""
        return "" if not value or re.match(DAY, text) or notation.money(value) is not None else value

    def ordered(text: str) -> str:
        """What the customer calls the order: a cell of few words with a digit, else its first reference; never the own number."""
        cell = re.split(r"\s{2,}", text)[0].strip()
        few = (
            re.fullmatch(r"(?=.*\d)[^:;,·|—]{3,25}", cell)
            and len(cell.split()) < 5
            and not re.search(DAY, cell)
        )
        found = (cell if few and notation.money(cell) is None else "") or reference(text)
        return "" if found == document.number else found

    def day(text: str) -> str:
        found = re.match(DAY, text, re.I)
        return notation.day(found["value"]) if found else ""

    def due(text: str) -> str:
        """The first day, or the last one of a sentence that offers a discount until the first."""
        days = [found for match in re.finditer(DAY, text, re.I) if (found := notation.day(match["value"]))]
        if len(days) > 1 and labels.REDUCED.search(text) and re.match(DAY, text, re.I):
            return max(days)
        return day(text)

    for name, patterns, value in (
        ("number", labels.NUMBER.get(document.type, labels.NUMBER["invoice"]), reference),
        ("order_reference", labels.ORDER, ordered),
        ("date", labels.DATE, day),
        ("due_date", labels.DUE, due),
    ):
        _by_label(document, name, patterns, rows, value)
    if not document.date:
        _any_day(document, rows, notation)
    _codes(document, whole)


def _by_label(
    document: Document, name: str, patterns: Sequence[str], rows: Sequence[Row], value: Callable[[str], str]
) -> None:
    for at, pattern in enumerate(patterns):
        for text, row in values(rows, re.compile(pattern, re.I)):
            found = value(text)
            if found:
                document.found(name, found, _SURE[at], row.place)
                return


def values(rows: Sequence[Row], label: re.Pattern[str]) -> Iterator[tuple[str, Row]]:
    """Texts that follow a label: first those beside it, then those under it, each with the row it stands on."""
    under: list[tuple[str, Row]] = []
    for at, row in enumerate(rows):
        for match in label.finditer(row.text):
            end = match.start() + len(match.group().rstrip())
            rest = row.text[end:]
            between = _BETWEEN.match(rest)
            beside = rest[between.end() if between else 0 :]
            if beside:
                yield beside, row
            words = row.between(match.start(), end)
            after = next((word.x0 for word in row.words if word.x0 > words[-1].x0), _EDGE)
            ends = after - words[-1].x1 > _APART * words[-1].size
            if re.match(r"\s?[:.]?\s?(?:\s\s|$)", rest) or not beside or ends:
                under += _under(rows, at, words[0].x0, words[-1].x1, after)
    yield from under


def _under(
    rows: Sequence[Row], at: int, left: float, right: float, after: float
) -> Iterator[tuple[str, Row]]:
    """What stands under an edge to edge stretch of a row, from its first word to the end of its cell or to where, at `after`, the
    next label begins; where nothing stands right under it, the last cell of the next row, which may be set flush right."""
    row = rows[at]
    for number, below in enumerate(rows[at + 1 : at + 1 + _ROWS_UNDER]):
        if below.page != row.page or below.bottom - row.bottom > _UNDER * row.words[0].size:
            return
        for cell in below.cells:
            first = next((n for n, word in enumerate(cell) if word.x1 > left and word.x0 < right), None)
            if first is not None:
                words = [word for n, word in enumerate(cell[first:]) if not n or word.x0 < after - 1]
                yield " ".join(word.text for word in words), below
                break
        else:
            if number == 0 and below.cells[-1][0].x0 > left:
                yield " ".join(word.text for word in below.cells[-1]), below


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
