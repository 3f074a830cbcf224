"""Lines of a table by its headings: what stands under "Quantity" is one, however the row is written.

The headings' places make the columns. Numbers are set flush right and headings often are not, so a row's numbers are given to
the columns in their order from left to right, as near as can be, so that quantity times price makes the amount.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from sidecar.documents import headings, labels
from sidecar.documents.document import DocumentLine
from sidecar.documents.headings import NUMERIC, Column
from sidecar.documents.notation import AMOUNT, Notation
from sidecar.documents.rows import Row, Word, joined

_STOP = re.compile("|".join(labels.TOTALS[kind] for kind in ("payable", "gross", "net", "subtotal", "tax", "total")), re.I)  # fmt: skip
_FREIGHT = re.compile(labels.TOTALS["freight"], re.I)
#: Beside its heading by more points than this a number is another column's; more numbers of a row are not tried.
_FAR, _MOST_NUMBERS = 75.0, 12
_CENT = Decimal("0.02")
#: A row this many heights of letters under another one may hold what of its line is missing.
_NEXT = 2.2
_PER = re.compile(r"(?:/|\bper\b|\bpro\b|\bje\b|\bpar\b|\bpor\b)\s*(10{1,4})\b", re.I)
_CODE = re.compile(r"([A-Z0-9][A-Z0-9./-]*\d[A-Z0-9./-]*)\s+(.+)")
_CODE_LABEL = re.compile(
    r"(?:art(?:ikel|icle)?\.?|item|sku|part|material|product|r[ée]f(?:[ée]rence|erencia)?\.?|c[óo]d(?:igo|ice|e)?\.?)[\s.-]*(?:nr|no|nummer|number|code|art|n[°º])?\.?(?:\s+\w{1,8})?\s*:\s*(?P<code>[\w./-]*\d[\w./-]*)",
    re.I,
)
_MEASURE = r"[^\W\d_]{1,6}[²³.]?"
_MORE_TEXT = 300


@dataclass(frozen=True, slots=True)
class _Number:
    """A number of a row, and the word that it is or begins."""

    value: Decimal
    word: Word


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a row's numbers are, and how well they stand under their headings (less is better)."""

    held: dict[str, _Number]
    cost: float


def read(rows: Sequence[Row], notation: Notation) -> list[DocumentLine]:
    """The lines of every table with a heading for what is sold or how much of it, and one for price or amount."""
    lines: list[DocumentLine] = []
    columns: list[Column] = []
    at = 0
    while at < len(rows):
        found, count = headings.find(rows, at)
        if found:
            columns, at = found, at + count
            continue
        if columns:
            row = rows[at]
            line, used = _line(rows, at, columns, notation)
            if line is not None:
                lines.append(line)
                at += used
                continue
            if lines and _is_sum(row, notation):
                columns = []  # the sums begin; a further page names its columns again
            elif lines:
                _more(lines[-1], row, columns)
        at += 1
    return lines


def _is_sum(row: Row, notation: Notation) -> bool:
    """Whether a row is one of the document's sums, and not what a page carries over to the next."""
    if labels.CARRIED.search(row.text) or labels.REDUCTION.match(row.text) or not _STOP.search(row.text):
        return False
    if len(row.cells) > 2 and sum(bool(_STOP.search(joined(cell))) for cell in row.cells) > 2:
        return True  # the headings of sums in a row
    return any(notation.money(match.group()) is not None for match in AMOUNT.finditer(row.text))


def _line(
    rows: Sequence[Row], at: int, columns: Sequence[Column], notation: Notation
) -> tuple[DocumentLine | None, int]:
    """(line, rows it takes) of a row, with the next one where numbers of it stand there."""
    row = rows[at]
    if labels.REDUCTION.match(row.text) or labels.CARRIED.search(row.text):
        return None, 0
    if _FREIGHT.search(row.text) and "quantity" not in {column.name for column in columns}:
        return None, 0
    reading = _reading(row.words, columns, notation)
    if reading is not None:
        return _made(row.words, columns, reading), 1
    both = _with_next(rows[at : at + 2], columns, notation)
    reading = _reading(both, columns, notation) if both else None
    return (_made(both, columns, reading), 2) if reading is not None else (None, 0)


