"""What a document is by its title, and which of its numbers are its own."""

from __future__ import annotations

import pytest

from .layout import Cell, read


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Rechnung Nr. 4711", "invoice"), ("I N V O I C E", "invoice"), ("Facture n° F-12", "invoice"),
        ("Auftrags- und Preisbestätigung", "order_confirmation"), ("Order Acknowledgement", "order_confirmation"),
        ("Conferma d’ordine n. 12", "order_confirmation"), ("Orderbevestiging", "order_confirmation"),
        ("Lieferschein LS-9", "delivery_note"), ("Albarán valorado", "delivery_note"), ("PACKING SLIP", "delivery_note"),
        ("Rechnungskorrektur", "credit_note"), ("Avoir", "credit_note"), ("Nota di credito n. 5", "credit_note"),
    ],
)  # fmt: skip
def test_the_title_says_what_it_is(title: str, kind: str) -> None:
    assert read("Nordlicht GmbH", title, "Datum 01.02.2026").type == kind


def test_an_invoice_that_names_its_delivery_note_and_speaks_of_credit_notes_stays_one() -> None:
    named: tuple[Cell, ...] = ((50, "Lieferschein"), (150, "4711"))
    found = read("Rechnung", named, "Reklamationen regeln wir durch Gutschrift.")
    assert found.type == "invoice"


@pytest.mark.parametrize(
    ("title", "own", "customers"),
    [
        ("Auftragsbestätigung", "Auftragsnummer: AB-17", "Ihre Bestellung: 4500-3"),
        ("Order Confirmation", "Order no.: AB-17", "Customer PO: 4500-3"),
        ("Lieferschein", "Lieferschein-Nr.: AB-17", "Ihr Zeichen: 4500-3"),
        ("Pakbon", "Pakbonnummer: AB-17", "Uw referentie: 4500-3"),
        ("Bon de livraison", "Bon de livraison n°: AB-17", "V/réf. : 4500-3"),
    ],
)
def test_a_documents_own_number_is_not_the_customers(title: str, own: str, customers: str) -> None:
    found = read(title, customers, own)
    assert (found.number, found.order_reference) == ("AB-17", "4500-3")


def test_the_sellers_vat_number_is_the_one_that_is_not_the_buyers() -> None:
    found = read(
        ((50, "Käufer AG"), (350, "Ihre USt-IdNr.: DE811223344")),
        "Ringstr. 4", "20095 Hamburg", "", "Rechnung Nr. 4", *[""] * 30, "Verkauf GmbH · USt-IdNr. DE 125 664 871",
    )  # fmt: skip
    assert (found.seller.vat, found.buyer.vat) == ("DE125664871", "DE811223344")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("C.I.F. A46118290", "A46118290"), ("P.IVA 00894410248", "00894410248"), ("VAT Reg No: IE6388047V", "IE6388047V"),
        ("CHE-107.482.336 MWST", "CHE-107.482.336MWST"), ("TVA BE 0428.771.306", "BE0428.771.306"), ("VAT No. 684 2217 39", "684221739"),
        ("NIP PL 525-224-84-81", "PL525-224-84-81"), ("Telefon 0800 123 4567", ""),
    ],
)  # fmt: skip
def test_vat_numbers_as_countries_write_them(text: str, number: str) -> None:
    assert read("Invoice 12", text).seller.vat == number


def test_a_block_under_the_buyers_name_holds_the_buyers_number() -> None:
    found = read(
        ((50, "Herrajes Sol, S.A."), (350, "CLIENTE 4711")),
        ((50, "C.I.F. A46118290"), (350, "Suministros Luna, S.L.")),
        ((50, "Pol. Ind. Norte, nave 3"), (350, "Calle Mayor 4")),
        ((50, "46290 Alcácer"), (350, "50016 Zaragoza")),
        ((350, "NIF: B50771238"),),
        "FACTURA 12",
    )  # fmt: skip
    assert found.seller.vat == "A46118290"


def test_a_reference_in_groups_of_digits_is_whole_and_a_date_of_an_order_is_none() -> None:
    found = read(
        "Auftragsbestätigung",
        "Auftragsnummer: 45\u00a0103\u00a0284",
        "Ihre Bestellung vom 12.03.2026",
        "Ihr Zeichen: B-7",
    )
    assert (found.number, found.order_reference) == ("45 103 284", "B-7")


@pytest.mark.parametrize(
    ("label", "value", "order"),
    [
        ("Bestellzeichen:", "Komm. Meyer 366", "Komm. Meyer 366"), ("Ihre Auftragsnr.", "VP6898", "VP6898"), ("Pedido del cliente:", "DI3480", "DI3480"),
        ("Bestelbon klant:", "BB955, klantcode KUI-3", "BB955"), ("V/Réf. commande :", "456817/CG", "456817/CG"),
    ],
)  # fmt: skip
def test_the_customers_reference_is_the_whole_of_its_cell(label: str, value: str, order: str) -> None:
    assert read("Rechnung Nr. 7", f"{label} {value}").order_reference == order


def test_a_confirmations_own_number_is_not_the_customers_order() -> None:
    found = read("Sales Order Confirmation", "Order number SO-20933", "Purchase order PO-119369")
    assert (found.number, found.order_reference) == ("SO-20933", "PO-119369")


def test_the_capital_in_a_foot_is_no_currency() -> None:
    assert read("Bon de livraison", "Kastor SAS au capital de 250 000 €").currency == ""


def test_a_date_beside_the_title_is_no_number() -> None:
    assert (
        read(((50, "Fattura"), (300, "Data 02/04/2026")), "Numero documento: F43199/26").number == "F43199/26"
    )
