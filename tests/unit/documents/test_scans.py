"""Scans and pictures: recognized words become fields with their certainty, and what cannot be read is refused."""

import io
import struct
import sys
import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader, PdfWriter

from sidecar.documents import tesseract
from sidecar.documents.evaluate import scanned
from sidecar.documents.extract import extract
from sidecar.documents.xml import Unreadable

from .test_documents import _PAGE, _pdf

#: Answers as Tesseract does: the rows of a page, 50 pixels apart and leaning, whatever the picture is. A word with | is cut there.
PROGRAM = """#!{python}
import html, io, sys
from PIL import Image
if "--list-langs" in sys.argv:
    print("List of available languages (3):\\ndeu\\neng\\nosd")
    sys.exit(0)
picture = Image.open(io.BytesIO(sys.stdin.buffer.read()))
lying = picture.width > picture.height
if "0" == sys.argv[sys.argv.index("--psm") + 1]:
    print("Page number: 0\\nRotate:", 90 if lying else 0)
    sys.exit(0)
print("<html xmlns='http://www.w3.org/1999/xhtml'><body>")
for at, row in enumerate({rows!r}):
    top, left = 100 + 50 * at, 100
    print(f"<span class='ocr_line' title='bbox 100 {{top}} 1500 {{top + 30}}; baseline -0.01 -4; x_size 28'>")
    for word in row.replace("|", "| ").split():
        cut, word = word.endswith("|"), word.rstrip("|")
        right = left + 14 * len(word)
        sure, word = (12, "~~") if lying else (61 if "?" in word else 95, word.replace("?", ""))
        print(f"<span class='ocrx_word' title='bbox {{left}} {{top}} {{right}} {{top + 30}}; x_wconf {{sure}}'>{{html.escape(word)}}</span>")
        left = right + (7 if cut else 12)
    print("</span>")
print("</body></html>")
"""


