"""Lines of a table by its headings: what stands under "Quantity" is one, however the row is written.

The headings' places make the columns; a row beneath belongs to the table while numbers stand in them. It is the second
reader of lines: `lines.read` takes the one whose amounts add up.
"""

import re
from decimal import Decimal

from sidecar.documents import labels
from sidecar.documents.document import DocumentLine
from sidecar.documents.rows import Row, Word, joined

#: field -> how its column is headed, in English, German, French, Spanish, Italian and Dutch; the first that fits counts
_HEADS: tuple[tuple[str, str], ...] = (
    ("position", r"^(?:pos\.?|position|nr\.?|no\.?|#|lfd\.?.*|ligne|línea|riga|regel)$"),
    ("tax", r"\b(?:mwst|ust|vat|tva|iva|btw|tax|steuer(?:satz)?)\b|^%$"),
    ("amount", r"\b(?:amount|\w*betrag|gesamt(?:preis)?|summe|total(?:e|es)?|montant|importe?o?|bedrag|netto|\w*wert|value)\b"),
    ("price", r"\b(?:\w*preis|price|prix|precio|prezzo|prijs|e-?preis|ep|unit cost|rate|p\.?u\.?)\b"),
    ("quantity", r"\b(?:menge|anzahl|qty|quantity|quantit[ée]|qt[ée]|cantidad|quantità|aantal)\b"),
    ("unit", r"^(?:einheit|me|unit|uom|unité|unidad|unità|eenheid)$"),
    ("item", r"\b(?:art(?:ikel)?\.?-?\s?(?:nr|nummer)?|item|article|sku|réf(?:érence)?|código|codice|referencia|product (?:no|code))\b"),
    ("description", r"\b(?:bezeichnung|beschreibung|description|leistung|désignation|descripción|descrizione|omschrijving|produkt|text)\b"),
)  # fmt: skip
_PATTERNS = [(name, re.compile(pattern, re.I)) for name, pattern in _HEADS]
_NUMERIC = ("quantity", "price", "amount", "tax")
_STOP = re.compile("|".join(labels.TOTALS.values()), re.I)
_ONE = re.compile(
    r"total (?:price|amount|value)|net (?:price|amount)|price (?:total|amount)|montant total|prix total", re.I
)
_FAR = 45.0
_CENT = Decimal("0.02")


def read(rows: list[Row]) -> list[DocumentLine]:
    """The lines of every table with a heading for the quantity and one for price or amount."""
    lines: list[DocumentLine] = []
    columns: list[tuple[str, float, float]] = []
    for at, row in enumerate(rows):
        found = _columns(row, rows[at + 1] if at + 1 < len(rows) else None)
        if found:
            columns = found
            continue
        if not columns:
            continue
        line = _line(row, columns, rows[at + 1] if at + 1 < len(rows) else None)
        if line is not None:
            lines.append(line)
        elif lines and _STOP.search(row.text) and labels.AMOUNT.search(row.text):
            columns = []  # the sums begin; a further page names its columns again
        elif lines:
            _more(lines[-1], row, columns)
    return lines


def _columns(row: Row, beneath: Row | None) -> list[tuple[str, float, float]]:
    """(field, left, right) of the headings of a row; a heading may go on in the row beneath."""
    found: dict[str, tuple[str, float, float]] = {}
    for cell in _headings(row):
        below = (
            [word for word in beneath.words if word.x0 < cell[-1].x1 and word.x1 > cell[0].x0]
            if beneath
            else []
        )
        texts = (joined(cell), joined((*cell, *below)))
        name = next((name for text in texts for name, pattern in _PATTERNS if pattern.search(text)), "")
        # what no pattern knows is a column too, or its numbers would count as a neighbour's; of two with one name,
        # such as two amounts, the right one is the net sum of the line
        found[name or f"other {len(found)}"] = (name or "other", cell[0].x0, cell[-1].x1)
    if "quantity" in found and found.keys() & {"price", "amount"} and not labels.AMOUNT.search(row.text):
        return sorted(found.values(), key=lambda column: column[1])
    return []


