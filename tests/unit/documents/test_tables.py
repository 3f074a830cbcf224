"""Confirmations and price lists as CSV, XLSX and EDIFACT, and the files that mean harm."""

from __future__ import annotations

import hashlib
import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sidecar.app import create_app
from sidecar.config import BUNDLED_MODELS, Config
from sidecar.documents.extract import extract
from sidecar.documents.xml import Unreadable
from sidecar.domain.keys import ApiKey

ORDRSP = (
    "UNA:+.? 'UNB+UNOC:3+1+2+261124:1000+1'UNH+1+ORDRSP:D:96A:UN'BGM+231+OC-77+29'DTM+137:20261124:102'"
    "RFF+ON:P00042'NAD+SU+++Bolt Works?+Co'CUX+2:EUR:9'LIN+1++B-8:SA'IMD+F++:::Bolt M8'QTY+21:40:PCE'"
    "QTY+113:30:PCE'DTM+67:20261201:102'PRI+AAA:2.50'UNS+S'MOA+79:75.00'UNT+14+1'UNZ+1+1'"
)
GERMAN = "Preisliste 2026;;;\nArtikelnr;Bezeichnung;Preis;Währung\nB-8;Schraube M8;2,50;EUR\nB-9;Mutter M8;1.234,00;EUR\nSumme;;;\n"
CONFIRMED = "Order No,Item,Description,Qty,Unit price,Delivery date\nP00042,B-8,Bolt M8,30,2.50,2026-12-01\nP00042,B-9,Nut,5,0.10,2026-12-02\n"


def workbook(rows: list[list[object]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_an_edifact_confirmation_gives_what_was_confirmed_and_not_what_was_ordered() -> None:
    found = extract(ORDRSP.encode())
    assert (found.type, found.number, found.date, found.order_reference) == (
        "order_confirmation",
        "OC-77",
        "2026-11-24",
        "P00042",
    )
    assert (found.seller.name, found.currency, found.totals.lines) == ("Bolt Works+Co", "EUR", "75.00")
    [line] = found.lines
    assert (line.item, line.quantity, line.unit, line.price, line.delivery_date) == (
        "B-8",
        "30",
        "PCE",
        "2.50",
        "2026-12-01",
    )
    assert found.findings == []


def test_a_german_price_list_is_read_with_its_decimal_commas() -> None:
    found = extract(GERMAN.encode("cp1252"))
    assert (found.type, found.currency, found.source) == ("price_list", "EUR", "csv")
    assert [(line.item, line.price) for line in found.lines] == [("B-8", "2.50"), ("B-9", "1234.00")]
    assert found.position["lines[1]"] == "row 4"


def test_a_confirmation_as_a_table_names_its_order_and_dates() -> None:
    found = extract(CONFIRMED.encode())
    assert (found.type, found.order_reference) == ("order_confirmation", "P00042")
    assert [(line.quantity, line.delivery_date) for line in found.lines] == [
        ("30", "2026-12-01"),
        ("5", "2026-12-02"),
    ]


def test_a_workbook_gives_the_same_as_its_csv_and_no_formula_is_computed() -> None:
    rows: list[list[object]] = [
        ["Item", "Price"],
        ["B-8", 2.5],
        ["B-9", "=1/0"],
        ["B-10", '=HYPERLINK("http://x")'],
    ]
    found = extract(workbook(rows))
    assert [(line.item, line.price) for line in found.lines] == [("B-8", "2.5")]
    assert found.position["lines[0]"] == "Sheet!row 2"


BOMB = io.BytesIO()
with zipfile.ZipFile(BOMB, "w", zipfile.ZIP_DEFLATED) as parts:
    parts.writestr("xl/workbook.xml", b"<workbook/>")
    parts.writestr("xl/worksheets/sheet1.xml", b"\x00" * (101 * 1024 * 1024))
REFUSED = {
    "nothing that has columns": (b"hello world\nthis is a letter\n", "names its columns"),
    "binary": (b"\x00\x01\x02" * 100, "binary data"),
    "a zip bomb": (BOMB.getvalue(), "unpacks to"),
    "an archive": (b"PK\x03\x04" + b"\x00" * 50, "archives"),
    "an old or locked Office file": (b"\xd0\xcf\x11\xe0" + b"\x00" * 50, "password"),
    "another EDIFACT message": (ORDRSP.replace("ORDRSP", "DESADV").encode(), "no ORDRSP"),
    "broken EDIFACT": (b"UNB+UNOC:3+1", "syntax is broken"),
    "too many rows": (b"item,price\n" + b"a,1\n" * 20_001, "more than 20000 rows"),
    "a million laughs": (b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><x>&b;</x>', "cannot be read"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_cannot_be_read_is_refused_with_a_sentence(name: str) -> None:
    content, text = REFUSED[name]
    with pytest.raises(Unreadable, match=text):
        extract(content)


@given(st.binary(max_size=2000) | st.text(max_size=2000).map(str.encode))
@settings(max_examples=150)
def test_any_bytes_give_a_document_or_a_refusal(content: bytes) -> None:
    try:
        found = extract(content).source
    except Unreadable as error:
        found = str(error)
    assert found


@pytest.fixture
def client(tmp_path):
    keys = tuple(
        ApiKey(name, hashlib.sha256(name.encode()).hexdigest(), frozenset({scope}))
        for name, scope in (("reader", "documents"), ("scorer", "score"))
    )
    return create_app(
        Config(f"sqlite:///{tmp_path}/s.db", BUNDLED_MODELS, keys, rate_limit=0, log_level="ERROR")
    ).test_client()


def send(client, content: bytes, key: str = "reader"):
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/octet-stream"}
    return client.post("/v1/documents/extract", data=content, headers=headers)


def test_over_http_a_process_of_its_own_reads_the_document(client) -> None:
    body = send(client, ORDRSP.encode()).json
    assert body["document"]["number"] == "OC-77"


def test_over_http_a_refusal_names_the_cause_and_a_wrong_key_gets_nothing(client) -> None:
    refused = send(client, REFUSED["a zip bomb"][0])
    assert (refused.status_code, refused.json["code"]) == (422, "unreadable_document")
    assert "unpacks to" in refused.json["detail"]
    assert send(client, b"").status_code == 400
    assert send(client, ORDRSP.encode(), "scorer").status_code == 403


def test_a_file_that_kills_its_reader_does_not_touch_the_worker(client, monkeypatch) -> None:
    monkeypatch.setattr("sidecar.adapters.document_reader.sys.executable", "/bin/false")
    refused = send(client, ORDRSP.encode())
    assert (refused.status_code, "broke its reader" in refused.json["detail"]) == (422, True)
    assert client.get("/healthz").status_code == 200