@pytest.fixture
def reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Puts a Tesseract in place that recognizes these rows."""

    def put(rows: list[str], program: str = PROGRAM) -> None:
        path = tmp_path / "tesseract"
        path.write_text(program.format(python=sys.executable, rows=rows))
        path.chmod(0o755)
        monkeypatch.setenv("GATEHOUSE_TESSERACT", str(path))

    return put


def picture(kind: str = "PNG", size: tuple[int, int] = (1654, 2339), **options) -> bytes:
    out = io.BytesIO()
    Image.new("L", size, 255).save(out, kind, **options)
    return out.getvalue()


def test_a_scan_gives_its_fields_and_a_doubtful_word_makes_its_field_doubtful(reads) -> None:
    reads([row.replace("NT-2026-118", "NT-2026-118?") for row in _PAGE])
    found = extract(scanned(_pdf(_PAGE), dots=72))
    assert (found.source, found.number, found.date) == ("ocr", "NT-2026-118", "2026-03-14")
    assert [(line.item, line.quantity, line.price) for line in found.lines] == [
        ("HM-10", "12.0", "14.50"),
        ("SW-2", "3.0", "21.00"),
    ]
    assert found.totals.payable == "260.70"
    assert (found.confidence["number"], found.confidence["date"]) == (0.549, 0.855)
    assert found.position["number"] == "page 1: Invoice No: NT-2026-118"
    assert found.position["lines[1]"] == "page 1: SW-2 Saw 3 pcs 21.00 63.00"
    assert found.confidence["lines[1]"] == 0.855


def test_a_number_that_recognition_cuts_behind_a_1_is_whole_and_as_sure_as_its_weaker_half(reads) -> None:
    cut = {"NT-2026-118": "NT-2026-1|1|8?", "14 March": "1|4 March", "Hammer 12 pcs": "Hammer 1|2 pcs"}
    reads([_replaced(row, cut) for row in _PAGE])
    found = extract(picture())
    assert (found.number, found.confidence["number"], found.date) == ("NT-2026-118", 0.549, "2026-03-14")
    assert found.lines[0].quantity == "12.0"


def test_a_blank_behind_a_1_and_a_narrow_gap_elsewhere_part_words(reads) -> None:
    reads([_replaced(row, {"NT-2026-118": "NT-2026-1 18"}) for row in _PAGE])
    assert extract(picture()).position["number"] == "page 1: Invoice No: NT-2026-1 18"
    reads([_replaced(row, {"NT-2026-118": "NT-20|26-118"}) for row in _PAGE])
    assert extract(picture()).position["number"] == "page 1: Invoice No: NT-20 26-118"


def _replaced(row: str, by: dict[str, str]) -> str:
    for text, other in by.items():
        row = row.replace(text, other)
    return row


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_an_image_file_is_read_whatever_it_is_called(reads, kind: str) -> None:
    reads(_PAGE)
    assert extract(picture(kind)).number == "NT-2026-118"


def test_a_picture_that_lies_on_its_side_is_turned(reads) -> None:
    reads(_PAGE)
    assert extract(picture(size=(2339, 1654))).number == "NT-2026-118"


def test_every_page_of_a_tiff_is_read(reads) -> None:
    reads(_PAGE)
    more = [Image.new("L", (1654, 2339), 255)] * 2
    found = extract(picture("TIFF", save_all=True, append_images=more))
    assert {entry["page"] for entry in found.candidates} == {1, 2, 3}
    with pytest.raises(Unreadable, match="has 11 pages"):
        extract(picture("TIFF", (100, 100), save_all=True, append_images=[Image.new("L", (100, 100))] * 10))


def test_a_pdf_whose_fonts_name_no_letters_is_recognized(reads) -> None:
    reads(_PAGE)
    of_two_bytes = (
        b"/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2/BaseFont/X"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor<</Type/FontDescriptor/FontName/X/Flags 4>>>>]>>"
    )
    nameless = _pdf(_PAGE).replace(b"/Subtype/Type1/BaseFont/Helvetica>>", of_two_bytes)
    found = extract(nameless)
    assert (found.source, found.number) == ("ocr", "NT-2026-118")


def test_without_tesseract_the_answer_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_TESSERACT", "/nowhere/tesseract")
    for content in (scanned(_pdf(_PAGE), dots=72), picture()):
        with pytest.raises(Unreadable, match="install tesseract-ocr"):
            extract(content)


def test_a_scan_behind_a_page_of_text_is_named_when_it_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_TESSERACT", "/nowhere/tesseract")
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(_pdf(_PAGE))))
    writer.append(PdfReader(io.BytesIO(scanned(_pdf(_PAGE), dots=72))))
    out = io.BytesIO()
    writer.write(out)
    found = extract(out.getvalue())
    assert (found.source, found.number) == ("pdf-text", "NT-2026-118")
    assert [(entry.code, entry.text[:9]) for entry in found.findings] == [("scan", "page 2 is")]


def _header(width: int, height: int) -> bytes:
    """A PNG that says it has so many pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (picture("JPEG")[:300], "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "broken"),
        (b"II*\x00" + b"\xff" * 60, "broken"),
        (_header(60_000, 60_000), "60000 x 60000 pixels|broken"),
        (picture(size=(20_000, 4_000)), "20000 x 4000 pixels"),
    ],
)
def test_broken_and_huge_pictures_are_refused(reads, content: bytes, why: str) -> None:
    reads(_PAGE)
    with pytest.raises(Unreadable, match=why):
        extract(content)


def test_a_blank_page_holds_no_text(reads) -> None:
    reads([])
    with pytest.raises(Unreadable, match="no text can be recognized"):
        extract(picture())
    with pytest.raises(Unreadable, match="no text that can be recognized"):
        extract(scanned(_pdf([]), dots=72))


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("import time; time.sleep(60)", "took longer"),
        ("print('bad data file', file=sys.stderr); sys.exit(1)", "ended with 1: bad data file"),
        ("print('<html><body>')", "answer cannot be read"),
        ("bytearray(3 << 30)", "ended with 1: MemoryError"),
    ],
)
def test_a_tesseract_that_fails_or_hangs_is_an_answer_and_no_crash(
    reads, monkeypatch, program: str, why: str
) -> None:
    listed = "if '--list-langs' in sys.argv:\n    print('eng')\n    sys.exit(0)\n"
    reads([], "#!{python}\nimport sys\n" + listed + program + "\n")
    found = tesseract.find()
    monkeypatch.setattr(tesseract, "SECONDS", 1.0)
    monkeypatch.setattr("sidecar.documents.tesseract.find", lambda: found)
    with pytest.raises(Unreadable, match=why):
        extract(picture(size=(1400, 1400)))


@settings(max_examples=60)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"II*\x00", b"MM\x00*"]),
)
def test_whatever_follows_an_images_mark_is_an_answer(content: bytes, mark: bytes) -> None:
    with pytest.raises(Unreadable):
        extract(mark + content)
