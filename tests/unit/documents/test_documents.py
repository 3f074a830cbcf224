"""Supplier documents: XML, XML in PDF, PDF with text, and what is refused."""

import io
import json

import pytest
from click.testing import CliRunner
from pypdf import PdfReader, PdfWriter

from sidecar.cli import main
from sidecar.documents.evaluate import measure, used_while_writing
from sidecar.documents.extract import extract
from sidecar.documents.notation import Notation
from sidecar.documents.xml import Unreadable

_UBL = """<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<b:ID>INV-7</b:ID><b:IssueDate>2026-03-02</b:IssueDate><b:InvoiceTypeCode>380</b:InvoiceTypeCode>
<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode><a:OrderReference><b:ID>P00042</b:ID></a:OrderReference>
<a:AccountingSupplierParty><a:Party><a:PartyLegalEntity><b:RegistrationName>Bolt Works Ltd</b:RegistrationName>
</a:PartyLegalEntity></a:Party></a:AccountingSupplierParty>
<a:PaymentMeans><a:PayeeFinancialAccount><b:ID>DE89370400440532013000</b:ID></a:PayeeFinancialAccount></a:PaymentMeans>
<a:TaxTotal><b:TaxAmount currencyID="EUR">19.00</b:TaxAmount></a:TaxTotal>
<a:LegalMonetaryTotal><b:LineExtensionAmount>100.00</b:LineExtensionAmount><b:TaxExclusiveAmount>100.00</b:TaxExclusiveAmount>
<b:TaxInclusiveAmount>119.00</b:TaxInclusiveAmount><b:PayableAmount>119.00</b:PayableAmount></a:LegalMonetaryTotal>
<a:InvoiceLine><b:ID>1</b:ID><b:InvoicedQuantity unitCode="C62">40</b:InvoicedQuantity>
<b:LineExtensionAmount>100.00</b:LineExtensionAmount><a:Item><b:Name>Bolt M8</b:Name>
<a:SellersItemIdentification><b:ID>B-8</b:ID></a:SellersItemIdentification></a:Item>
<a:Price><b:PriceAmount>2.50</b:PriceAmount></a:Price></a:InvoiceLine></Invoice>"""

_CII = """<r:CrossIndustryInvoice xmlns:r="urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100">
<ExchangedDocument><ID>R 9</ID><TypeCode>381</TypeCode><IssueDateTime><DateTimeString>20260305</DateTimeString></IssueDateTime>
</ExchangedDocument><SupplyChainTradeTransaction><IncludedSupplyChainTradeLineItem>
<SpecifiedTradeProduct><SellerAssignedID>K1</SellerAssignedID><Name>Cable</Name></SpecifiedTradeProduct>
<SpecifiedLineTradeAgreement><NetPriceProductTradePrice><ChargeAmount>8.00</ChargeAmount><BasisQuantity>100</BasisQuantity>
</NetPriceProductTradePrice></SpecifiedLineTradeAgreement>
<SpecifiedLineTradeDelivery><BilledQuantity unitCode="MTR">250</BilledQuantity></SpecifiedLineTradeDelivery>
<SpecifiedLineTradeSettlement><SpecifiedTradeSettlementLineMonetarySummation><LineTotalAmount>20.00</LineTotalAmount>
</SpecifiedTradeSettlementLineMonetarySummation></SpecifiedLineTradeSettlement></IncludedSupplyChainTradeLineItem>
<ApplicableHeaderTradeAgreement><SellerTradeParty><Name>Kabel AG</Name></SellerTradeParty></ApplicableHeaderTradeAgreement>
<ApplicableHeaderTradeSettlement><InvoiceCurrencyCode>EUR</InvoiceCurrencyCode>
<SpecifiedTradeSettlementHeaderMonetarySummation><TaxBasisTotalAmount>20.00</TaxBasisTotalAmount>
<TaxTotalAmount>3.80</TaxTotalAmount><GrandTotalAmount>23.80</GrandTotalAmount><DuePayableAmount>23.80</DuePayableAmount>
</SpecifiedTradeSettlementHeaderMonetarySummation></ApplicableHeaderTradeSettlement></SupplyChainTradeTransaction>
</r:CrossIndustryInvoice>"""

