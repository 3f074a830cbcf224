"""The headings of a table of lines: which of its columns is the quantity, the price, the amount; in six languages."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sidecar.documents.notation import AMOUNT
from sidecar.documents.rows import Row, Word, joined

#: field -> how its column is headed, in English, German, French, Spanish, Italian and Dutch; the first that fits counts
_HEADS: tuple[tuple[str, str], ...] = (
    ("position", r"^(?:pos\.?|position|ln\.?|nr\.?|no\.?|n\.?[°º]?|#|line|zeile|lfd\.?.*|ligne|l[íi]nea|riga|regel)$"),
    ("date", r"^(?:\w*datum|date|fecha|data|(?:delivery|liefer)\W?date)$"),
    ("discount", r"\b(?:rabatt|rab\.?|discount|disc\.?|remise|rem\.?|descuento|dto\.?|sconto|sc\.?|korting|krt\.?|nachlass)(?!\w)"),
    ("ordered", r"^(?:ord\.?|(?:qty\.?\s+)?ordered|bestellt(?:e\s+menge)?|besteld|(?:qt[ée]\s+)?(?:command[é]e?s?|cd[é]e?s?)|(?:cant\.?\s+)?pedidas?|ordinat[ao])$"),
    ("list", r"^(?:list|list\s*price|listen-?preis|brutto-?preis|prix\s+(?:brut|tarif|public)|tarif\s+brut|precio\s+tarifa|prezzo\s+(?:di\s+)?listino|listino|bruto\s*-?prijs)$"),
    ("base", r"^(?:pe|preiseinheit|price unit|per|pro|par)$"),
    ("gross", r"\b(?:brutto\w*|ttc|incl\.? (?:vat|tax|btw)|inkl\.? (?:mwst|ust)\.?|iva incl\w*)(?!\w)"),
    ("tax", r"\b(?:mwst|m\.w\.st|ust|vat|tva|iva|btw|tax|steuer(?:satz|code)?|aliq)(?!\w)|^%$"),
    ("price", r"(?:\bunit\b|\b(?:per|pro|par|/)\s?(?:unit|stück|stk|einheit|unité|stuk)|einzel|stück|\be-?|p\.?\s?unit\w*)\s?-?\.?(?:price|preis|cost|betrag|prijs)|\b(?:\w*preis(?!\s*gesamt)|price|prix|precio|prezzo|\w*prijs|ep|unit cost|rate|satz|tarief|unitario|unitaire|p\.?\s?u\.?|p\.\s?unit\w*)(?!\w)"),
    ("amount", r"\b(?:amount|\w*betrag|gesamt\w*|g-?preis|gp|summe|total(?:e|es)?|totaal\w*|montant|importe?o?|bedrag|net|netto|\w*wert|val(?:ue|eur|ore)|goods|ext(?:ended|ension|\.)?|subtotal)(?!\w)|^(?:in\s+)?(?:EUR|CHF|USD|GBP|[€$£])$"),
    ("quantity", r"\b(?:\w*menge|anzahl|qty|quantity|hoeveelheid|aant\.|nombre|nbre?|unidades|quantit[ée]|qt[éàa]|q\.?t[àa]|cantidad|cant|quantità|aantal|uds|hours|stunden|std\.?|heures|horas|ore|uren|stück|pcs|pieces|pezzi|qté\.?|shipped|ship|delivered|geliefert|livr[ée]e?s?|servid[ao]s?|geleverd|consegnat[ao])(?!\w)"),
    ("unit", r"^(?:einheit|einh\.?|me|eh|unit|units|uom|u/m|unit[ée]|unidad|ud\.?|un\.?|u\.?m\.?|u\.?|unità|eenheid|eenh\.?)$"),
    ("item", r"\b(?:art(?:ikel)?\.?-?\s?(?:nr|nummer|code)?|item|article|sku|part|réf(?:érence)?|c[óo]d(?:igo|ice)?|code|referencia|ref|product (?:no|code)|material\w*)(?!\w)"),
    ("description", r"\b(?:\w*bezeichnung|beschreibung|description|details|leistung\w*|désignation|libellé|descripci[óo]n|concepto|descrizione|omschrijving|produkt|product|text|service|charge|artículo|articolo)(?!\w)"),
)  # fmt: skip
_PATTERNS = [(name, re.compile(pattern, re.I)) for name, pattern in _HEADS]
NUMERIC = ("quantity", "ordered", "base", "list", "price", "discount", "tax", "amount", "gross")
#: Of two columns of articles the one with their codes.
_NUMBERED = re.compile(r"nr|nummer|no\b|n[°º]|num|code|c[óo]d|sku|ref|r[ée]f|#|part", re.I)
#: A price before its discount.
_GROSS = re.compile(r"brut(?:o|to|\.)?\b", re.I)
#: A sum of a line, whatever else its heading says.
_TOTAL = re.compile(
    r"(?:total|net|line|gesamt|g)[ .-]*(?:price|preis|amount|value|total|prijs)|(?:price|amount)\s+(?:total|net)|montant|prix\s+total|preis\s+gesamt|totaal(?:prijs)?|(?:precio|prezzo|importo)\s+tot|total[e]?\s+ht",
    re.I,
)
#: Blanks between words of one heading, and headings that stand closer together, in heights of letters.
_BLANK, _MOST_ROWS, _LEADING = 0.55, 3, 2.2


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its field (`other` for a heading nobody knows) and the edges of its heading, in points."""

    name: str
    left: float
    right: float
    heading: str = ""

    def distance(self, word: Word) -> float:
        """How far a word is beside the heading, 0 where they overlap."""
        return max(0.0, self.left - word.x1, word.x0 - self.right)


