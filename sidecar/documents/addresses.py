"""Addresses on a page: blocks of aligned rows over a town or a street, and senders' whole addresses in one row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sidecar.documents import names
from sidecar.documents.rows import Row, Word, joined

#: Edges of rows that belong together differ at most so much, in points; rows stand at most so far apart, in heights of letters.
_ALIGNED, _LEADING = 3.0, 1.9
#: A name may stand over its street by a blank line, in points.
_BLANK = 30.0
#: What is beyond on a page is no address: it keeps the work on a hostile one small.
_MOST_ROWS, _MOST_CELLS, _MOST_BEFORE = 400, 30, 60
#: The sender in one row, such as a window envelope shows over the receiver, or a foot.
_ONE_LINE = re.compile(
    r"\b\d{4,5}(?: ?[A-Z]{2})?\s+[^\W\d_a-zäöüß]|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b[A-Z]{2}\s\d{5}\b|\b\d{2,3}[- ]\d{2,3}\s+[^\W\d_a-zäöüß]"
)
_LONGEST = 250
#: What a supplier prints with its own address; tax numbers and mail addresses are a buyer's as well.
_OWN = re.compile(
    r"\b(?:tel|telefon|t[ée]l[ée]phone|tel[ée]fono|phone|telefax|fax|www|iban|bic|swift|gesch[äa]ftsf[üu]hr\w+|inhaber(?:in)?|handelsregister\w*|hr[ab]|amtsgericht|siret|siren|rcs|kvk|capital(?:e)?|registered|rea|registro\s+mercantil)\b|^[TM]\s[+0]|📞|☎",
    re.I,
)
_MAIL_OR_TAX = re.compile(r"@|\b(?:ust|u?st-?id|vat|tva|iva|btw|nif|cif|mwst)\b", re.I)


@dataclass(slots=True)
class Block:
    """Rows that stand under each other at one edge; `row` is the last one, `lines` their texts from the top."""

    lines: list[str]
    row: Row
    left: float
    right: float
    top: float
    size: float
    towns: list[float] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name over the address, empty where there is none."""
        at = next((n for n, text in enumerate(self.lines) if names.is_place(text)), len(self.lines))
        return names.of_lines(self.lines[:at])

    @property
    def is_address(self) -> bool:
        """Whether a town, or a street with a country or a second row of a place, ends it."""
        places = sum(names.is_place(text) for text in self.lines)
        return bool(self.towns) or places > 1

    @property
    def of_sender(self) -> bool:
        """Whether what only a supplier prints of itself stands in it."""
        return any(_OWN.search(text) for text in self.lines)

    @property
    def has_tax_or_mail(self) -> bool:
        """Whether a tax number or a mail address stands in it."""
        return any(_MAIL_OR_TAX.search(text) for text in self.lines)

    @property
    def is_addressed(self) -> bool:
        """Whether a person or a department to open the letter is named."""
        return any(names.ATTENTION.match(text) or names.DEPARTMENT.match(text) for text in self.lines)

    @property
    def bottom(self) -> float:
        """Where its town stands, else its last row; in points from the top."""
        return self.towns[0] if self.towns else self.row.bottom

    def takes(self, row: Row, cell: tuple[Word, ...]) -> bool:
        """Whether a cell goes on with it: close under it, at its left or right edge or centre."""
        size = max(self.size, cell[0].size)
        if not 0 < row.bottom - self.row.bottom <= _LEADING * size:
            return False
        edges = (cell[0].x0 - self.left, cell[-1].x1 - self.right)
        return min(abs(edges[0]), abs(edges[1]), abs(edges[0] + edges[1]) / 2) <= _ALIGNED

    def add(self, row: Row, cell: tuple[Word, ...]) -> None:
        """Take a cell in."""
        text = joined(cell)
        if names.is_place(text) and (names.TOWN.match(text) or _ONE_LINE.search(text)):
            self.towns.append(row.bottom)
        self.lines.append(text)
        self.row, self.left, self.right, self.size = row, cell[0].x0, cell[-1].x1, cell[0].size


def blocks(rows: Sequence[Row]) -> list[Block]:
    """The addresses of a page with a name, from the top down."""
    done: list[Block] = []
    open_: list[Block] = []
    for row in rows[:_MOST_ROWS]:
        for cell in row.cells[:_MOST_CELLS]:
            if one_line(joined(cell)):
                continue  # a row that is an address by itself begins or ends no other
            block = next((known for known in open_ if known.takes(row, cell)), None)
            if block is None:
                block = Block([], row, 0, 0, row.bottom, 0)
                open_.append(block)
                done.append(block)
            block.add(row, cell)
        open_ = [known for known in open_ if row.bottom - known.row.bottom < _BLANK]
    return [block for block in _with_names(done) if block.name]


def _with_names(found: Sequence[Block]) -> Iterator[Block]:
    """The addresses; one that has no name of its own with the block right over it."""
    for at, block in enumerate(found):
        if not block.is_address:
            continue
        if not block.name:
            over = next(
                (
                    other
                    for other in reversed(found[max(0, at - _MOST_BEFORE) : at])
                    if _stands_over(other, block)
                ),
                None,
            )
            if over is not None:
                block.lines = over.lines + block.lines
        yield block


def _stands_over(other: Block, block: Block) -> bool:
    near = 0 < block.top - other.row.bottom <= _BLANK and abs(other.left - block.left) <= _ALIGNED
    return near and not other.is_address


def one_line(text: str) -> str:
    """The name that begins a whole address in one row, else nothing."""
    if len(text) > _LONGEST:
        return ""
    name = names.clean(text)
    if name == text or not names.is_name(name) or names.TOWN.match(text):
        return ""
    return name if _ONE_LINE.search(text[len(name) :]) else ""
