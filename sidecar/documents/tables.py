"""Price lists and confirmations as tables: CSV, and XLSX without running a formula."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from openpyxl import load_workbook

from sidecar.documents.document import Document, DocumentLine
from sidecar.documents.notation import Notation
from sidecar.documents.xml import Unreadable

MOST_ROWS = 20_000
MOST_COLUMNS = 60
_HEAD_WITHIN = 30
#: Unpacked parts of a workbook, in all; more is a bomb.
_MOST_UNPACKED = 100 * 1024 * 1024
#: field -> how its column is headed in English, German, French, Spanish, Italian and Dutch; the first match wins.
_HEADS: tuple[tuple[str, str], ...] = (
    ("order", r"(?:our |your |purchase )?order (?:no|number|ref)|^po\b|bestell-?(?:nr|nummer)|auftrag|n° ?(?:de )?commande|pedido|ordine|bestelnummer"),
    ("quantity", r"qty|quantity|menge|anzahl|quantit[éàa]|cantidad|aantal|confirmed quantity"),
    ("amount", r"(?:line |net |total )?amount|betrag|gesamt|montant|importe|importo|bedrag|total"),
    ("price", r"price|preis|prix|precio|prezzo|prijs|\bep\b|unit cost"),
    ("delivery_date", r"delivery|liefer|livraison|entrega|consegna|lever|ship date|eta"),
    ("currency", r"currency|währung|devise|moneda|valuta"),
    ("unit", r"^unit|^uom|einheit|^me$|unité|unidad|unità|eenheid"),
    ("item", r"item|article|artikel|sku|part|codice|código|référence|referencia|ref\.?$|code|material|product (?:no|id|code)"),
    ("description", r"desc|bezeichnung|désignation|denominación|descrizione|omschrijving|name|product"),
)  # fmt: skip
_PATTERNS = [(name, re.compile(pattern, re.I)) for name, pattern in _HEADS]
_CURRENCY = re.compile(r"\b(EUR|USD|GBP|CHF|SEK|DKK|NOK|PLN|CZK)\b|[€$£]")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}


def is_workbook(content: bytes) -> bool:
    """Whether these bytes are a ZIP with a workbook in it."""
    if content[:4] != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            return "xl/workbook.xml" in parts.namelist()
    except zipfile.BadZipFile:
        return False


def read_workbook(content: bytes) -> Document:
    """The first sheet with a table. Formulas give the value the program saved, never one computed here.

    Raises Unreadable for a bomb, a broken or protected file, and one without a table.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            size = sum(part.file_size for part in parts.infolist())
        if size > _MOST_UNPACKED:
            raise Unreadable(f"the workbook unpacks to {size} bytes; at most {_MOST_UNPACKED} are read")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for sheet in book.worksheets:
            rows = (
                [_cell(value) for value in row]
                for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
            )
            document = _document(rows, "xlsx", sheet.title)
            if document:
                return document
    except Unreadable:
        raise
    except Exception as error:  # openpyxl fails in its own ways at what a damaged archive unpacks to
        raise Unreadable(f"the workbook cannot be read: {error}") from error
    raise Unreadable(_NO_TABLE)


_NO_TABLE = "no row names its columns (item, quantity, price, ...); add a row of headings"


def read_csv(content: bytes) -> Document:
    """A CSV with commas, semicolons or tabs, in UTF-8 or Windows-1252. Raises Unreadable without a table."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unreadable("a file in UTF-16 cannot be read; save it as UTF-8")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable("the file is neither text in UTF-8 nor in Windows-1252")
    if "\x00" in text:
        raise Unreadable("the file holds binary data and is no known document")
    head = text[:5000]
    mark = max(";\t,", key=head.count)
    try:
        rows = (
            [cell.strip() for cell in row[:MOST_COLUMNS]]
            for row in csv.reader(io.StringIO(text), delimiter=mark)
        )
        document = _document(rows, "csv", "")
    except csv.Error as error:
        raise Unreadable(f"the CSV cannot be read: {error}") from error
    if not document:
        raise Unreadable(_NO_TABLE)
    return document


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _columns(row: list[str]) -> dict[str, int]:
    """{field: column} of a row of headings; each column has one meaning, each field one column."""
    found: dict[str, int] = {}
    for at, text in enumerate(row):
        for name, pattern in _PATTERNS:
            if len(text) <= 60 and name not in found and pattern.search(text):
                found[name] = at
                break
    return found


def _document(rows: Iterable[list[str]], source: str, sheet: str) -> Document | None:
    """The document of the first table; None when no row names its columns."""
    document = Document(type="price_list", source=source)
    columns: dict[str, int] = {}
    place = f"{sheet}!" if sheet else ""
    for number, row in enumerate(_limited(rows), 1):
        if not columns:
            found = _columns(row)
            if {"item", "price"} <= found.keys() or {"item", "quantity"} <= found.keys():
                columns = found
            elif number > _HEAD_WITHIN:
                return None
            continue
        line = _line(row, columns)
        if line:
            document.position[f"lines[{len(document.lines)}]"] = f"{place}row {number}"
            document.confidence[f"lines[{len(document.lines)}]"] = 1.0 if line.price or line.quantity else 0.5
            document.lines.append(line)
        _common(document, row, columns, f"{place}row {number}")
    if not columns:
        return None
    if "quantity" in columns and ({"order", "delivery_date"} & columns.keys()):
        document.type = "order_confirmation"
    return document


def _limited(rows: Iterable[list[str]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows, 1):
        if number > MOST_ROWS:
            raise Unreadable(f"the table has more than {MOST_ROWS} rows; send it in parts")
        yield row


def _line(row: list[str], columns: dict[str, int]) -> DocumentLine | None:
    """A row with an item; other rows (sums, notes, blanks) are none."""
    value = {name: row[at] if at < len(row) else "" for name, at in columns.items()}
    if not value.get("item") or not (value.get("price") or value.get("quantity")):
        return None
    line = DocumentLine(
        item=value["item"], description=value.get("description", ""), unit=value.get("unit", "")
    )
    for name in ("quantity", "price", "amount"):
        setattr(line, name, _number(value.get(name, "")))
    line.delivery_date = Notation().day(value.get("delivery_date", "")) or ""
    return line if line.price or line.quantity else None


def _number(text: str) -> str:
    """A decimal string of a cell, empty for none; a whole number stays one."""
    plain = _CURRENCY.sub("", text).strip()
    if plain.isdecimal():
        return plain
    found = Notation().decimal(plain) if plain else None
    return str(found) if found is not None else ""


def _common(document: Document, row: list[str], columns: dict[str, int], place: str) -> None:
    """Currency and order reference, where the first row that has them says so."""
    cell = row[columns["currency"]] if "currency" in columns and columns["currency"] < len(row) else ""
    sign = _CURRENCY.search(
        cell or (row[columns["price"]] if "price" in columns and columns["price"] < len(row) else "")
    )
    if sign and not document.currency:
        document.found("currency", _SIGNS.get(sign.group(), sign.group()), 1.0, place)
    if "order" in columns and columns["order"] < len(row) and not document.order_reference:
        document.found("order_reference", row[columns["order"]], 1.0, place)
