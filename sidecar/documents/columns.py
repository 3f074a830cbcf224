"""Lines of a table by its headings: what stands under "Quantity" is one, however the row is written."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sidecar.documents import figures, headings, labels, wording
from sidecar.documents.document import DocumentLine
from sidecar.documents.figures import STOP, Reading
from sidecar.documents.headings import Column
from sidecar.documents.notation import AMOUNT, Notation
from sidecar.documents.rows import Row, Word, joined

_TOTAL = re.compile(labels.TOTALS["total"], re.I)
_FREIGHT = re.compile(labels.TOTALS["freight"], re.I)
#: A row this many heights of letters under another one may hold what of its line is missing.
_NEXT = 2.2
#: How far beside their heading, and from one under the other, quantities may stand that no sum confirms, in points.
_BESIDE, _ALIGNED = 20.0, 4.0


@dataclass(slots=True)
class _Table:
    """The rows under one row of headings: of lines, by the line's number, and of text (-1)."""

    columns: list[Column]
    head: Row
    parts: list[tuple[Row, int]] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)

    def add(self, rows: Sequence[Row], reading: Reading) -> None:
        self.parts += [(row, len(self.readings)) for row in rows]
        self.readings.append(reading)

    def lines(self) -> list[DocumentLine]:
        rows = wording.of_lines(self.parts, self.head)
        return [
            _made([row.words for row in held], self.columns, reading)
            for held, reading in zip(rows, self.readings, strict=True)
        ]


def read(rows: Sequence[Row], notation: Notation, priced: bool = True) -> list[DocumentLine]:
    """The lines of every table with a heading for what is sold or how much of it, and one for price or amount.

    Without `priced` a table needs none of these, as on a delivery note.
    """
    tables: list[_Table] = []
    table: _Table | None = None
    at = 0
    while at < len(rows):
        found, count = headings.find(rows, at, priced)
        if found:
            table = _Table(found, rows[at + count - 1])
            tables.append(table)
            at += count
            continue
        if table is not None:
            row = rows[at]
            reading, used = _line(rows[at : at + 1 + priced], table.columns, notation)
            if reading is not None:
                table.add(rows[at : at + used], reading)
                at += used
                continue
            if table.readings and _is_sum(row, notation):
                table = None  # the sums begin; a further page names its columns again
            elif _goes_on(row, table.columns, notation):
                table.parts.append((row, -1))
        at += 1
    if not priced:
        tables = [_Table(found.columns, found.head, *_in_column(found)) for found in tables]
    return [line for found in _of_lines(tables) for line in found.lines()]


def _of_lines(tables: Sequence[_Table]) -> Sequence[_Table]:
    """Beside a table that says how much or at which price, one of amounts alone is of taxes, charges or payments."""
    told = [
        table
        for table in tables
        if table.readings and not {"quantity", "ordered", "price"}.isdisjoint(c.name for c in table.columns)
    ]
    return told or tables


def _goes_on(row: Row, columns: Sequence[Column], notation: Notation) -> bool:
    """Whether a row without a line's numbers can be text of a line: it is not carried over, no reduction, charge or total."""
    amounts = [column for column in columns if column.name == "amount"]
    charged = any(
        notation.money(word.text) is not None and not column.distance(word)
        for word in row.words
        for column in amounts
    )
    ends = (
        labels.CARRIED.search(row.text),
        labels.PAGE.match(row.text),
        labels.REDUCTION.match(row.text),
        _TOTAL.match(row.text),
    )
    return not (charged or any(ends))


def _in_column(table: _Table) -> tuple[list[tuple[Row, int]], list[Reading]]:
    """The parts and readings of a table of quantities alone: without a sum to tell them, they stand under each other and their heading."""
    edges = [(reading.held["quantity"].word, reading.cost) for reading in table.readings]
    first = next((word for word, cost in edges if cost <= _BESIDE), None)
    kept = [
        at
        for at, (word, cost) in enumerate(edges)
        if first and cost <= _BESIDE and min(abs(word.x0 - first.x0), abs(word.x1 - first.x1)) <= _ALIGNED
    ]
    number = {at: place for place, at in enumerate(kept)}
    return [(row, number.get(at, -1)) for row, at in table.parts], [table.readings[at] for at in kept]


