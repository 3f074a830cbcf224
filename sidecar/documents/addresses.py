"""Addresses on a page: names above streets and towns, the window of a letter, and the sender's small line above it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sidecar.documents import labels
from sidecar.documents.rows import Row, Word, joined

#: A row of an address that ends it: a postal code before the town, or the town before a British or American one.
_TOWN = re.compile(
    r"^(?:[A-Z]{1,3}[- ]{1,3})?\d{4,5}(?: ?[A-Z]{2})?\s+[A-ZÄÖÜÉ][\w.\-/() äöüß]+$"
    r"|^[A-Z][\w. '-]+,?\s+[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$|^[A-Z][\w. '-]+,\s*[A-Z]{2}\s+\d{5}(?:-\d{4})?$"
)
#: The sender in one small row above the receiver, as a window envelope shows it.
_SENDER = re.compile(
    r"^(?P<name>[^\d|·•,]{3,60}?)\s*(?:[|·•,]|\s[-–—]\s).*\b\d{4,5}(?: ?[A-Z]{2})?\s+[A-ZÄÖÜ]"
)
#: Where a letter has its receiver, in points from the top and the left (DIN 5008 and its neighbours).
_WINDOW = (80.0, 300.0, 300.0)
_ALIGNED, _SAME_FONT, _TALLEST, _HIGHEST = 3.0, 0.15, 7, 28.0
#: A blank line parts addresses: a gap so much wider than that between the town and the row over it.
_WIDER = 1.6
#: From row to row, in heights of letters.
_LEADING = 1.2
#: Between a sender's line and the town under it, at most.
_UNDER = 120.0
NO_NAME = re.compile(
    r":|rechnung|^(?:\w\s){3,}|\b(?:invoice|facture|factura|fattura|factuur|gutschrift|avoir|credit\s*note|datum|date|page|seite|copy|kopie|original|duplicate|tel|fax|iban|bic)\b",
    re.I,
)
_GREETING = re.compile(
    r"^(?:firma|herrn?|frau|an|z\.\s?hd\.?.*|to|attn\.?.*|mr\.?|mrs\.?|spett\.?\s?(?:le)?)$", re.I
)
#: What a supplier prints under its own address; tax numbers are a buyer's as well.
_OWN = re.compile(r"\b(?:tel|telefon|t[ée]l[ée]phone|tel[ée]fono|phone|fax|www|iban|bic)\b|@", re.I)


@dataclass(frozen=True, slots=True)
class Block:
    """An address: the name above it, the row of its town, whether it stands in a letter's window and is the sender's own."""

    name: str
    row: Row
    in_window: bool
    of_sender: bool


def blocks(rows: Sequence[Row]) -> list[Block]:
    """The addresses of a page, from the top down."""
    found = []
    for at, row in enumerate(rows):
        for cell in row.cells:
            if not _TOWN.match(joined(cell)):
                continue
            above = _aligned(rows[max(0, at - _TALLEST) : at], row, cell)
            name = _name(above)
            if name:
                under = _beneath(rows[at + 1 : at + 6], row, cell)
                in_window = _WINDOW[0] < row.bottom < _WINDOW[1] and cell[0].x0 < _WINDOW[2]
                found.append(Block(name, row, in_window, any(_OWN.search(text) for text in under)))
    return found


def sender_lines(rows: Sequence[Row]) -> Iterator[tuple[Row, str]]:
    """(row, name) of small lines with a whole address above an address in the window."""
    towns = [block.row.bottom for block in blocks(rows) if block.in_window]
    for row in rows:
        found = next((match for cell in row.cells if (match := _SENDER.match(joined(cell)))), None)
        if found and any(0 < bottom - row.bottom < _UNDER for bottom in towns):
            yield row, found["name"].strip()


def _name(above: Sequence[str]) -> str:
    """The name among the rows over a town: down to the one with the legal form, else the first; the street is none."""
    names: list[str] = []
    for text in above:
        if re.search(r"\d", text) or NO_NAME.search(text):
            if names:
                break
            continue
        if not _GREETING.match(text) and not re.fullmatch(f"{labels.BUYER}|{labels.RECEIVER}", text, re.I):
            names.append(text)
    if not names or len(above) <= len(names):
        return ""
    last = next((at for at, text in enumerate(names) if labels.COMPANY.search(text)), 0)
    return " ".join(names[: last + 1])[:120]


def _aligned(rows: Sequence[Row], town: Row, cell: tuple[Word, ...]) -> list[str]:
    """Texts that begin where the town does, from the top down, without a gap between."""
    texts: list[str] = []
    bottom, leading = town.bottom, 0.0
    for row in reversed(rows):
        same = [
            part
            for part in row.cells
            if abs(part[0].x0 - cell[0].x0) <= _ALIGNED
            and abs(part[0].size - cell[0].size) <= _SAME_FONT * cell[0].size
        ]
        if not same:
            continue
        gap = bottom - row.bottom
        if gap > (_WIDER * leading if leading else _HIGHEST):
            break
        leading = leading or gap
        texts.insert(0, joined(same[0]))
        bottom = row.bottom
    return texts


def _beneath(rows: Sequence[Row], town: Row, cell: tuple[Word, ...]) -> list[str]:
    """Texts that begin where the town does, under it and without a blank line between."""
    texts: list[str] = []
    bottom = town.bottom
    for row in rows:
        same = [part for part in row.cells if abs(part[0].x0 - cell[0].x0) <= _ALIGNED]
        if row.bottom - bottom > _WIDER * _LEADING * cell[0].size:
            break
        if same:
            texts.append(joined(same[0]))
            bottom = row.bottom
    return texts
