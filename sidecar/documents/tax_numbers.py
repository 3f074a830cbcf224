"""The parties' VAT numbers: all that the page has, each given to the party whose block or label it stands in."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sidecar.documents import names
from sidecar.documents.document import Document
from sidecar.documents.rows import Row, Word, joined

#: Numbers that begin with their country's letters; blanks, dots and dashes may part the digits.
_GAP = r"[\s.-]?"
_COUNTRIES = rf"ATU{_GAP}\d{{8}}|BE{_GAP}[01]?\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}|CHE{_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}(?:\s(?:MWST|TVA|IVA))?|DE{_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}|ES{_GAP}[A-Z0-9]{_GAP}\d{{7}}{_GAP}[A-Z0-9]|FR{_GAP}[A-Z0-9]{{2}}{_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}|GB{_GAP}\d{{3}}{_GAP}\d{{4}}{_GAP}\d{{2}}(?:{_GAP}\d{{3}})?|IE{_GAP}\d[A-Z0-9+*]\d{{5}}[A-Z]{{1,2}}|IT{_GAP}\d{{11}}|NL{_GAP}\d{{4}}{_GAP}?\d{{2}}{_GAP}\d{{3}}{_GAP}B{_GAP}\d{{2}}|PL{_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{2}}{_GAP}\d{{2}}|SE{_GAP}\d{{6}}{_GAP}\d{{4}}(?:{_GAP}01)?|(?:CZ|HR|RO|LT|LV|BG|SK|PT|EL|EE|HU|SI|LU|MT|FI|DK|CY){_GAP}\d{{2,3}}{_GAP}\d{{2,3}}{_GAP}\d{{2,3}}(?:{_GAP}\d{{1,3}})?[A-Z]?|NO{_GAP}\d{{3}}{_GAP}\d{{3}}{_GAP}\d{{3}}(?:\sMVA)?"
#: Numbers without them, after their name.
_NAMED = r"(?:\bC\.?\s?I\.?\s?F\.?|\bN\.?\s?I\.?\s?F\.?)\s*:?\s*(?P<spain>[A-Z]-?\d{7,8}-?[A-Z0-9]?)\b|\bP(?:art(?:ita)?)?\.?\s*IVA(?:\s+e\s+C\.?\s?F\.?)?\s*:?\s*(?P<italy>\d{11})\b|\bVAT\s*(?:Reg(?:istration)?\.?)?\s*(?:No|Number|ID)?\.?\s*:?\s*(?P<britain>\d{3}\s?\d{4}\s?\d{2})\b|\b(?:BTW|T\.?V\.?A\.?)(?:[\s-]*(?:nr|nummer|n[°º]))?\.?\s*:?\s*(?P<belgium>0\d{3}\.\d{3}\.\d{3})\b"
_NUMBER = re.compile(rf"(?<![A-Za-z0-9])(?P<whole>{_COUNTRIES})(?![\w])|{_NAMED}")
#: Before a number of the reader of the page.
_OF_BUYER = re.compile(
    r"\b(?:ihre?|your|customer\S*|client|kunde\S*|buyer\S*|votre|su|vostra|vs|uw|klant\S*|cliente)\b\W*(?:[^\W\d_]\S*\W*){0,4}$",
    re.I,
)
#: How far under a party's name its number stands, in heights of letters; at most so far beside its left edge, in points.
_UNDER, _BESIDE = 11.0, 40.0
_LABEL = 45


@dataclass(frozen=True, slots=True)
class _Found:
    """A number and where it stands."""

    value: str
    row: Row
    cell: tuple[Word, ...]
    before: str


def find(document: Document, rows: Sequence[Row]) -> None:
    """Set the VAT numbers of seller and buyer, whose names are known already."""
    found = list(_numbers(rows))
    buyers = [entry for entry in found if _is_buyers(entry, document, rows)]
    values = {entry.value for entry in buyers}
    sellers = [entry for entry in found if entry.value not in values]
    for role, entries, sure in (("seller", sellers, 0.8), ("buyer", buyers, 0.7)):
        if entries:
            document.found(f"{role}.vat", entries[0].value, sure, entries[0].row.place)


def _numbers(rows: Sequence[Row]) -> Iterator[_Found]:
    for row in rows:
        for match in _NUMBER.finditer(row.text):
            name = match.lastgroup or "whole"
            words = row.between(match.start(name), match.end(name))
            cell = next((cell for cell in row.cells if words and words[0] in cell), row.words)
            value = re.sub(r"\s", "", match[name])
            yield _Found(value, row, cell, row.text[max(0, match.start(name) - _LABEL) : match.start(name)])


def _is_buyers(entry: _Found, document: Document, rows: Sequence[Row]) -> bool:
    """Whether a label says so, or it stands in the block under the buyer's name and the seller's is further away."""
    if _OF_BUYER.search(entry.before):
        return True
    buyer, seller = (_distance(entry, name, rows) for name in (document.buyer.name, document.seller.name))
    return buyer is not None and (seller is None or buyer < seller)


def _distance(entry: _Found, name: str, rows: Sequence[Row]) -> float | None:
    """How far above the number its column has the name, in points; None where that is too far or nowhere."""
    plain = names.plain(name)
    best = None
    for row in rows:
        away = entry.row.bottom - row.bottom
        if not plain or row.page != entry.row.page or not 0 <= away <= _UNDER * entry.cell[0].size:
            continue
        for cell in row.cells:
            over = abs(cell[0].x0 - entry.cell[0].x0) <= _BESIDE or (
                cell[0].x0 < entry.cell[-1].x1 and cell[-1].x1 > entry.cell[0].x0
            )
            if over and names.plain(joined(cell))[:8] and plain.startswith(names.plain(joined(cell))[:8]):
                best = away if best is None else min(best, away)
    return best
