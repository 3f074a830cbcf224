"""A vendor's template: two documents of one layout, tables by their headings, and templates over HTTP."""

from __future__ import annotations

import base64
import hashlib

import pytest

from sidecar.app import create_app
from sidecar.config import BUNDLED_MODELS, ApiKey, Config
from sidecar.documents.extract import extract
from stack.demo.papers import Piece, invoice, pdf

LINES = [("B-8", "Bolt", 40.0, 2.5)]


def paper(sign: str, stand: str, vendor: str = "Papers Nine") -> bytes:
    """A vendor that calls its number "Our sign", and puts the date under "As of"."""
    head = [("Our sign", sign), ("As of", ""), ("", stand)]
    return invoice(vendor, "CUST-4711", "P00042", LINES, head)


def template(**fields: str) -> dict[str, object]:
    """What Odoo makes of a person's corrections on the first document."""
    found = extract(paper("S/1", "20.11.2026")).candidates
    anchors = {
        name: next(
            {key: entry[key] for key in entry if key != "value"}
            for entry in found
            if entry["value"] == value and (entry["left"] or entry["above"])
        )
        for name, value in fields.items()
    }
    return {"id": 7, "marks": ["PAPERSNINE"], "anchors": anchors}


def test_the_next_document_of_a_layout_has_the_corrected_fields_right() -> None:
    assert extract(paper("S/1", "20.11.2026")).number == "CUST-4711"
    known = template(number="S/1", due_date="2026-11-20")
    found = extract(paper("S/2026/99", "21.12.2026"), [known])
    assert (found.number, found.due_date, found.template) == ("S/2026/99", "2026-12-21", 7)
    assert found.confidence["number"] == 0.97
    assert "our sign" in found.position["number"]
    assert (found.date, found.order_reference) == ("2026-11-24", "P00042")


def test_another_vendors_document_is_read_without_it() -> None:
    found = extract(paper("S/3", "20.11.2026", "Somebody Else"), [template(number="S/1")])
    assert (found.number, found.template) == ("CUST-4711", None)


def test_an_anchor_whose_label_is_gone_leads_nowhere() -> None:
    plain = invoice("Papers Nine", "R-5", "P00042", LINES)
    assert extract(plain, [template(number="S/1")]).number == "R-5"


def test_an_anchor_of_a_field_that_is_none_is_left_alone() -> None:
    known = template(number="S/1")
    known["anchors"] = {"lines": {"kind": "text"}, "date": {"kind": "amount", "left": "subtotal eur"}}
    assert extract(paper("S/4", "20.11.2026"), [known]).date == "2026-11-24"


def table(heads: list[tuple[float, str]], rows: list[list[tuple[float, str]]], *more: Piece) -> bytes:
    pieces: list[Piece] = [(60, 60, 14, "Papers Nine"), (60, 90, 10, "Invoice No: R-1"), *more]
    for at, cells in enumerate([heads, *rows]):
        pieces += [(x, 150 + 16 * at, 10, text) for x, text in cells]
    return pdf(pieces)


def test_the_headings_say_which_number_is_the_quantity() -> None:
    heads = [(60, "Description"), (250, "Unit price"), (340, "Quantity"), (430, "Net amount")]
    rows = [
        [(60, "Night at the hotel"), (250, "158.88"), (340, "1.00"), (430, "158.88")],
        [(60, "Sample, free"), (250, "0.00"), (340, "5.00"), (430, "0.00")],
        [(300, "Subtotal"), (430, "158.88")],
    ]
    found = extract(table(heads, rows))
    assert [(line.quantity, line.price) for line in found.lines] == [("1.00", "158.88"), ("5.00", "0.00")]


@pytest.mark.parametrize(
    "heads",
    [
        ("Bezeichnung", "Menge", "Einzelpreis", "Betrag"),
        ("Désignation", "Quantité", "Prix", "Montant"),
        ("Descripción", "Cantidad", "Precio", "Importe"),
        ("Descrizione", "Quantità", "Prezzo", "Importo"),
        ("Omschrijving", "Aantal", "Prijs", "Bedrag"),
    ],
)
def test_tables_are_read_in_six_languages_with_descriptions_that_go_on(heads: tuple[str, ...]) -> None:
    at = (60.0, 250.0, 340.0, 430.0)
    rows = [
        [(60.0, "B-8 Bolt of steel"), (250.0, "3"), (340.0, "1,50"), (430.0, "4,50")],
        [(60.0, "hot-dip galvanised")],
        [(60.0, "B-9 Nut"), (250.0, "10"), (340.0, "0,25"), (430.0, "2,50")],
    ]
    found = extract(table(list(zip(at, heads, strict=True)), rows))
    assert [(line.item, line.quantity, line.price, line.amount) for line in found.lines] == [
        ("B-8", "3.0", "1.50", "4.50"),
        ("B-9", "10.0", "0.25", "2.50"),
    ]
    assert found.lines[0].description == "Bolt of steel hot-dip galvanised"


def test_rows_of_sums_beneath_a_table_are_no_lines() -> None:
    heads = [(60, "Item"), (250, "Qty"), (340, "VAT % Net value"), (200, "Price")]
    rows = [
        [(60, "B-8"), (250, "2"), (200, "3.00"), (345, "19"), (375, "6.00")],
        [(60, "Discount"), (250, "6.00"), (200, "-0.03"), (375, "-0.18")],
        [(60, "VAT"), (250, "5.82"), (345, "19"), (375, "1.11")],
    ]
    assert [line.item for line in extract(table(heads, rows)).lines] == ["B-8"]


@pytest.fixture
def client(tmp_path):
    key = ApiKey("reader", hashlib.sha256(b"reader").hexdigest(), frozenset({"documents"}))
    config = Config(f"sqlite:///{tmp_path}/s.db", BUNDLED_MODELS, (key,), rate_limit=0, log_level="ERROR")
    return create_app(config).test_client()


def send(client, body: object):
    headers = {"Authorization": "Bearer reader"}
    return client.post("/v1/documents/extract", json=body, headers=headers)


def test_over_http_templates_go_along_with_the_file(client) -> None:
    body = {
        "content": base64.b64encode(paper("S/8", "20.11.2026")).decode(),
        "templates": [template(number="S/1")],
    }
    found = send(client, body).json["document"]
    assert (found["number"], found["template"]) == ("S/8", 7)
    assert {"kind", "value", "left", "above", "page", "row", "column"} <= found["candidates"][0].keys()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"content": "%%"}, "content"),
        ({"templates": []}, "content"),
        (
            {"content": "QQ==", "templates": [{"id": 1, "marks": [], "anchors": {"number": {"kind": "x"}}}]},
            "kind",
        ),
        ({"content": "QQ==", "templates": [{"id": 1, "marks": ["x"] * 99, "anchors": {}}]}, "marks"),
        ({"content": "QQ==", "more": 1}, "more"),
    ],
)
def test_over_http_a_wrong_envelope_names_its_field(client, body: dict[str, object], field: str) -> None:
    refused = send(client, body)
    assert refused.status_code == 422
    assert field in str(refused.json["errors"])
