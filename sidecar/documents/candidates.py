"""Values that stand in a document's text, with what stands around them: what a vendor's template is made of.

A person's correction in Odoo is one of these values; the labels beside and above it are kept there as an anchor and come
back with the vendor's next document, where they lead to the value in its place. Nothing is kept here.
"""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sidecar.documents.notation import AMOUNT, DAY, Notation

#: More nobody needs: head and foot of a document have a few dozen.
MOST = 600
_LABEL = 60
_DAY = re.compile(DAY.replace("?P<value>", "?:"))
_REFERENCE = re.compile(r"(?<![\w.,/-])(?=[\w./-]*\d)[A-Za-z0-9][\w./-]*[\w]")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One value: `kind` date, amount, reference or text; `left` and `above` are the texts around it, empty without."""

    kind: str
    value: str
    left: str
    above: str
    page: int
    row: int
    column: int

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


def candidates(rows: list[tuple[int, str]], notation: Notation) -> list[Candidate]:
    """The values of rows of text (page, cells parted by two blanks), from top to bottom, at most `MOST`."""
    found: list[Candidate] = []
    before: list[str] = []
    page_before, number = 0, 0
    for page, text in rows:
        number = number + 1 if page == page_before else 1
        page_before = page
        cells = text.split("  ")
        for column, cell in enumerate(cells):
            above = before[min(column, len(before) - 1)] if before else ""
            for kind, value, head in _values(cell, notation):
                left = head or (cells[column - 1] if column else "")
                found.append(Candidate(kind, value, _label(left), _label(above), page, number, column))
                if len(found) >= MOST:
                    return found
        before = cells
    return found


def _values(cell: str, notation: Notation) -> Iterator[tuple[str, str, str]]:
    """(kind, value, text before it in the cell)"""
    for match in _DAY.finditer(cell):
        value = notation.day(match.group())
        if value:
            yield "date", value, cell[: match.start()]
    for match in AMOUNT.finditer(cell):
        amount = notation.money(match.group())
        if amount is not None:
            yield "amount", str(amount), cell[: match.start()]
    for match in _REFERENCE.finditer(cell):
        yield "reference", match.group(), cell[: match.start()]
    head, mark, tail = cell.partition(":")
    if mark and tail.strip():
        yield "text", tail.strip(), head
    if cell.strip():
        yield "text", cell.strip(), ""


def _label(text: str) -> str:
    """A label as it is compared: words without their numbers, marks and case."""
    words = re.findall(r"[^\W\d_]+", text.lower())
    return " ".join(words)[-_LABEL:].strip()


def follow(anchor: dict[str, Any], found: list[Candidate]) -> Candidate | None:
    """The value an anchor leads to: the same label beside it, then above it, then the same place; None for none.

    A label that stands nowhere is no place: without it the anchor leads to nothing.
    """
    alike = [entry for entry in found if entry.kind == anchor.get("kind")]
    for name in ("left", "above"):
        label = str(anchor.get(name) or "")
        if label:
            return _nearest(anchor, [entry for entry in alike if getattr(entry, name) == label])
    return _nearest(
        anchor,
        [
            entry
            for entry in alike
            if (entry.page, entry.row, entry.column) == tuple(anchor.get(name) for name in _PLACE)
        ],
    )


_PLACE = ("page", "row", "column")


def _nearest(anchor: dict[str, Any], found: list[Candidate]) -> Candidate | None:
    def distance(entry: Candidate) -> tuple[int, int, int]:
        page, row, column = (value if isinstance(value := anchor.get(name), int) else 0 for name in _PLACE)
        return abs(entry.page - page), abs(entry.row - row), abs(entry.column - column)

    return min(found, key=distance, default=None)
