"""Who sells and who buys: by a label, by where letters have their addresses, by legal form, and by the letterhead."""

import re

from sidecar.documents import labels
from sidecar.documents.document import Document
from sidecar.documents.rows import Row, Word, joined

#: A row of an address that ends it: a postal code before the town.
_TOWN = re.compile(r"^(?:[A-Z]{1,3}[- ]{1,3})?\d{4,5}(?: ?[A-Z]{2})?\s+[A-ZÄÖÜÉ][\w.\-/ äöüß]+$")
#: The sender in one small row above the receiver, as a window envelope shows it.
_SENDER = re.compile(r"^(?P<name>[^\d|·•,]{3,60}?)\s*(?:[|·•,]|\s[-–]\s).*\b\d{4,5}\s+[A-ZÄÖÜ]")
#: Where a letter has its receiver, in points from the top and the left (DIN 5008 and its neighbours).
_WINDOW = (80.0, 300.0, 300.0)
_ALIGNED, _SAME_FONT, _TALLEST, _HIGHEST = 3.0, 0.15, 7, 28.0
_NO_NAME = re.compile(
    r":|\b(?:rechnung|invoice|facture|factura|fattura|factuur|gutschrift|datum|date|page|seite|copy|kopie)\b",
    re.I,
)


def find(document: Document, rows: list[Row]) -> None:
    """Set the names of seller and buyer, the surest sign first; what is found stays."""
    _labelled(document, rows)
    first = [row for row in rows if row.page == 1]
    blocks = _blocks(first)
    window = [
        (row, name)
        for row, left, name in blocks
        if _WINDOW[0] < row.bottom < _WINDOW[1] and left < _WINDOW[2]
    ]
    for row in first:
        sender = next((found for cell in row.cells if (found := _SENDER.match(joined(cell)))), None)
        if sender and window and 0 < window[0][0].bottom - row.bottom < 120:
            _set(document, "seller", sender["name"].strip(), 0.6, row)
            break
    for row, name in window:
        if name != document.seller.name:
            _set(document, "buyer", name, 0.6, row)
    _companies(document, rows)
    for row, _, name in blocks:
        if name != document.buyer.name:
            _set(document, "seller", name, 0.45, row)
    _letterhead(document, first)


def _set(document: Document, role: str, name: str, sure: float, row: Row) -> None:
    if name and not getattr(document, role).name:
        document.found(f"{role}.name", name, sure, row.place)


def _labelled(document: Document, rows: list[Row]) -> None:
    for role, label in (("seller", labels.SELLER), ("buyer", labels.BUYER)):
        for at, row in enumerate(rows):
            cells = [joined(cell) for cell in row.cells]
            column = next(
                (n for n, part in enumerate(cells) if re.match(rf"(?:{label})\b", part, re.I)), None
            )
            name = _name_below(rows[at + 1 : at + 6], column) if column is not None else ""
            if name:
                document.found(f"{role}.name", name, 0.85, f"page {row.page}: below {row.text[:30]}")
                break


def _name_below(rows: list[Row], column: int) -> str:
    """The name in the rows under a label: after `Name:`, else the first company in the label's column."""
    for row in rows:
        named = re.match(r"name\s*:\s*(.+)", row.text, re.I)
        if named:
            return named.group(1).strip()
    for row in rows:
        cells = [joined(cell) for cell in row.cells]
        cell = cells[min(column, len(cells) - 1)]
        if labels.COMPANY.search(cell):
            return cell.strip()
    return ""


def _companies(document: Document, rows: list[Row]) -> None:
    """Names with a legal form; the first that is nobody yet sells, the next buys."""
    for row in rows:
        for cell in map(joined, row.cells):
            if not labels.COMPANY.search(cell) or len(cell) >= 60:
                continue
            name = re.split(r",| \| | · ", cell)[0].strip()
            if name not in {document.seller.name, document.buyer.name}:
                _set(document, "buyer" if document.seller.name else "seller", name, 0.5, row)


def _blocks(rows: list[Row]) -> list[tuple[Row, float, str]]:
    """(row of the town, left edge, name) of each address: the aligned rows above a town up to the street."""
    found = []
    for at, row in enumerate(rows):
        for cell in row.cells:
            if not _TOWN.match(joined(cell)):
                continue
            above = _aligned(rows[max(0, at - _TALLEST) : at], row, cell)
            name: list[str] = []
            for text in above:
                if re.search(r"\d", text) or _NO_NAME.search(text):
                    if name:
                        break
                    continue
                name.append(text)
            if name and len(above) > len(name):
                found.append((row, cell[0].x0, " ".join(name)[:120]))
    return found


def _aligned(rows: list[Row], town: Row, cell: tuple[Word, ...]) -> list[str]:
    """Texts that begin where the town does, from the top down, without a gap between."""
    texts: list[str] = []
    bottom = town.bottom
    for row in reversed(rows):
        same = [
            part
            for part in row.cells
            if abs(part[0].x0 - cell[0].x0) <= _ALIGNED
            and abs(part[0].size - cell[0].size) <= _SAME_FONT * cell[0].size
        ]
        if not same:
            continue
        if bottom - row.bottom > _HIGHEST:
            break
        texts.insert(0, joined(same[0]))
        bottom = row.bottom
    return texts


def _letterhead(document: Document, rows: list[Row]) -> None:
    """The largest text of the page's top quarter."""
    top = [
        (max(word.size for word in cell), row, joined(cell))
        for row in rows
        if row.bottom < 210
        for cell in row.cells
        if re.search(r"[^\W\d_]{3}", joined(cell))
        and not _NO_NAME.search(joined(cell))
        and len(joined(cell)) < 60
    ]
    if top:
        size, row, name = max(top, key=lambda entry: entry[0])
        if name != document.buyer.name and size > 1.15 * min(entry[0] for entry in top):
            _set(document, "seller", name, 0.4, row)
