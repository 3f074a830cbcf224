"""Rows of words where a test wants them."""

from __future__ import annotations

from sidecar.documents import text
from sidecar.documents.document import Document
from sidecar.documents.rows import Row, Word, row_of

#: Points that a letter and a blank are wide, a row and a letter high.
LETTER, BLANK, ROW, SIZE = 5.0, 3.0, 12.0, 9.0
Cell = tuple[float, str]


def row(number: int, *cells: Cell, page: int = 1) -> Row:
    """The row of that number from the top; a cell begins at x, or ends at -x."""
    words = []
    for x, content in cells:
        left = x if x >= 0 else -x - LETTER * len(content) + (LETTER - BLANK) * content.count(" ")
        for part in content.split(" "):
            words.append(Word(part, left, left + LETTER * len(part), SIZE))
            left += LETTER * len(part) + BLANK
    return row_of(page, 60 + ROW * number, words)


def page(*lines: tuple[Cell, ...] | str, number: int = 1) -> list[Row]:
    """A page: a row of cells each, or a text from the left edge; an empty one is a blank line."""
    rows = [((50.0, line),) if isinstance(line, str) else line for line in lines]
    return [row(at, *cells, page=number) for at, cells in enumerate(rows) if cells[0][1]]


def read(*lines: tuple[Cell, ...] | str) -> Document:
    """The document of one page."""
    return text.read(page(*lines), "pdf-text")
