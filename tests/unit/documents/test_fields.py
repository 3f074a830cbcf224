"""Numbers, dates, parties and sums of pages with text, by rule."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sidecar.documents.notation import Notation

from .layout import Cell, read


def head(*lines: tuple[Cell, ...] | str) -> tuple[str, str, str, str]:
    found = read(*lines)
    return found.number, found.order_reference, found.date, found.due_date


@pytest.mark.parametrize(
    ("text", "point", "value"),
    [
        ("2,000", ",", "2.000"), ("1.000", ",", "1000.0"), ("2.000", ".", "2.000"), ("1,000", "", "1000.0"), ("0,125", "", "0.125"),
        ("1'234.50", ".", "1234.50"), ("1 234,56", ",", "1234.56"), ("5,00-", ",", "-5.00"), ("−5,00", ",", "-5.00"),
    ],
)  # fmt: skip
def test_a_number_is_read_as_its_document_writes_numbers(text: str, point: str, value: str) -> None:
    assert str(Notation(point).decimal(text)) == value


@pytest.mark.parametrize(
    ("text", "notation"),
    [
        ("12,50 und 1.200,00", Notation(",")),
        ("03/04/2026 12.50 $", Notation(".", month_first=True)),
        ("03/04/2026 £12.50", Notation(".")),
        ("$ 12.50 on 25/04/2026", Notation(".")),
        ("€ 12,50 on 04/25/2026", Notation(",", month_first=True)),
    ],
)
def test_a_document_tells_how_it_writes(text: str, notation: Notation) -> None:
    assert Notation.of(text) == notation


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 de marzo de 2026", "2026-03-12"), ("1er août 2026", "2026-08-01"), ("Mar 5th, 2026", "2026-03-05"), ("12 giugno 2026", "2026-06-12"),
        ("7 maart 2026", "2026-03-07"), ("20.11.26", "2026-11-20"), ("2026/11/20", "2026-11-20"), ("08.30 - 12.30", ""),
        ("11\u2212Apr\u22122026", "2026-04-11"), ("5-May-26", "2026-05-05"),
    ],
)  # fmt: skip
def test_dates_in_six_languages(text: str, day: str) -> None:
    assert read(f"Invoice date {text}").date == day


@pytest.mark.parametrize(
    ("label", "order", "date", "due"),
    [
        ("Rechnungsnummer", "Ihre Bestellung", "Rechnungsdatum", "Zahlbar bis"),
        ("Invoice no.", "Your order", "Date of issue", "Payment due"),
        ("N° de facture", "N° de commande", "Date d'émission", "Échéance"),
        ("Número de factura", "Su pedido", "Fecha de emisión", "Vencimiento"),
        ("Fattura n.", "Vs. ordine", "Data documento", "Scadenza"),
        ("Factuurnummer", "Uw bestelling", "Factuurdatum", "Vervaldatum"),
    ],
)
@pytest.mark.parametrize("way", ["beside", "above", "flush right beneath"])
def test_values_stand_beside_or_under_their_labels(
    label: str, order: str, date: str, due: str, way: str
) -> None:
    pairs = [(label, "A-17/26"), (order, "P00042"), (date, "24.11.2026"), (due, "24.12.2026")]
    if way == "beside":
        rows = [((50.0, name), (250.0, value)) for name, value in pairs]
    elif way == "above":
        rows = [tuple((50 + 130.0 * at, pair[half]) for at, pair in enumerate(pairs)) for half in (0, 1)]
    else:
        rows = [((50.0, name),) if at else ((-400.0, value),) for name, value in pairs for at in (1, 0)]
    assert head(*rows) == ("A-17/26", "P00042", "2026-11-24", "2026-12-24")


def test_a_number_in_a_sentence_goes_before_one_of_an_order_in_the_text() -> None:
    assert (
        head("Handelsrechnung (380) Nr. 471102 vom 05.06.2018", "Rechnung gemäß Bestellung Nr. 99-1")[0]
        == "471102"
    )


TABLE: tuple[tuple[Cell, ...], ...] = (
    ((50, "Bezeichnung"), (250, "Menge"), (340, "Preis"), (450, "Betrag")),
    ((50, "Rohr"), (250, "10"), (340, "30,00"), (450, "300,00")),
)


def sums(*lines: tuple[Cell, ...] | str) -> tuple[str, str, str, str]:
    found = read(*TABLE, *lines).totals
    return found.net, found.tax, found.gross, found.payable


def test_several_taxes_make_the_sum_and_what_they_are_taken_of_is_none() -> None:
    assert sums(
        ((50, "Zwischensumme"), (-500, "300,00")),
        ((50, "MwSt. 7 % auf 100,00"), (-500, "7,00")),
        ((50, "MwSt. 19 % auf 200,00"), (-500, "38,00")),
        ((50, "Gesamt"), (-500, "345,00")),
    ) == ("300.00", "45.00", "345.00", "345.00")


def test_what_was_paid_before_is_not_payable() -> None:
    rows = (
        ((50.0, "Nettobetrag"), (-500.0, "300,00")),
        ((50.0, "USt. 19 %"), (-500.0, "57,00")),
        ((50.0, "Bruttobetrag"), (-500.0, "357,00")),
        ((50.0, "Anzahlung"), (-500.0, "-57,00")),
    )
    assert sums(*rows)[3] == "300.00"
    assert sums(*rows, ((50, "Noch zu zahlen"), (-500, "300,00")))[3] == "300.00"


def test_sums_under_headings_in_a_row_are_told_apart_by_them() -> None:
    assert sums(
        ((50, "Fracht"), (150, "Nettobetrag"), (260, "MwSt."), (350, "Endbetrag")),
        ((-110, "4,00"), (-220, "304,00"), (-310, "57,76"), (-400, "361,76")),
    ) == ("304.00", "57.76", "361.76", "361.76")


def test_the_net_sum_is_the_one_after_charges_and_not_that_of_the_lines() -> None:
    assert sums(
        ((50, "Positionssumme"), (-500, "300,00")),
        ((50, "Abschläge"), (-500, "-10,00")),
        ((50, "Rechnungssumme ohne USt."), (-500, "290,00")),
        ((50, "Steuerbetrag"), (-500, "55,10")),
        ((50, "Bruttosumme"), (-500, "345,10")),
    ) == ("290.00", "55.10", "345.10", "345.10")


def test_sums_without_a_label_anybody_knows_are_found_by_a_rate_of_tax() -> None:
    assert sums(((50, "Razem"), (-500, "300,00")), ((50, "23"), (-500, "69,00")), ((50, "Ogółem"), (-500, "369,00"))) == (
        "300.00", "69.00", "369.00", "369.00",
    )  # fmt: skip


def parties(*lines: tuple[Cell, ...] | str) -> tuple[str, str]:
    found = read(*lines)
    return found.seller.name, found.buyer.name


ADDRESS = ("Hafenstraße 12", "20457 Hamburg")


def test_a_label_names_a_party_without_a_legal_form() -> None:
    assert parties(
        ((50, "Supplier"), (300, "Bill to")),
        ((50, "Kastor Industries"), (300, "Greyfield Partners")),
        ((50, "12 Dock Road"), (300, "88 High Street")),
    ) == ("Kastor Industries", "Greyfield Partners")


def test_a_name_behind_a_label_goes_on_where_its_legal_form_stands() -> None:
    assert parties(((50, "Verkäufer: Kastor"), (300, "Käufer: Tellmann &")), ((50, "AG"), (300, "Söhne GmbH"))) == (
        "Kastor AG", "Tellmann & Söhne GmbH",
    )  # fmt: skip


def test_names_in_fields_under_a_label_are_read_past_numbers() -> None:
    assert parties(
        "Verkäufer", ((50, "Nummer:"), (200, "549910")), ((50, "Name:"), (200, "Lieferant GmbH")), "", "", "Käufer/Leistungsempfänger",
        ((50, "Nummer:"), (200, "GE2020")), ((50, "Name:"), (200, "Kunden AG Mitte")),
    ) == ("Lieferant GmbH", "Kunden AG Mitte")  # fmt: skip


def test_a_letters_window_has_the_receiver_and_the_line_above_it_the_sender() -> None:
    assert parties("", "", "Nordkai Werkzeuge · Hafenstraße 12 · 20457 Hamburg", "", "Herrn", "Max Muster", *ADDRESS) == (
        "Nordkai Werkzeuge", "Max Muster",
    )  # fmt: skip


def test_a_person_to_ask_for_is_no_part_of_the_buyers_name() -> None:
    assert (
        parties("Nordkai Werkzeuge AG", "", "", "", "Bakker B.V.", "Anna Bergmann", *ADDRESS)[1]
        == "Bakker B.V."
    )


def test_a_letterhead_in_capitals_is_written_as_elsewhere() -> None:
    found = parties(
        "NORDKAI WERKZEUGE", "", "", "", "Bakker B.V.", *ADDRESS, "", "", "Nordkai Werkzeuge GmbH, Kiel"
    )
    assert found == ("Nordkai Werkzeuge GmbH", "Bakker B.V.")


def test_an_item_that_looks_like_a_town_is_no_address() -> None:
    found = parties(
        "Kastor Ltd", "", "", "Bakker B.V.", *ADDRESS, *TABLE, ((50, "Rohr 9312"), (250, "1"), (340, "5,00"), (450, "5,00")),
        ((50, "A-1841 Cleaning wipes"), (250, "1"), (340, "5,00"), (450, "5,00")),
    )  # fmt: skip
    assert found == ("Kastor Ltd", "Bakker B.V.")


@pytest.mark.parametrize(
    "title",
    [
        "Gutschrift",
        "CREDIT NOTE",
        "Avoir",
        "Factura rectificativa",
        "Nota di credito",
        "Creditnota",
        "Credit memo",
    ],
)
def test_a_credit_note_is_told_by_its_title(title: str) -> None:
    assert read(f"{title} 4711").type == "credit_note"
    assert read("Invoice 4711", "We credit your account").type == "invoice"


def test_sums_with_labels_of_their_own_do_not_take_the_headings_of_the_taxes_above() -> None:
    assert sums(
        ((50, "Satz"), (150, "Netto"), (250, "MwSt.")),
        ((-80, "19 %"), (-190, "200,00"), (-290, "38,00")),
        ((-80, "7 %"), (-190, "100,00"), (-290, "7,00")),
        ((50, "Zwischensumme"), (-290, "300,00")),
        ((50, "19 % USt. auf 200,00"), (-290, "38,00")),
        ((50, "7 % USt. auf 100,00"), (-290, "7,00")),
        ((50, "Endbetrag"), (-290, "345,00")),
    ) == ("300.00", "45.00", "345.00", "345.00")


def test_an_amount_is_no_reference_and_a_title_no_label_of_the_buyer() -> None:
    found = read("Total factura 23.966,00", "Facture A.70628-2", "Purchase order 36062")
    assert (found.number, found.order_reference, found.buyer.name) == ("A.70628-2", "36062", "")


def test_a_label_with_nothing_beside_or_under_it_names_nobody() -> None:
    assert parties("Bill to", "", "", "", "", "", "", "", "", "", "", "Page 1 of 1") == ("", "")


def test_a_buyer_that_is_named_more_often_than_the_seller_does_not_sell() -> None:
    found = parties(
        ((300, "Kastor Industries Ltd"),), "", "Tellmann GmbH", "Invoice 4711", "Tellmann GmbH", "Tellmann GmbH, Hamburg",
        *[""] * 12, "Page 1 of 1",
    )  # fmt: skip
    assert found == ("Kastor Industries Ltd", "Tellmann GmbH")


def test_a_buyers_tax_number_under_its_address_makes_it_no_seller() -> None:
    found = parties(
        ((300, "Kastor AG"),),
        "",
        "",
        "",
        "Tellmann GmbH",
        *ADDRESS,
        "USt-IdNr. DE136695976",
        "",
        "",
        "Tel. 040 123",
        "Rechnung 4711",
    )
    assert found == ("Kastor AG", "Tellmann GmbH")


def test_a_title_is_no_letterhead() -> None:
    for title in ("Handelsrechnung 4711", "R E C H N U N G"):
        assert parties(title, "", "Ware 12", "Rest")[0] == ""


def test_a_number_of_the_party_over_its_name_is_no_part_of_it() -> None:
    rows = (
        ((50.0, "Lieferant"), (300.0, "Rechnungsempfänger")),
        ((50.0, "GLN 4333741000005"), (300.0, "GLN 4304171000002")),
    )
    assert parties(*rows, ((50, "Kastor GmbH"), (300, "Tellmann AG"))) == ("Kastor GmbH", "Tellmann AG")


def test_the_bank_in_the_foot_sells_nothing() -> None:
    rows = ("Kastor Werkzeuge", "", "", "", "Tellmann AG", *ADDRESS, *[""] * 20, "Hansebank AG")
    assert parties(*rows)[0] != "Hansebank AG"


def test_an_invoice_is_due_when_all_of_it_is_not_when_a_discount_ends() -> None:
    assert read("Zahlbar bis 26.09.2026 mit 2 % Skonto, bis 16.10.2026 ohne Abzug.").due_date == "2026-10-16"
    assert read("Fällig am 26.09.2026, bei Verzug ab 16.10.2026 Mahngebühr").due_date == "2026-09-26"


def test_the_banks_code_is_no_part_of_the_account_number() -> None:
    assert read("IBAN AT61 1904 3002 3457 3201 BIC RZOOAT2L").seller.iban == "AT611904300234573201"


def test_thousands_may_be_parted_by_a_prime() -> None:
    assert Notation(".").decimal("1′027.20") == Decimal("1027.20")


def test_labels_in_a_row_have_their_values_under_them_however_close() -> None:
    found = read(
        "Auftragsbestätigung",
        ((50, "Auftrag"), (100, "Datum"), (160, "Ihr Zeichen / Bestellung"), (310, "Kunde")),
        ((50, "90341177"), (102, "12.02.2026"), (160, "EK/575/2026"), (310, "D-40077")),
    )
    assert (found.number, found.order_reference, found.date) == ("90341177", "EK/575/2026", "2026-02-12")
