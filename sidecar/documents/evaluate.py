"""Measures the readers of PDF text and of scans against gold fields; the XML inside the PDFs is not looked at."""

import hashlib
import io
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdfium2

from sidecar.documents import pdf
from sidecar.documents.document import Document, number
from sidecar.documents.intervals import interval
from sidecar.documents.xml import Unreadable

#: Field of the gold file, our value, and whether it is compared as a number.
_FIELDS: dict[str, tuple[Callable[[Document], str], bool]] = {
    "invoice_number": (lambda document: document.number, False),
    "date": (lambda document: document.date.replace("-", ""), False),
    "due_date": (lambda document: document.due_date.replace("-", ""), False),
    "seller": (lambda document: document.seller.name, False),
    "buyer": (lambda document: document.buyer.name, False),
    "buyer_order_ref": (lambda document: document.order_reference, False),
    "currency": (lambda document: document.currency, False),
    "total_net": (lambda document: document.totals.net, True),
    "total_tax": (lambda document: document.totals.tax, True),
    "total_gross": (lambda document: document.totals.gross, True),
    "due_payable": (lambda document: document.totals.payable, True),
}


def used_while_writing(file: str) -> bool:
    """Whether the rules were written with this file in sight: by its name's hash, so that nobody chose."""
    return int(hashlib.sha256(Path(file).name.encode()).hexdigest(), 16) % 2 == 0


def scanned(content: bytes, dots: int = 200) -> bytes:
    """The PDF as a scanner would give it: each page a grey picture of so many dots an inch, and no text."""
    with pypdfium2.PdfDocument(content) as file:
        pages = [page.render(scale=dots / 72, grayscale=True).to_pil() for page in file]
    out = io.BytesIO()
    pages[0].save(out, "PDF", resolution=dots, save_all=True, append_images=pages[1:])
    return out.getvalue()


def _read(path: Path, scan: bool) -> Document:
    content = path.read_bytes()
    try:
        return pdf.read(scanned(content) if scan else content)
    except Unreadable:
        return Document()  # counts as nothing found


def measure(gold: list[dict[str, Any]], root: Path, scan: bool = False) -> dict[str, dict[str, str]]:
    """Exact share by field and lines F1 (quantity and price) of each half, `seen` and `unseen`.

    `scan` reads each file as a scan of it. `gold` holds `file`, the fields and `lines` of `qty` and `price`; an empty gold field is not counted. Where lines say
    `base` (the units that the price is for), prices are compared a unit. Raises OSError for a missing file.
    """
    return {
        name: score([entry for entry in gold if used_while_writing(entry["file"]) is seen], root, scan)
        for name, seen in (("seen", True), ("unseen", False))
    }


def score(gold: list[dict[str, Any]], root: Path, scan: bool) -> dict[str, str]:
    """Exact share by field and lines F1 of the files of `gold`, as in `measure`."""
    return _table(gold, _total(_count(entry, _read(root / entry["file"], scan)) for entry in gold))


def score_layouts(gold: list[dict[str, Any]], root: Path, scan: bool) -> dict[str, str]:
    """As `score`, with a 95 % interval over the layouts that `gold` names in `layout`."""
    layouts: dict[str, _Counts] = {}
    for entry in gold:
        counts = _count(entry, _read(root / entry["file"], scan))
        layouts[entry["layout"]] = layouts.get(entry["layout"], _Counts()) + counts
    table = _table(gold, _total(layouts.values()))
    for name, parts in (
        ("fields exact", [counts.fields for counts in layouts.values()]),
        ("lines F1", [counts.lines for counts in layouts.values()]),
    ):
        low, high = interval(parts)
        table[name] += f" ({low:.3f} to {high:.3f})"
    return table


@dataclass(frozen=True)
class _Counts:
    """What was right of what was asked, by field, and the lines hit, found and wanted."""

    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    hit: int = 0
    found: int = 0
    wanted: int = 0

    def __add__(self, other: "_Counts") -> "_Counts":
        return _Counts(
            self.right + other.right,
            self.asked + other.asked,
            self.hit + other.hit,
            self.found + other.found,
            self.wanted + other.wanted,
        )

    @property
    def fields(self) -> tuple[int, int]:
        return self.right.total(), self.asked.total()

    @property
    def lines(self) -> tuple[int, int]:
        """Numerator and denominator of F1."""
        return 2 * self.hit, self.found + self.wanted


def _total(counts: Iterable[_Counts]) -> _Counts:
    return sum(counts, _Counts())


def _count(entry: dict[str, Any], document: Document) -> _Counts:
    right, asked = Counter[str](), Counter[str]()
    for name, (value, numeric) in _FIELDS.items():
        if entry.get(name):
            asked[name] += 1
            right[name] += _same(value(document), entry[name], numeric)
    by_unit = any("base" in line for line in entry["lines"])
    wanted = Counter(
        (number(line["qty"]), _price(line["price"], line.get("base", "")))
        for line in entry["lines"]
        if line["qty"]
    )
    found = Counter(
        (number(line.quantity), _price(line.price, line.price_base if by_unit else ""))
        for line in document.lines
    )
    return _Counts(right, asked, (wanted & found).total(), found.total(), wanted.total())


def _table(gold: list[dict[str, Any]], counts: _Counts) -> dict[str, str]:
    named = [name for name in _FIELDS if any(name in entry for entry in gold)]
    shares = (("fields exact", counts.fields), ("lines F1", counts.lines))
    return {
        "files": str(len(gold)),
        **{name: f"{counts.right[name]}/{counts.asked[name]}" for name in named},
        **{name: f"{right / max(1, asked):.3f}" for name, (right, asked) in shares},
    }


def _price(price: str, base: str) -> Decimal | None:
    """The price of one unit; `base` is how many units it is for."""
    value, units = number(price), number(base)
    return value / units if value is not None and units else value


def _same(value: str, wanted: str, numeric: bool) -> bool:
    if numeric:
        return number(value) is not None and number(value) == number(wanted)
    return value.split() == wanted.split()