def _with_next(rows: Sequence[Row], columns: Sequence[Column], notation: Notation) -> list[Word]:
    """The words of a row with numbers and of the one close under it, where that is no line of its own; [] otherwise."""
    if len(rows) < 2:
        return []
    row, beneath = rows
    near = beneath.page == row.page and beneath.bottom - row.bottom < _NEXT * row.words[0].size
    if not near or not any(_numbers(row.words, notation)):
        return []
    if _STOP.search(row.text) or _STOP.search(beneath.text) or headings.find(rows, 1)[0]:
        return []
    if _reading(beneath.words, columns, notation):
        return []
    return sorted((*row.words, *beneath.words), key=lambda word: word.x0)


def _numbers(words: Sequence[Word], notation: Notation) -> Iterator[_Number]:
    """The words that are numbers, with or without a sign of a currency, a percentage or a unit at their end."""
    for word in words:
        found = re.fullmatch(
            rf"(?:[€$£]|EUR|USD|GBP|CHF)?(?P<number>[-+−–]?[\d.,'’\u00a0\u202f]*\d-?)(?:%|[€$£]|x|{_MEASURE}|/{_MEASURE})?",
            word.text,
        )
        value = notation.decimal(found["number"]) if found else None
        if value is not None:
            yield _Number(value, word)


def _reading(words: Sequence[Word], columns: Sequence[Column], notation: Notation) -> _Reading | None:
    """The best way to give a row's numbers to quantity, price and amount; None when no way adds up."""
    wanted = [column for column in columns if column.name in ("quantity", "price", "amount")]
    numbers = sorted(_numbers(words, notation), key=lambda number: number.word.x0)[-_MOST_NUMBERS:]
    best: _Reading | None = None
    #: each number right under its heading: a line too, whose check says that it does not add up
    aligned: _Reading | None = None
    for some in combinations(numbers, len(wanted)):
        cost = sum(column.distance(number.word) for column, number in zip(wanted, some, strict=True))
        if any(column.distance(number.word) > _FAR for column, number in zip(wanted, some, strict=True)):
            continue
        if best is not None and cost >= best.cost:
            continue
        held = {column.name: number for column, number in zip(wanted, some, strict=True)}
        rest = [number for number in numbers if number not in some]
        held |= _beside(rest, columns, held)
        if _adds_up(held, words, columns):
            best = _Reading(held, cost)
        elif cost == 0 and len(wanted) == 3 and aligned is None and _has_text(words, columns):
            aligned = _Reading(held, cost)
    return best or aligned


def _beside(
    rest: Sequence[_Number], columns: Sequence[Column], held: dict[str, _Number]
) -> dict[str, _Number]:
    """The numbers of discount, tax and the like, each between those of the columns beside it."""
    out: dict[str, _Number] = {}
    for at, column in enumerate(columns):
        if column.name not in NUMERIC or column.name in held:
            continue
        left = max((held[c.name].word.x1 for c in columns[:at] if c.name in held), default=0.0)
        right = min((held[c.name].word.x0 for c in columns[at + 1 :] if c.name in held), default=9999.0)
        near = [
            n for n in rest if left <= n.word.x0 and n.word.x1 <= right and column.distance(n.word) < _FAR
        ]
        if near:
            out[column.name] = min(near, key=lambda number: column.distance(number.word))
    return out


def _adds_up(held: dict[str, _Number], words: Sequence[Word], columns: Sequence[Column]) -> bool:
    """Whether the numbers are a line's: the sums' rows beneath a table have numbers in its columns too."""
    amount, price = held.get("amount"), held.get("price")
    if amount is None or price is None:
        return bool(price or _has_text(words, columns))
    quantity = held["quantity"].value if "quantity" in held else Decimal(1)
    rest = 1 - _discount(held) / 100
    base = _base(held, words, columns)
    digits = max(0, -int(price.value.as_tuple().exponent))
    rounded = abs(quantity) / base * Decimal("0.5").scaleb(-digits) if digits > 2 else Decimal(0)
    return abs(quantity * price.value / base * rest - amount.value) <= _CENT + rounded


