"""Lines of a text: by the table's headings, or by rows on which a quantity times a price gives an amount.

Both read; the one whose amounts add up to the document's net sum is taken.
"""

import re
from collections.abc import Sequence
from decimal import Decimal

from sidecar.documents import columns, labels
from sidecar.documents.document import DocumentLine, number
from sidecar.documents.notation import AMOUNT, Notation
from sidecar.documents.rows import Row

#: What a reduction of the line above has, and a charge with a quantity and a price of its own has not.
_REDUCES = re.compile(r"%|[-−–]\s?\d|\d-(?!\w)")
_CENT = Decimal("0.02")


def ways(rows: Sequence[Row], notation: Notation) -> tuple[list[DocumentLine], list[DocumentLine]]:
    """The lines by headings, and those by products; either may be empty."""
    by_heading = columns.read(rows, notation)
    by_product = _products([(row.page, row.text) for row in rows], notation)
    if not by_heading and not by_product:
        by_heading = columns.read(rows, notation, priced=False)
    return by_heading, by_product


def choose(
    by_heading: list[DocumentLine], by_product: list[DocumentLine], net: Decimal | None
) -> list[DocumentLine]:
    """The lines that add up to `net`, the document's sum; None where it is not known. The headings' where both do or none."""
    if not by_heading or not by_product:
        return by_heading or by_product
    fits = [_near(total(found), net) for found in (by_heading, by_product)]
    if fits[0] != fits[1]:
        return by_heading if fits[0] else by_product
    return by_heading if len(by_heading) >= len(by_product) else by_product


def total(lines: list[DocumentLine]) -> Decimal:
    """What the lines come to; without an amount of its own a line is its quantity times its price."""
    total = Decimal(0)
    for line in lines:
        product = (number(line.quantity) or Decimal(0)) * (number(line.price) or Decimal(0))
        amount = number(line.amount)
        total += product if amount is None else amount
    return total


def _near(total: Decimal, net: Decimal | None) -> bool:
    return net is not None and abs(total - net) <= _CENT


def _products(rows: Sequence[tuple[int, str]], notation: Notation) -> list[DocumentLine]:
    """Rows on which a quantity times a price gives an amount, the amount perhaps on the row beneath."""
    heads = [text for _, text in rows if labels.QUANTITY_HEAD.search(text) and labels.PRICE_HEAD.search(text)]
    price_first = any(_before(labels.PRICE_HEAD, labels.QUANTITY_HEAD, text) for text in heads)
    out = []
    for at, (_, text) in enumerate(rows):
        beneath = rows[at + 1][1] if at + 1 < len(rows) else ""
        if labels.CARRIED.search(text) or (labels.REDUCTION.match(text) and _REDUCES.search(text)):
            continue
        line = _product(text, "", price_first, notation) or _product(text, beneath, price_first, notation)
        if line is not None:
            out.append(line)
    return out


def _before(first: re.Pattern[str], second: re.Pattern[str], text: str) -> bool:
    one, two = first.search(text), second.search(text)
    return bool(one and two and one.start() < two.start())


def _product(text: str, beneath: str, price_first: bool, notation: Notation) -> DocumentLine | None:
    """The line of a row, when two of its numbers make a third that stands after them or in `beneath`."""
    here = [
        (match, value)
        for match in AMOUNT.finditer(text)
        if (value := notation.decimal(match.group())) is not None
    ]
    below = [
        value for match in AMOUNT.finditer(beneath) if (value := notation.money(match.group())) is not None
    ]
    for first, (at_first, one) in enumerate(here):
        for second, (at_second, two) in enumerate(here[first + 1 :], first + 1):
            after = (
                below
                if beneath
                else [
                    value for match, value in here[second + 1 :] if notation.money(match.group()) is not None
                ]
            )
            amount = next((value for value in after if abs(one * two - value) <= _CENT), None)
            if (
                amount is None
                or not one
                or not two
                or not re.search(r"[.,]\d", at_first.group() + at_second.group())
            ):
                continue
            quantity, price = (two, one) if price_first else (one, two)
            unit_from = at_second.end() if price_first else at_first.end()
            return _line(text, at_first.start(), unit_from, quantity, price, amount)
    return None


def _line(
    text: str, head_end: int, unit_from: int, quantity: Decimal, price: Decimal, amount: Decimal
) -> DocumentLine:
    head = " ".join(text[:head_end].split())
    item = re.match(r"(?:\d{1,3}\s+)?([A-Z0-9][A-Z0-9.-]*\d[A-Z0-9.-]*|[A-Z]{2,}[A-Z0-9.-]*)(?=\s|$)", head)
    unit = re.match(r"\s*([A-Za-zäöüÄÖÜ]+[²³]?\.?)", text[unit_from:])
    return DocumentLine(
        item=item.group(1) if item else "",
        description=head[item.end() :].strip() if item else re.sub(r"^\d{1,3}\s+", "", head),
        quantity=str(quantity),
        unit=unit.group(1) if unit else "",
        price=str(price),
        amount=str(amount),
    )