def find(rows: Sequence[Row], at: int, priced: bool = True) -> tuple[list[Column], int]:
    """(columns from left to right, rows of headings) of the table that begins at row `at`; ([], 0) where none does.

    Without `priced` a quantity and what it is of are enough.
    """
    columns, count = _from(rows[at : at + _MOST_ROWS], priced)
    for later in range(at + 1, at + count):
        if len(_known(_from(rows[later : at + count], priced)[0])) >= len(_known(columns)):
            return [], 0  # the first row is none of headings
    return columns, count


def is_heading(text: str) -> bool:
    """Whether a short text says no more than what stands in a column."""
    return len(text.split()) < 3 and any(pattern.fullmatch(text) for _, pattern in _PATTERNS)


def _from(rows: Sequence[Row], priced: bool) -> tuple[list[Column], int]:
    """As `find`, of the headings that begin in the first row, whatever stands in it."""
    best: tuple[list[Column], int] = ([], 0)
    for count in range(1, len(rows) + 1):
        band = rows[:count]
        if not _is_band(band) or (
            not priced and any(word.text.isdigit() for row in band for word in row.words)
        ):
            break
        columns = _named(band)
        if _tells(columns, priced) and len(_known(columns)) > len(_known(best[0])):
            best = (columns, count)
    return best


def _is_band(band: Sequence[Row]) -> bool:
    """Rows close under each other, none with a number of a line."""
    close = all(
        below.page == row.page and below.bottom - row.bottom < _LEADING * max(word.size for word in row.words)
        for row, below in zip(band, band[1:], strict=False)
    )
    return close and not any(re.search(r"\d[.,]\d", row.text) and AMOUNT.search(row.text) for row in band)


def _known(columns: Sequence[Column]) -> set[str]:
    return {column.name for column in columns} - {"other"}


def _tells(columns: Sequence[Column], priced: bool) -> bool:
    """Whether the headings are those of lines: a quantity or what is sold, with a price or an amount."""
    known = _known(columns)
    if known & {"quantity", "ordered"}:
        return bool(known & {"price", "amount"}) or (not priced and bool(known & {"description", "item"}))
    return bool(known & {"amount", "gross"}) and bool(known & {"description", "item"})


