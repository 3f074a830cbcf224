"""One file in, one document out, whatever its format."""

from pathlib import Path

from sidecar.documents import cii, pdf, ubl
from sidecar.documents.checks import check
from sidecar.documents.document import Document
from sidecar.documents.xml import Unreadable, parse

MOST_BYTES = 20 * 1024 * 1024


def extract(content: bytes) -> Document:
    """The document of a file's content. Raises Unreadable with the reason and what to do."""
    if len(content) > MOST_BYTES:
        raise Unreadable(f"the file has {len(content)} bytes; at most {MOST_BYTES} are read")
    document = _pdf(content) if content.lstrip()[:5] == b"%PDF-" else _xml(content)
    document.findings = check(document)
    return document


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


def _pdf(content: bytes) -> Document:
    """The embedded XML of Factur-X or ZUGFeRD where there is one, else the text."""
    for name, attached in pdf.attachments(content):
        if name.lower().endswith(".xml"):
            try:
                document = _xml(attached)
            except Unreadable:
                continue  # an attachment that is no invoice; the page itself is still there
            document.source = "factur-x"
            return document
    return pdf.read(content)