def _discount(held: dict[str, _Number]) -> Decimal:
    """Percent off; none where the column holds an amount."""
    discount = abs(held["discount"].value) if "discount" in held else Decimal(0)
    return discount if discount < 100 else Decimal(0)


def _base(held: dict[str, _Number], words: Sequence[Word], columns: Sequence[Column]) -> Decimal:
    """How many units the price is for."""
    if "base" in held and held["base"].value > 0:
        return held["base"].value
    heading = next((column.heading for column in columns if column.name == "price"), "")
    said = _PER.search(heading) or _PER.search(joined(tuple(words)))
    return Decimal(said.group(1)) if said else Decimal(1)


def _has_text(words: Sequence[Word], columns: Sequence[Column]) -> bool:
    """Whether a row says what it is of, and is no sum."""
    text = joined(tuple(word for word in words if _of(word, columns) in ("description", "item")))
    return bool(re.search(r"[^\W\d_]{3}", text)) and not _STOP.search(joined(tuple(words)))


def _of(word: Word, columns: Sequence[Column]) -> str:
    """The column of a word that is no number."""
    nearest = min(columns, key=lambda column: column.distance(word))
    texts = ("description", "item", "position", "unit", "date", "other")
    name = nearest.name if nearest.distance(word) <= _FAR else "description"
    return name if name in texts or name == "quantity" else "description"


def _made(words: Sequence[Word], columns: Sequence[Column], reading: _Reading) -> DocumentLine:
    held = reading.held
    taken = {id(number.word) for number in held.values()}
    text: dict[str, list[str]] = {}
    for word in words:
        if id(word) not in taken:
            text.setdefault(_of(word, columns), []).append(word.text)
    quantity = held["quantity"].value if "quantity" in held else Decimal(1)
    amount = held["amount"].value if "amount" in held else None
    price = held["price"].value if "price" in held else None
    if price is None and amount is not None and quantity:
        price = (amount / quantity).quantize(Decimal("0.0001" if "quantity" in held else "0.01"))
    base = _base(held, words, columns)
    item, description = _what(text, {column.name for column in columns})
    line = DocumentLine(
        item=item, description=description, quantity=str(quantity), unit=_unit(held, text),
        price="" if price is None else str(price), price_base=str(base) if base != 1 else "",
        tax=str(held["tax"].value) if "tax" in held else "", amount="" if amount is None else str(amount),
    )  # fmt: skip
    off = _discount(held)
    if off and price is not None and amount is not None:
        line.adjustment = str((amount - quantity * price / base).quantize(Decimal("0.01")))
    return line


def _unit(held: dict[str, _Number], text: dict[str, list[str]]) -> str:
    beside = [*text.get("unit", []), *text.get("quantity", [])]
    if beside:
        return beside[0]
    glued = re.search(rf"\d({_MEASURE})$", held["quantity"].word.text) if "quantity" in held else None
    return glued.group(1) if glued else ""


def _what(text: dict[str, list[str]], headed: set[str]) -> tuple[str, str]:
    """(item, description): a code may stand before the text of a table without a column of its own for it."""
    item = text.get("item", [])
    description = " ".join([*text.get("description", []), *item[1:]])
    if "description" not in headed and "item" in headed and item and not re.search(r"\d", item[0]):
        return "", " ".join([*item, *text.get("description", [])])
    if item:
        return item[0], description
    found = _CODE.fullmatch(re.sub(r"^\d{1,3}[.)]?\s+(?=\S+\s)", "", description) if "position" not in headed else description)  # fmt: skip
    return (found.group(1), found.group(2)) if found else ("", description)


def _more(line: DocumentLine, row: Row, columns: Sequence[Column]) -> None:
    """A row that begins under the text goes on with the description above it, and may name the item."""
    if _of(row.words[0], columns) not in ("description", "item"):
        return
    code = _CODE_LABEL.search(row.text)
    if code and not line.item:
        line.item = code["code"]
    elif len(line.description) < _MORE_TEXT:
        line.description = f"{line.description} {joined(row.words)}".strip()