def _named(band: Sequence[Row]) -> list[Column]:
    columns = []
    for words in _stacked(band):
        text = " ".join(joined(tuple(part)) for part in words)
        flat = [word for part in words for word in part]
        edges = min(word.x0 for word in flat), max(word.x1 for word in flat)
        columns.append(Column(_name(text), *edges, text))
    return _each_once(sorted(columns, key=lambda column: column.left))


def _name(text: str) -> str:
    joint = re.sub(r"(?<=\w)- ", "", text)  # a word that is broken at the row's end
    if _TOTAL.search(joint) and not re.search(r"\bttc\b|brutto", joint, re.I):
        return "amount"
    return next((name for name, pattern in _PATTERNS if pattern.search(joint)), "other")


def _each_once(columns: list[Column]) -> list[Column]:
    """Each field once: of two with one name, such as two amounts, the right one is the net sum of the line.

    Where nothing is headed as a price the left amount is one, as "Net" beside "List"; and of "Art. no." and "Article" the second
    describes.
    """
    columns = _told_apart(columns)
    last = {column.name: at for at, column in enumerate(columns)}
    out = [
        column if last[column.name] == at else Column("other", column.left, column.right, column.heading)
        for at, column in enumerate(columns)
    ]
    names = _known(out)
    if "amount" not in names and "gross" in names:
        out = [Column("amount", c.left, c.right, c.heading) if c.name == "gross" else c for c in out]
    return out


def _told_apart(columns: list[Column]) -> list[Column]:
    out, names = list(columns), [column.name for column in columns]
    if "price" not in names and "quantity" in names and names.count("amount") > 1:
        out[names.index("amount")] = replace(columns[names.index("amount")], name="price")
    if "price" not in names and "discount" in names:
        before = [at for at in range(names.index("discount")) if _GROSS.match(columns[at].heading)]
        if before:
            out[before[-1]] = replace(columns[before[-1]], name="price")
    if "description" not in names and names.count("item") > 1:
        coded = [bool(_NUMBERED.search(column.heading)) for column in columns]
        plain = [at for at, name in enumerate(names) if name == "item" and not coded[at]]
        if plain:
            out[plain[-1]] = replace(columns[plain[-1]], name="description")
    return out


def _stacked(band: Sequence[Row]) -> list[list[list[Word]]]:
    """Headings: cells of the rows of a band that stand over each other belong together."""
    stacks: list[list[list[Word]]] = []
    for row in band:
        for cell in cells(row):
            over = [stack for stack in stacks if _overlap([word for part in stack for word in part], cell)]
            if len(over) == 1 and over[0][-1][0] not in row.words:
                over[0].append(cell)
            else:
                stacks.append([cell])
    return stacks


def _overlap(words: Sequence[Word], cell: Sequence[Word]) -> bool:
    return words[0].x0 < cell[-1].x1 and max(word.x1 for word in words) > cell[0].x0


def cells(row: Row) -> list[list[Word]]:
    """Cells of a row of headings: they stand closer together than columns of text, and may even touch."""
    groups: list[list[Word]] = []
    for word in row.words:
        if groups and word.x0 - groups[-1][-1].x1 <= _blank(word) and not _apart(groups[-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _blank(word: Word) -> float:
    """The widest blank between words of one heading: that of letters of one width is as wide as they are."""
    return max(_BLANK * word.size, 1.1 * (word.x1 - word.x0) / len(word.text))


def _apart(group: Sequence[Word], word: Word) -> bool:
    """Whether a word beside a heading is one of its own, as in "VAT-% Net value" but not in "Unit price"."""
    whole = f"{joined(tuple(group))} {word.text}"
    mine, before = _name(word.text), _name(joined(tuple(group)))
    if "other" in (mine, before) or mine == before or _TOTAL.search(whole):
        return False
    if (before, mine) in (("price", "base"), ("quantity", "ordered")):
        return False  # as in "price per 100" and "qty ordered"
    if before == "item" and mine == "description":
        return not word.text.islower()
    return not (before in ("unit", "item", "position", "base") and mine in ("price", "item", "quantity"))