def _headings(row: Row) -> list[tuple[Word, ...]]:
    """Cells of a row of headings: they stand closer together than columns of text, and may even touch."""
    groups: list[list[Word]] = []
    for word in row.words:
        if groups and word.x0 - groups[-1][-1].x1 <= 5.0 and not _apart(groups[-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    return [tuple(group) for group in groups]


def _apart(group: list[Word], word: Word) -> bool:
    """Whether a word beside a heading is one of its own, as in "VAT-% Net value" but not in "Unit price"."""
    mine, others = _number_name(word.text), {_number_name(before.text) for before in group}
    return (
        bool(mine)
        and bool(others - {""})
        and mine not in others
        and not _ONE.search(f"{group[-1].text} {word.text}")
    )


def _number_name(text: str) -> str:
    return next((name for name, pattern in _PATTERNS if name in _NUMERIC and pattern.search(text)), "")


def _line(row: Row, columns: list[tuple[str, float, float]], beneath: Row | None) -> DocumentLine | None:
    """The line of a row with a number for the quantity and for price or amount, the amount perhaps on the row beneath."""
    held: dict[str, list[Word]] = {}
    for word in row.words:
        held.setdefault(_nearest(word, columns), []).append(word)
    values = {name: _number(held.get(name, [])) for name in _NUMERIC}
    quantity, price, amount = values["quantity"], values["price"], values["amount"]
    if amount is None and beneath and quantity is not None:
        amount = _number([word for word in beneath.words if _nearest(word, columns) == "amount"])
    if quantity is None or (price is None and amount is None):
        return None
    if not _adds_up(quantity, price, amount, {name for name, _, _ in columns}):
        return None
    if price is None and amount is not None and quantity:
        price = (amount / quantity).quantize(Decimal("0.0001"))
    text = {name: joined(tuple(words)) for name, words in held.items()}
    unit = text.get("unit") or re.sub(r"[-\d.,\s]+", "", text.get("quantity", ""))
    item = text.get("item", "").split()
    description = " ".join(filter(None, (text.get("description", ""), " ".join(item[1:]))))
    if not item and description:
        code = re.match(r"([A-Z0-9][A-Z0-9./-]*\d[A-Z0-9./-]*)\s+(.+)", description)
        item, description = ([code.group(1)], code.group(2)) if code else ([], description)
    return DocumentLine(
        item=item[0] if item else "",
        description=description,
        quantity=str(quantity),
        unit=unit,
        price="" if price is None else str(price),
        tax="" if values["tax"] is None else str(values["tax"]),
        amount="" if amount is None else str(amount),
    )


def _adds_up(quantity: Decimal, price: Decimal | None, amount: Decimal | None, headed: set[str]) -> bool:
    """Whether a row's numbers are a line's: the sums' rows beneath a table have numbers in its columns too."""
    if price is None:
        return "price" not in headed
    if amount is None:
        return "amount" not in headed
    return abs(quantity * price - amount) <= max(_CENT, abs(amount) * Decimal("0.005"))


def _nearest(word: Word, columns: list[tuple[str, float, float]]) -> str:
    """The column a word belongs to: the one it overlaps, else the nearest; words beside all are the description's."""
    numeric = bool(re.search(r"\d", word.text))

    def distance(column: tuple[str, float, float]) -> float:
        _, left, right = column
        return max(0.0, left - word.x1, word.x0 - right)

    name, left, right = min(columns, key=distance)
    if distance((name, left, right)) > _FAR or (name in _NUMERIC and not numeric and name != "quantity"):
        return "description"
    return name


def _number(words: list[Word]) -> Decimal | None:
    text = " ".join(word.text for word in words).replace("%", "")
    found = labels.AMOUNT.search(text)
    return labels.decimal(found.group()) if found else None


def _more(line: DocumentLine, row: Row, columns: list[tuple[str, float, float]]) -> None:
    """A row without numbers in the columns goes on with the description above it."""
    if (
        all(_nearest(word, columns) in ("description", "item") for word in row.words)
        and len(line.description) < 200
    ):
        line.description = f"{line.description} {joined(row.words)}".strip()