def _is_sum(row: Row, notation: Notation) -> bool:
    """Whether a row is one of the document's sums, and not what a page carries over to the next."""
    if labels.CARRIED.search(row.text) or labels.REDUCTION.match(row.text) or not STOP.search(row.text):
        return False
    if len(row.cells) > 2 and sum(bool(STOP.search(joined(cell))) for cell in row.cells) > 2:
        return True  # the headings of sums in a row
    return any(notation.money(match.group()) is not None for match in AMOUNT.finditer(row.text))


def _line(rows: Sequence[Row], columns: Sequence[Column], notation: Notation) -> tuple[Reading | None, int]:
    """(numbers, rows it takes) of a line that begins in the first row, with the next one where numbers of it stand there."""
    row = rows[0]
    if labels.CARRIED.search(row.text) or labels.PAGE.match(row.text):
        return None, 0
    if labels.REDUCTION.match(
        row.text
    ):  # a reduction of the line above, unless it has a quantity and a price of its own
        charge = None if "%" in row.text else figures.read(row.words, columns, notation)
        whole = (
            charge is not None
            and {"quantity", "price", "amount"} <= charge.held.keys()
            and charge.held["amount"].value > 0
        )
        return (charge, 1) if whole else (None, 0)
    if _FREIGHT.search(row.text) and "quantity" not in {column.name for column in columns}:
        return None, 0
    reading = figures.read(row.words, columns, notation, rows[1].text if len(rows) > 1 else "")
    if reading is not None:
        return reading, 1
    both = _with_next(rows, columns, notation)
    reading = figures.read(both, columns, notation) if both else None
    return (reading, 2) if reading is not None else (None, 0)


def _with_next(rows: Sequence[Row], columns: Sequence[Column], notation: Notation) -> list[Word]:
    """The words of a row with numbers and of the one close under it, where that is no line of its own; [] otherwise."""
    if len(rows) < 2:
        return []
    row, beneath = rows
    near = beneath.page == row.page and beneath.bottom - row.bottom < _NEXT * row.words[0].size
    if not near or not any(figures.numbers(row.words, notation)):
        return []
    if STOP.search(row.text) or STOP.search(beneath.text) or headings.find(rows, 1)[0]:
        return []
    if figures.read(beneath.words, columns, notation):
        return []
    return sorted((*row.words, *beneath.words), key=lambda word: word.x0)


def _made(rows: Sequence[Sequence[Word]], columns: Sequence[Column], reading: Reading) -> DocumentLine:
    held, base = reading.held, reading.base
    quantity = held["quantity"].value if "quantity" in held else Decimal(1)
    amount = held["amount"].value if "amount" in held else None
    shown = held.get("list") or held.get(
        "price"
    )  # of a list price and a net one the first, with what is taken off
    price = shown.value if shown else None
    if price is None and amount is not None and quantity:
        price = (amount / quantity).quantize(Decimal("0.0001" if "quantity" in held else "0.01"))
    item, description, unit = wording.describe(rows, reading, columns)
    line = DocumentLine(
        item=item, description=description, quantity=str(quantity), unit=unit,
        price="" if price is None else str(price), price_base=str(base) if base != 1 else "",
        tax=str(held["tax"].value) if "tax" in held else "", amount="" if amount is None else str(amount),
    )  # fmt: skip
    if (figures.discount(held) or "list" in held) and price is not None and amount is not None:
        off = (amount - quantity * price / base).quantize(Decimal("0.01"))
        line.adjustment = str(off) if off else ""
    return line
