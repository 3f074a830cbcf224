"""Lines of tables as vendors lay them out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sidecar.documents import columns, text
from sidecar.documents.checks import check
from sidecar.documents.document import DocumentLine
from sidecar.documents.notation import Notation
from sidecar.documents.rows import Row, row_of

from .layout import Cell, page, read, row

COMMA = Notation(",")
HEADS: tuple[Cell, ...] = ((50, "Bezeichnung"), (250, "Menge"), (340, "Einzelpreis"), (450, "Betrag"))


def lines(*rows: tuple[Cell, ...] | str, notation: Notation = COMMA) -> list[DocumentLine]:
    return columns.read(page(*rows), notation)


def figures(found: list[DocumentLine]) -> list[tuple[Decimal, Decimal, str]]:
    return [(Decimal(line.quantity), Decimal(line.price), line.amount) for line in found]


def test_numbers_flush_right_under_headings_flush_left_go_to_their_own_columns() -> None:
    heads: tuple[Cell, ...] = ((50, "Text"), (200, "Menge"), (285, "Preis"), (370, "Betrag"))
    found = lines(heads, ((50, "Schraube"), (-283, "4"), (-368, "2,50"), (-455, "10,00")))
    assert figures(found) == [(Decimal(4), Decimal("2.50"), "10.00")]


def test_numbers_in_the_text_are_no_quantity() -> None:
    found = lines(HEADS, ((50, "Schlauch DN 12 2 m"), (-280, "3"), (-395, "4,00"), (-490, "12,00")))
    assert figures(found) == [(Decimal(3), Decimal("4.00"), "12.00")]
    assert found[0].description == "Schlauch DN 12 2 m"


def test_headings_on_two_rows_are_one() -> None:
    found = lines(
        ((340, "Preis"), (450, "Betrag")),
        ((50, "Bezeichnung"), (250, "Menge")),
        ((340, "in EUR"), (450, "in EUR")),
        ((50, "Mutter"), (-280, "10"), (-370, "0,25"), (-480, "2,50")),
    )
    assert figures(found) == [(Decimal(10), Decimal("0.25"), "2.50")]


def test_three_decimals_of_a_quantity_are_no_thousands_where_the_document_writes_commas() -> None:
    found = lines(HEADS, ((50, "Kabel"), (-280, "2,000 m"), (-395, "3,00"), (-490, "6,00")))
    assert (found[0].quantity, found[0].unit) == ("2.000", "m")


def test_a_discount_of_the_line_is_its_adjustment() -> None:
    heads = (*HEADS[:3], (420.0, "Rabatt"), (480.0, "Betrag"))
    found = lines(heads, ((50, "Ventil"), (-280, "2"), (-395, "50,00"), (-450, "10 %"), (-520, "90,00")))
    assert (found[0].price, found[0].adjustment, found[0].amount) == ("50.00", "-10.00", "90.00")


@pytest.mark.parametrize(
    ("heading", "price"), [("Preis pro 100", "8,00"), ("Einzelpreis", "8,00 /100"), ("Einzelpreis", "8,00")]
)
def test_a_price_for_a_hundred_is_taken_so_where_the_page_says_it(heading: str, price: str) -> None:
    heads = (*HEADS[:2], (340.0, heading), HEADS[3])
    found = lines(heads, ((50, "Stifte"), (-280, "250"), (340, price), (-490, "20,00")))
    said = "100" in heading + price
    assert [line.price_base for line in found] == (["100"] if said else [""])


def test_what_goes_on_beneath_is_the_lines_description_and_names_its_code() -> None:
    found = lines(
        HEADS,
        ((50, "Ventil DN 25"), (-280, "1"), (-395, "9,00"), (-490, "9,00")),
        "aus Messing, 10 bar",
        "Art.-Nr.: V-25/M",
        ((50, "Ring"), (-280, "2"), (-395, "1,00"), (-490, "2,00")),
    )
    assert [(line.item, line.description) for line in found] == [
        ("V-25/M", "Ventil DN 25 aus Messing, 10 bar"),
        ("", "Ring"),
    ]


def test_a_code_before_the_text_is_the_item() -> None:
    found = lines(HEADS, ((50, "KX-204 Lager"), (-280, "1"), (-395, "7,00"), (-490, "7,00")))
    assert (found[0].item, found[0].description) == ("KX-204", "Lager")


def test_an_amount_on_the_row_beneath_is_the_lines() -> None:
    found = lines(
        HEADS,
        ((50, "Hotel"), (-280, "2"), (-395, "80,00")),
        ((-490, "160,00"),),
        ((50, "Taxi"), (-280, "1"), (-395, "20,00")),
        ((-490, "20,00"),),
    )
    assert [line.amount for line in found] == ["160.00", "20.00"]


def test_what_a_page_carries_over_is_no_line_and_ends_no_table() -> None:
    first = page(
        HEADS,
        ((50, "A"), (-280, "1"), (-395, "5,00"), (-490, "5,00")),
        ((50, "Übertrag"), (-490, "5,00")),
        "Seite 1 von 2",
    )
    second = page(
        "Muster GmbH, Hamburg",
        ((50, "Übertrag"), (-490, "5,00")),
        ((50, "B"), (-280, "3"), (-395, "2,00"), (-490, "6,00")),
        ((50, "Zwischensumme"), (-490, "11,00")),
        ((50, "MwSt. 19 %"), (-280, "1"), (-395, "2,09"), (-490, "2,09")),
        number=2,
    )
    assert [line.amount for line in columns.read([*first, *second], COMMA)] == ["5.00", "6.00"]


def test_headings_that_come_again_on_a_further_page_are_no_text_of_the_line_before() -> None:
    rows = [HEADS, ((50.0, "A"), (-280.0, "1"), (-395.0, "5,00"), (-490.0, "5,00"))]
    found = columns.read([*page(*rows), *page(*rows, number=2)], COMMA)
    assert [line.description for line in found] == ["A", "A"]


def test_services_without_a_quantity_are_one_each() -> None:
    found = lines(((50, "Leistung"), (450, "Betrag")), ((50, "Wartung im März"), (-490, "350,00")))
    assert figures(found) == [(Decimal(1), Decimal("350.00"), "350.00")]


def test_a_table_of_taxes_and_charges_beneath_one_of_lines_holds_none() -> None:
    found = lines(
        HEADS,
        ((50, "Ventil"), (-280, "2"), (-390, "1,95"), (-490, "3,90")),
        ((50, "Art"), (200, "Warenwert"), (300, "Steuersatz"), (450, "Steuerbetrag")),
        ((50, "Gesamtbetrag der Zuschläge"), (-490, "0,00")),
    )
    assert figures(found) == [(Decimal(2), Decimal("1.95"), "3.90")]


@pytest.mark.parametrize("page_of", ["Seite 2 von", "Page 1 of", "Pagina 2 /", "Blatt", "Página 1 de"])
def test_the_number_of_a_page_is_no_line_nor_text_of_one(page_of: str) -> None:
    found = lines(
        ((50, "Leistung"), (450, "Betrag")), ((50, "Wartung"), (-490, "350,00")), ((50, page_of), (-490, "3"))
    )
    assert [line.description for line in found] == ["Wartung"]


def test_a_line_that_does_not_add_up_is_kept_and_named() -> None:
    found = read(
        HEADS,
        ((50, "Pfand"), (250, "20"), (340, "2,77"), (450, "57,46")),
        ((50, "Nettobetrag"), (450, "57,46")),
        ((50, "MwSt. 19 %"), (450, "10,92")),
        ((50, "Gesamtbetrag"), (450, "68,38")),
    )
    assert [line.amount for line in found.lines] == ["57.46"]
    assert "line_amount" in {finding.code for finding in check(found)}


def test_thousands_parted_by_thin_blanks_are_one_number() -> None:
    heads: tuple[Cell, ...] = ((50, "Désignation"), (250, "Qté"), (320, "PU HT"), (440, "Total HT"))
    rows = page(heads, ((50, "Pompe"), (255, "2"), (320, "1"), (326, "150,00"), (440, "2"), (446, "300,00")))
    found = text.read(rows, "pdf-text").lines
    assert figures(found) == [(Decimal(2), Decimal("1150.00"), "2300.00")]


def test_a_word_that_holds_another_languages_word_for_a_sum_ends_no_table() -> None:
    found = lines(
        ((50, "Descrizione"), (450, "Importo")),
        ((50, "Cuscinetto"), (-490, "3,00")),
        ((50, "Vite"), (-490, "2,00")),
    )
    assert [line.amount for line in found] == ["3.00", "2.00"]


def at(*words: tuple[float, float, str]) -> Row:
    """A row at a height of its own, for cells that are centred: (foot, left edge or right one with a minus, text)."""
    return row_of(1, words[0][0], [word for foot, x, text in words for word in row(0, (x, text)).words])


def test_text_above_and_below_centred_numbers_is_of_one_line() -> None:
    rows = [
        at((60, 50, "Bezeichnung"), (60, 250, "Menge"), (60, 340, "Einzelpreis"), (60, 450, "Betrag")),
        at((80, 50, "Toner schwarz, 10.000")), at((86, -280, "2"), (86, -395, "4,00"), (86, -490, "8,00")), at((92, 50, "Seiten")),
        at((110, 50, "Stuhl mit Lehne,")), at((116, -280, "1"), (116, -395, "9,00"), (116, -490, "9,00")), at((122, 50, "blau")),
    ]  # fmt: skip
    found = columns.read(rows, COMMA)
    assert [line.description for line in found] == ["Toner schwarz, 10.000 Seiten", "Stuhl mit Lehne, blau"]


def test_a_long_text_that_runs_under_the_next_heading_is_one() -> None:
    found = lines(
        HEADS,
        ((50, "Sechskantschraube DIN 933 8.8 verzinkt M6"), (-290, "4 Stk"), (-395, "2,50"), (-490, "10,00")),
    )
    assert (found[0].description, found[0].unit) == ("Sechskantschraube DIN 933 8.8 verzinkt M6", "Stk")


def test_a_delivery_note_has_quantities_alone_and_numbers_of_its_text_are_none() -> None:
    found = read(
        "Lieferschein 12",
        ((50, "Art.-Nr."), (120, "Menge"), (200, "Artikel")),
        ((50, "A-100"), (-140, "12"), (200, "Schrauben M6")),
        ((200, "Charge 25663"),),
        ((50, "A-200"), (-140, "3"), (200, "Muttern")),
        "Gesamt 2 Kolli, 41 kg",
    ).lines
    assert [(line.item, line.quantity, line.description) for line in found] == [
        ("A-100", "12.0", "Schrauben M6 Charge 25663"),
        ("A-200", "3.0", "Muttern"),
    ]


def test_a_list_price_beside_a_net_one_is_the_price_with_what_is_taken_off() -> None:
    found = lines(
        ((50, "Description"), (220, "Qty"), (290, "List"), (350, "Disc"), (410, "Net"), (480, "Goods")),
        ((50, "Cable"), (-235, "20"), (-315, "10.65"), (-375, "40%"), (-440, "6.3900"), (-510, "127.80")),
        notation=Notation("."),
    )
    assert (found[0].price, found[0].adjustment, found[0].amount) == ("10.65", "-85.20", "127.80")


def test_what_was_ordered_counts_where_nothing_came_yet() -> None:
    heads: tuple[Cell, ...] = (
        (50, "ORD"),
        (90, "SHIP"),
        (150, "DESCRIPTION"),
        (340, "PRICE"),
        (450, "AMOUNT"),
    )
    found = lines(
        heads,
        ((50, "20"), (90, "0"), (150, "Hex lag screw"), (-370, "25.13"), (-490, "502.60")),
        notation=Notation("."),
    )
    assert figures(found) == [(Decimal(20), Decimal("25.13"), "502.60")]


def test_of_two_columns_of_articles_the_second_describes() -> None:
    found = lines(
        ((50, "Art.Nr."), (120, "Artikel"), (280, "Menge"), (360, "EP"), (450, "Gesamt")),
        ((50, "2210"), (120, "Speck"), (-300, "2,00"), (-375, "5,00"), (-480, "10,00")),
    )
    assert (found[0].item, found[0].description) == ("2210", "Speck")


def test_what_is_carried_over_or_charged_in_the_table_describes_no_line() -> None:
    found = lines(
        HEADS,
        ((50, "Ventil"), (-280, "1"), (-395, "9,00"), (-490, "9,00")),
        ((50, "Übertrag"), (-490, "9,00")),
        ((50, "Versandkosten"), (-490, "5,90")),
    )
    assert [line.description for line in found] == ["Ventil"]


def test_how_many_units_a_price_is_for_may_stand_under_it() -> None:
    found = lines(
        HEADS, ((50, "Griff"), (-280, "20 St"), (-395, "412,50"), (-490, "82,50")), ((-395, "je 100"),)
    )
    assert (found[0].price, found[0].price_base, found[0].description) == ("412.50", "100", "Griff")


def test_a_surcharge_with_a_quantity_and_a_price_is_a_line_and_a_reduction_is_none() -> None:
    found = lines(
        HEADS,
        ((50, "Fracht"), (-280, "2"), (-395, "312,50"), (-490, "625,00")),
        ((50, "Hebebühnenzuschlag"), (-280, "1"), (-395, "18,50"), (-490, "18,50")),
        ((50, "Rabatt"), (-280, "1"), (-395, "-5,00"), (-490, "-5,00")),
    )
    assert [line.description for line in found] == ["Fracht", "Hebebühnenzuschlag"]


def test_a_gross_price_before_a_discount_is_the_price() -> None:
    heads: tuple[Cell, ...] = (
        (50, "Omschrijving"),
        (220, "Hoeveelheid"),
        (310, "Bruto"),
        (380, "Korting"),
        (460, "Netto"),
    )
    found = lines(heads, ((50, "Bout"), (-260, "50"), (-335, "14,60"), (-415, "45,00%"), (-490, "401,50")))
    assert (found[0].quantity, found[0].price, found[0].adjustment) == ("50.0", "14.60", "-328.50")
