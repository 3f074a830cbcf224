"""Documents of every format with parts cut out, doubled, moved or overwritten: read or refused, never a crash."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sidecar.documents.extract import extract
from sidecar.documents.xml import Unreadable

from .test_documents import _CII, _PAGE, _UBL, _pdf
from .test_tables import CONFIRMED, GERMAN, ORDRSP, workbook

WHOLE = {
    "UBL": _UBL.encode(),
    "CII": _CII.encode(),
    "EDIFACT": ORDRSP.encode(),
    "a price list": GERMAN.encode("cp1252"),
    "a confirmation as a table": CONFIRMED.encode(),
    "a workbook": workbook([["Item", "Price", "Qty"], ["B-8", 2.5, 3], ["B-9", "1.234,00", -1]]),
    "a PDF with text": _pdf(_PAGE),
}
#: What breaks readers: signs, ends, escapes, numbers that are none, names that are none.
_ODD = st.sampled_from(
    [b"-", b"\0", b"'", b"+", b"?", b"<", b"</", b"&#0;", b">", b"(", b")", b"<<", b"endobj", b"1e999", b"NaN", b"-0", b"99999999999", b"20261340",
     b"\xff", b"\n", b";", b'"', b"%PDF-", b"UNT+", b"0 0 R", b"/Kids"],
) | st.binary(max_size=4)  # fmt: skip
_CHANGE = st.tuples(st.floats(0, 1), st.integers(0, 60), _ODD | st.just(None))


def damaged(content: bytes, changes: list[tuple[float, int, bytes | None]]) -> bytes:
    """At each place (a share of the length) so many bytes are overwritten by others, or stand twice (None)."""
    for share, length, put in changes:
        at = int(share * len(content))
        part = content[at : at + length]
        content = content[:at] + (part + part if put is None else put) + content[at + length :]
    return content


def read_or_refused(content: bytes) -> None:
    """Fails with whatever is raised besides a refusal."""
    try:
        found = extract(content).type
    except Unreadable as error:
        found = str(error)
    assert found


#: Found by the test below: each had ended in another error than a refusal.
FOUND = {
    "a year beyond all": CONFIRMED.replace("2026-12-01", "99999999999-12-01").encode(),
    "a month beyond all": CONFIRMED.replace("2026-12-01", "2026-99999999999-01").encode(),
    "a page without a size": WHOLE["a PDF with text"].replace(b"[0 0 600 800]", b" null        "),
    "a page with half a size": WHOLE["a PDF with text"].replace(b"[0 0 600 800]", b"[0 0]        "),
    "a workbook whose sheet unpacks to nothing": damaged(
        WHOLE["a workbook"], [(at / 40, 3, b"\xff\xff\xff") for at in range(4, 36)]
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_document_is_read(name: str) -> None:
    assert extract(WHOLE[name]).lines


@pytest.mark.parametrize("name", WHOLE)
@given(changes=st.lists(_CHANGE, min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_a_damaged_document_is_read_or_refused_with_a_sentence(
    name: str, changes: list[tuple[float, int, bytes | None]]
) -> None:
    read_or_refused(damaged(WHOLE[name], changes))


@pytest.mark.parametrize("name", FOUND)
def test_damage_that_was_found_is_read_or_refused_with_a_sentence(name: str) -> None:
    read_or_refused(FOUND[name])
