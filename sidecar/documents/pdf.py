"""PDF: the files embedded in it, and its pages as rows of words, those that are scans by text recognition."""

import io
from collections.abc import Sequence
from typing import Any

from pypdf import PdfReader

from sidecar.documents import scan, tesseract, text
from sidecar.documents.document import Document, Finding
from sidecar.documents.rows import read_rows
from sidecar.documents.xml import Unreadable


def attachments(content: bytes) -> list[tuple[str, bytes]]:
    """(name, content) of the embedded files. Raises Unreadable for a broken or locked PDF."""
    try:
        reader = PdfReader(io.BytesIO(content))
        return [(name, file) for name, files in reader.attachments.items() for file in files]
    except Exception as error:  # pypdf fails in its own ways at what a damaged file says of itself
        raise Unreadable(f"the PDF cannot be opened: {error}; ask for one without a password") from error


def read(content: bytes, templates: Sequence[dict[str, Any]] = ()) -> Document:
    """The document of the PDF's pages, by the vendor's template where there is one.

    Of a PDF whose pages are partly scans, pages that cannot be recognized are named in `findings`. Raises Unreadable when
    nothing can be read or it is too long.
    """
    try:
        rows, pictures = read_rows(content)
    except Unreadable:
        raise
    except Exception as error:  # and so does pdfplumber
        raise Unreadable(f"the PDF's pages cannot be read: {error}; print it to PDF again") from error
    missed: list[Finding] = []
    recognized = False
    if pictures:
        try:
            rows += scan.read_pages(content, pictures, tesseract.find())
            recognized = True
        except Unreadable as error:
            if not rows:
                raise
            numbers = ", ".join(map(str, pictures))
            missed.append(Finding("pages", "scan", f"page {numbers} is a picture and was not read: {error}"))
    if not rows:
        raise Unreadable("the PDF holds no text" + (" that can be recognized" if pictures else ""))
    document = text.read(
        sorted(rows, key=lambda row: row.page), "ocr" if recognized else "pdf-text", templates
    )
    document.findings = missed
    return document


def read_image(content: bytes, templates: Sequence[dict[str, Any]] = ()) -> Document:
    """The document of a picture. Raises Unreadable."""
    rows = scan.read_image(content, tesseract.find())
    if not rows:
        raise Unreadable("no text can be recognized in the picture; it is empty, too small or too blurred")
    return text.read(rows, "ocr", templates)