_PAGE = [
    "Nordic Tools Ltd", "Invoice No: NT-2026-118", "Invoice date: 14 March 2026", "Purchase order no: P00077", "Bill to",
    "Name: Harbour Supplies Inc", "Item Description Quantity Unit price Amount", "HM-10 Hammer 12 pcs 14.50 174.00",
    "SW-2 Saw 3 pcs 21.00 63.00", "Subtotal USD 237.00", "Sales tax 23.70", "Grand total 260.70", "Amount due 260.70",
]  # fmt: skip


def _pdf(rows: list[str]) -> bytes:
    """A page of Helvetica, a row every 20 points."""
    text = "".join(
        f"BT /F 10 Tf 50 {780 - 20 * at} Td ({row}) Tj ET " for at, row in enumerate(rows)
    ).encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(text), text),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for at, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (at, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"xref\n0 6\n0000000000 65535 f \n%strailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return out + tail % (table, len(out))


def test_a_ubl_invoice_gives_its_fields_and_adds_up():
    found = extract(_UBL.encode())
    assert (found.number, found.date, found.order_reference) == ("INV-7", "2026-03-02", "P00042")
    assert (found.seller.name, found.seller.iban) == ("Bolt Works Ltd", "DE89370400440532013000")
    assert (found.lines[0].item, found.lines[0].quantity, found.lines[0].price) == ("B-8", "40", "2.50")
    assert found.position["totals.payable"] == "Invoice/LegalMonetaryTotal/PayableAmount"
    assert found.findings == []


def test_a_cii_credit_note_counts_its_price_by_the_base_quantity():
    found = extract(_CII.encode())
    assert (found.type, found.number, found.date, found.seller.name) == (
        "credit_note",
        "R 9",
        "2026-03-05",
        "Kabel AG",
    )
    assert found.lines[0].price_base == "100"
    assert found.findings == []


def test_a_lines_own_allowance_is_no_difference():
    allowance = "<a:AllowanceCharge><b:ChargeIndicator>false</b:ChargeIndicator><b:Amount>10</b:Amount></a:AllowanceCharge>"
    cheaper = _UBL.replace("<a:Item>", allowance + "<a:Item>").replace(">2.50<", ">2.75<")
    found = extract(cheaper.encode())
    assert found.lines[0].adjustment == "-10"
    assert found.findings == []


def test_sums_that_do_not_add_up_and_a_wrong_iban_are_named():
    wrong = (
        _UBL.replace("119.00</b:TaxInc", "129.00</b:TaxInc")
        .replace("013000", "013001")
        .replace(">2.50<", ">2.05<")
    )
    assert {finding.code for finding in extract(wrong.encode()).findings} == {"gross", "iban", "line_amount"}


def test_amounts_without_a_currency_and_negative_lines_are_named():
    silent = _UBL.replace("<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>", "").replace(
        ' currencyID="EUR"', ""
    )
    assert [(found.field, found.code) for found in extract(silent.encode()).findings] == [
        ("currency", "missing")
    ]
    back = _UBL.replace('"C62">40', '"C62">-40').replace(">2.50<", ">-2.50<")
    named = [(found.field, found.code) for found in extract(back.encode()).findings]
    assert named == [("lines[0].quantity", "negative"), ("lines[0].price", "negative")]
    credit = _CII.replace('"MTR">250', '"MTR">-250').replace(">8.00<", ">-8.00<")
    assert extract(credit.encode()).findings == []


def test_the_xml_inside_a_pdf_goes_before_its_text():
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(_pdf(_PAGE))))
    writer.add_attachment("factur-x.xml", _CII.encode())
    buffer = io.BytesIO()
    writer.write(buffer)
    found = extract(buffer.getvalue())
    assert (found.source, found.number) == ("factur-x", "R 9")


