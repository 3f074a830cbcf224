"""Measures the readers of PDF text and of scans against gold fields; the XML inside the PDFs is not looked at."""

import hashlib
import io
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2

from sidecar.documents import pdf
from sidecar.documents.document import Document, number
from sidecar.documents.xml import Unreadable

#: Field of the gold file, our value, and whether it is compared as a number.
_FIELDS: dict[str, tuple[Callable[[Document], str], bool]] = {
    "invoice_number": (lambda document: document.number, False),
    "date": (lambda document: document.date.replace("-", ""), False),
    "seller": (lambda document: document.seller.name, False),
    "buyer": (lambda document: document.buyer.name, False),
    "buyer_order_ref": (lambda document: document.order_reference, False),
    "currency": (lambda document: document.currency, False),
    "total_net": (lambda document: document.totals.net, True),
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

    `scan` reads each file as a scan of it. `gold` holds `file`, the fields and `lines` of `qty` and `price`; an empty gold field is not counted. Raises OSError
    for a missing file.
    """
    return {
        name: score([entry for entry in gold if used_while_writing(entry["file"]) is seen], root, scan)
        for name, seen in (("seen", True), ("unseen", False))
    }


def score(gold: list[dict[str, Any]], root: Path, scan: bool) -> dict[str, str]:
    """Exact share by field and lines F1 of the files of `gold`, as in `measure`."""
    right, asked = Counter[str](), Counter[str]()
    hit = found = wanted = 0
    for entry in gold:
        document = _read(root / entry["file"], scan)
        for name, (value, numeric) in _FIELDS.items():
            if entry[name]:
                asked[name] += 1
                right[name] += _same(value(document), entry[name], numeric)
        gold_lines = Counter(
            (number(line["qty"]), number(line["price"])) for line in entry["lines"] if line["qty"]
        )
        lines = Counter((number(line.quantity), number(line.price)) for line in document.lines)
        hit, found, wanted = (
            hit + (gold_lines & lines).total(),
            found + lines.total(),
            wanted + gold_lines.total(),
        )
    table = {name: f"{right[name]}/{asked[name]}" for name in _FIELDS}
    table["fields exact"] = f"{right.total() / max(1, asked.total()):.3f}"
    table["lines F1"] = f"{2 * hit / max(1, found + wanted):.3f}"
    return {"files": str(len(gold)), **table}


def _same(value: str, wanted: str, numeric: bool) -> bool:
    if numeric:
        return number(value) is not None and number(value) == number(wanted)
    return value.split() == wanted.split()
