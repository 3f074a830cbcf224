"""One file in, one document out, whatever its format."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sidecar.documents import cii, edifact, pdf, scan, tables, ubl
from sidecar.documents.checks import check
from sidecar.documents.document import Document
from sidecar.documents.xml import Unreadable, parse

MOST_BYTES = 20 * 1024 * 1024


def extract(content: bytes, templates: Sequence[dict[str, Any]] = ()) -> Document:
    """The document of a file's content. Raises Unreadable with the reason and what to do.

    templates: of vendors, `{"id", "marks", "anchors"}`; followed where the text is read and has a vendor's marks.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(f"the file has {len(content)} bytes; at most {MOST_BYTES} are read")
    document = _read(content, templates)
    document.findings += check(document)
    return document


def _read(content: bytes, templates: Sequence[dict[str, Any]]) -> Document:
    """By what the bytes begin with; a name or a declared type is never believed."""
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:5]
    if start == b"%PDF-":
        return _pdf(content, templates)
    if scan.is_image(content):
        return pdf.read_image(content, templates)
    if start[:1] == b"<":
        return _xml(content)
    if edifact.is_edifact(content):
        return edifact.read(content)
    if tables.is_workbook(content):
        return tables.read_workbook(content)
    if content[:4] in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            "archives, old Office files and documents with a password are not read; send PDF, XML, CSV, XLSX or a picture"
        )
    return tables.read_csv(content)


def extract_file(path: Path) -> Document:
    """As `extract`, from a file. Raises OSError besides."""
    return extract(path.read_bytes())


def _xml(content: bytes) -> Document:
    root = parse(content)
    if root.tag in cii.ROOTS:
        return cii.read(root)
    if root.tag in ubl.ROOTS:
        return ubl.read(root)
    raise Unreadable(f"<{root.tag}> is neither a UBL nor a CII document; export it as one of them or as PDF")


def _pdf(content: bytes, templates: Sequence[dict[str, Any]]) -> Document:
    """The embedded XML of Factur-X or ZUGFeRD where there is one, else the text."""
    for name, attached in pdf.attachments(content):
        if name.lower().endswith(".xml"):
            try:
                document = _xml(attached)
            except Unreadable:
                continue  # an attachment that is no invoice; the page itself is still there
            document.source = "factur-x"
            return document
    return pdf.read(content, templates)