def test_a_pdf_with_text_is_read_by_labels_and_sums():
    found = extract(_pdf(_PAGE))
    assert (found.number, found.date, found.order_reference) == ("NT-2026-118", "2026-03-14", "P00077")
    assert (found.seller.name, found.buyer.name, found.currency) == (
        "Nordic Tools Ltd",
        "Harbour Supplies Inc",
        "USD",
    )
    assert [(line.item, line.quantity, line.price) for line in found.lines] == [
        ("HM-10", "12.0", "14.50"),
        ("SW-2", "3.0", "21.00"),
    ]
    totals = found.totals
    assert (totals.net, totals.tax, totals.gross, totals.payable) == ("237.00", "23.70", "260.70", "260.70")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><Invoice>&a;</Invoice>", "cannot be read"),
        (b"<Order/>", "neither a UBL nor a CII"),
        (b"\xff\xfe", "cannot be read"),
        (b"%PDF-1.4 broken", "cannot be opened"),
        (_pdf([]), "holds no text"),
    ],
)
def test_what_is_no_document_is_refused_with_its_reason(content, why):
    with pytest.raises(Unreadable, match=why):
        extract(content)


@pytest.mark.parametrize(
    ("text", "value"),
    [("1.234,56", "1234.56"), ("1,234.56", "1234.56"), ("-5,0000", "-5.0000"), ("1 234,5", "1234.5")],
)
def test_amounts_are_read_in_both_notations(text, value):
    assert str(Notation().decimal(text)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("05.06.2018", "2018-06-05"),
        ("11. März 2014", "2014-03-11"),
        ("02/28/2026", "2026-02-28"),
        ("31.02.2026", ""),
    ],
)
def test_dates_are_read_as_written(text, value):
    assert Notation().day(text) == value


def test_the_command_writes_an_object_a_file_in_order_and_fails_for_the_unreadable_one(tmp_path):
    (tmp_path / "a.xml").write_text(_UBL)
    (tmp_path / "b.xml").write_text("<x/>")
    (tmp_path / "c.pdf").write_bytes(_pdf(_PAGE))
    files = [str(tmp_path / name) for name in ("a.xml", "b.xml", "c.pdf")]
    ran = CliRunner().invoke(main, ["documents", "extract", *files, "--output", f"{tmp_path}/out.jsonl"])
    entries = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert ran.exit_code == 1
    assert [entry["file"] for entry in entries] == files
    assert [entry.get("number", entry.get("error", "")[:9]) for entry in entries] == [
        "INV-7",
        "<x> is ne",
        "NT-2026-118",
    ]


def test_evaluate_counts_exact_fields_and_lines_and_a_file_without_text_as_nothing_found(tmp_path):
    (tmp_path / "good.pdf").write_bytes(_pdf(_PAGE))
    (tmp_path / "empty.pdf").write_bytes(_pdf([]))
    entry = {
        "invoice_number": "NT-2026-118", "date": "20260314", "seller": "Nordic Tools Ltd", "buyer": "Another Inc",
        "buyer_order_ref": "", "currency": "USD", "total_net": "237.0", "total_gross": "260.70", "due_payable": "260.70",
        "lines": [{"qty": "12", "price": "14.5"}, {"qty": "9", "price": "1"}],
    }  # fmt: skip
    gold = [{**entry, "file": "good.pdf"}, {**entry, "file": "empty.pdf"}]
    (tmp_path / "gold.json").write_text(json.dumps(gold))
    half = measure(gold, tmp_path)["seen" if used_while_writing("good.pdf") else "unseen"]
    both = used_while_writing("good.pdf") is used_while_writing("empty.pdf")
    assert half["fields exact"] == ("0.438" if both else "0.875")
    assert half["buyer_order_ref"] == "0/0"
    ran = CliRunner().invoke(main, ["documents", "evaluate", f"{tmp_path}/gold.json"])
    assert ran.exit_code == 0
    assert "| lines F1 |" in ran.output
