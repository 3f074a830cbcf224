"""Files that mean harm: each ends with a sentence, from the process that reads it."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest
from pypdf import PdfWriter

from sidecar.adapters.document_reader import Refused, read_document

from .test_tables import workbook

_PAGES = (b"<</Type/Pages/Kids[3 0 R]/Count 1>>",)
_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"


def pdf(*objects: bytes) -> bytes:
    """A PDF of numbered objects, the first its catalogue."""
    out, places = b"%PDF-1.4\n", []
    for at, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (at, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return out + tail % (len(objects) + 1, table, len(objects) + 1, len(out))


def stream(content: bytes, head: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (head, len(content), content)


def locked() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(99, 99)
    writer.encrypt("a password")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def laughing_workbook() -> bytes:
    """A workbook whose sheet declares entities."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["Item", "Price"], ["B-1", 2.5]]))) as parts,
        zipfile.ZipFile(out, "w") as changed,
    ):
        for name in parts.namelist():
            content = parts.read(name)
            if name.endswith("sheet1.xml"):
                content = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>' + content
            changed.writestr(name, content)
    return out.getvalue()


_BOMB = zlib.compress(zlib.compress(b"\0" * (1 << 28), 9), 9)
_FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>"
_FILE = b"<</Type/Filespec/F(factur-x.xml)/EF<</F 5 0 R>>>>"
_WITH_FILE = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(factur-x.xml) 6 0 R]>>>>>>"
HARM = {
    "pages that hold themselves": (pdf(_CATALOG, b"<</Type/Pages/Kids[2 0 R]/Count 1>>"), "holds no text"),
    "a drawing that draws itself": (pdf(_CATALOG, *_PAGES, _PAGE, stream(b"/X Do"), stream(b"/X Do", _FORM)), "^the PDF holds no text$"),
    "a length that is its own": (pdf(_CATALOG, *_PAGES, _PAGE, b"<</Length 4 0 R>>stream\nBT ET\nendstream", b"<<>>"), "cannot be read"),
    "an attachment that unpacks without end": (
        pdf(_WITH_FILE, *_PAGES, _PAGE, stream(b"BT ET"), stream(_BOMB, b"/Filter[/FlateDecode/FlateDecode]"), _FILE), "cannot be opened",
    ),
    "a password": (locked(), "without a password"),
    "entities in a workbook": (laughing_workbook(), "workbook cannot be read"),
    "entities in XML": (b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><Invoice>&b;</Invoice>', "XML cannot be read"),
    "a file of the machine in XML": (b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Invoice>&a;</Invoice>', "XML cannot be read"),
    "XML without an end": (b"<Invoice>" + b"<a>" * 100_000, "XML cannot be read"),
    "a cell without an end": (b'item;price\n"' + b"a" * 1_000_000, "CSV cannot be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", HARM)
def test_a_harmful_file_is_refused_with_one_sentence(name: str) -> None:
    content, why = HARM[name]
    with pytest.raises(Refused, match=why) as refused:
        read_document(content)
    assert "\n" not in str(refused.value)


def test_a_formula_is_never_a_value_of_a_workbook() -> None:
    content = workbook([["Item", "Price"], ["=1+1", 5], ["B-1", "=2*2"], ["B-2", 2.5]])
    assert [line["item"] for line in read_document(content)["lines"]] == ["B-2"]
