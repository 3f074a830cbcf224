"""A document's own number and the customer's order number, as programs print them in six languages."""

from __future__ import annotations

import pytest

from .layout import Cell, read

Lines = tuple[tuple[Cell, ...] | str, ...]


def columns(*texts: str, at: tuple[float, ...] = (50, 170, 290, 410, 500)) -> tuple[Cell, ...]:
    """A row of cells, an empty one left out."""
    return tuple((x, text) for x, text in zip(at, texts, strict=False) if text)


#: situation -> (rows, own number, the customer's order number)
PAPERS: dict[str, tuple[Lines, str, str]] = {
    # the title has the number
    "title, number and date": (("Invoice no. 4711 of 12 May 2026", "Your order: P-88"), "4711", "P-88"),
    "title, a number in year parts": (("Rechnung Nr. RE-2026/0815 vom 12.05.2026", "Ihre Bestellung Nr. 4500123 vom 01.05.2026"), "RE-2026/0815", "4500123"),
    "title, a series and a number": (("Factura FT 2026/000123", "S/pedido: 2214"), "FT 2026/000123", "2214"),
    "title, a slash with blanks": (("FATTURA N. 112 / A del 12/05/2026", "Vs. ordine n. 77/2026 del 02/05/2026"), "112 / A", "77/2026"),
    "title, FE of Italy": (("Fattura immediata nr. 2026.0044 del 12/05/2026", "Vostro ordine 45/B"), "2026.0044", "45/B"),
    "title, number on the next row": (("FACTURE", "N° FA-2605-0031", "Votre commande : BC 1204"), "FA-2605-0031", "BC 1204"),
    "title and a hash": (("INVOICE", "# INV-000123", "P.O.# : 7781"), "INV-000123", "7781"),
    "title, a number sign of the keyboard": (("Invoice #1042", "PO #: 66-A"), "1042", "66-A"),
    "title with a name of the program's kind": (("Verkaufsrechnung VR26-00417", "Externe Belegnummer: B-1177"), "VR26-00417", "B-1177"),
    "title, letters parted from digits": (("Auftragsbestätigung AB 26 0815", "Ihre Bestellnummer: 9001"), "AB 26 0815", "9001"),
    "title in two cells": ((columns("LIEFERSCHEIN", "", "80012345"), "Ihre Bestell-Nr. 4500-77"), "80012345", "4500-77"),
    "title, accusé de réception": (("Accusé de réception de commande n° CM26-1180", "Votre réf. de commande : 45/778"), "CM26-1180", "45/778"),
    # headings over values
    "reference row of Business Central": (
        ("Order Confirmation", columns("Your Reference", "Order No.", "Document Date", "Salesperson"), columns("PO-4471", "S-ORD101012", "12 May 2026", "J. Olson")),
        "S-ORD101012", "PO-4471",
    ),
    "reference row of SAP": (
        ("Rechnung", columns("Nummer / Datum", "Referenz / Datum", "Auftrag / Datum"), columns("90031177 / 12.05.2026", "4500123456 / 01.05.2026", "30017 / 02.05.2026")),
        "90031177", "4500123456",
    ),
    "reference row of a letter": (
        ("Rechnung", columns("Ihr Zeichen", "Ihre Nachricht vom", "Unser Zeichen", "Datum"), columns("EK-778", "01.05.2026", "vk/mm", "12.05.2026"), "Rechnungs-Nr. 2026-118"),
        "2026-118", "EK-778",
    ),
    "reference row, a person's name": (
        ("Rechnung", columns("Ihr Zeichen", "Unser Zeichen", "Rechnungs-Nr."), columns("Frau Meyer", "MM", "2026-118"), "Ihre Bestellung: 4500-9"),
        "2026-118", "4500-9",
    ),
    "reference row, a date only": (
        ("Lieferschein", columns("Ihre Bestellung", "Lieferschein-Nr.", "Kunden-Nr."), columns("vom 01.05.2026", "L-5501", "D10077"), "Ihr Zeichen: A-17"),
        "L-5501", "A-17",
    ),
    "reference row of Exact": (
        ("Factuur", columns("Factuurnr.", "Debiteurnr.", "Uw ref.", "Factuurdatum"), columns("26700114", "10233", "IO-2026-31", "12-05-2026")),
        "26700114", "IO-2026-31",
    ),
    "reference row, customer number first": (
        ("FACTURE", columns("Code client", "N° facture", "Date", "Réf. client"), columns("CL0042", "FA00981", "12/05/2026", "CDE-5512")),
        "FA00981", "CDE-5512",
    ),
    "reference row of Sage": (
        ("Invoice", columns("Invoice No", "Account Ref", "Order No", "Cust Order No"), columns("18842", "KAS001", "SO5541", "PO-991")),
        "18842", "PO-991",
    ),
    "reference row of Spain": (
        ("ALBARÁN", columns("Nº Albarán", "Fecha", "Cliente", "Su pedido nº"), columns("A/2026/77", "12/05/2026", "430012", "PC-0031")),
        "A/2026/77", "PC-0031",
    ),
    "reference row of Italy": (
        ("DOCUMENTO DI TRASPORTO", columns("Numero", "Data", "Cod. cliente", "Rif. Vs. ordine"), columns("1180/DDT", "12/05/2026", "C00931", "OA-26-14")),
        "1180/DDT", "OA-26-14",
    ),
    "headings over values with rules of characters": (
        ("ORDER ACKNOWLEDGEMENT", columns("OUR ORDER NO", "YOUR ORDER NO", "DATE"), columns("------------", "-------------", "----"), columns("A10442", "778812", "12/05/26")),
        "A10442", "778812",
    ),
    # blocks of labels and values
    "our ref and your ref": (("Order Confirmation", "Our ref: SO/2026/0117", "Your ref: 66120"), "SO/2026/0117", "66120"),
    "our reference and your reference on an invoice with its own": (
        ("Invoice", "Invoice number: 5512", "Our reference: JB/77", "Your reference: PO 4471"), "5512", "PO 4471",
    ),
    "n/réf. and v/réf.": (("Confirmation de commande", "N/Réf. : CC-2026-118", "V/Réf. : ACH 5531"), "CC-2026-118", "ACH 5531"),
    "nostro and vostro": (("Conferma d'ordine", "Ns. rif.: OC/1180", "Vs. rif.: 2026-PO-3"), "OC/1180", "2026-PO-3"),
    "nuestra and su referencia": (("Confirmación de pedido", "N/ref.: PV26/118", "S/ref.: 4500-31"), "PV26/118", "4500-31"),
    "ons and uw kenmerk": (("Orderbevestiging", "Ons kenmerk: VO26-118", "Uw kenmerk: INK-31"), "VO26-118", "INK-31"),
    "ons ordernummer and uw ordernummer": (("Orderbevestiging", "Uw ordernummer: 4500031", "Ons ordernummer: VO118"), "VO118", "4500031"),
    "order no. is the vendor's, PO the customer's": (("Sales Order", "Sales Order No.: SO118", "Customer PO No.: 4500031"), "SO118", "4500031"),
    "commission of the customer": (("Auftragsbestätigung", "Auftrags-Nr.: 2026118", "Kommission: Halle 3", "Best.-Nr.: EK-31"), "2026118", "EK-31"),
    "Beleg-Nr. and Bestellung of DATEV": (("Rechnung", "Beleg-Nr.: 2026-0118", "Kd.-Nr.: 10044", "Bestellung vom 01.05.2026", "Bestell-Nr.: B118"), "2026-0118", "B118"),
    "Vorgang and Kundenbestellung": (("Auftragsbestätigung", "Vorgangsnummer: V-118", "Kundenbestellnr.: K-31"), "V-118", "K-31"),
    "label and value in two rows": (("Invoice", "Invoice number", "INV-0118", "Reference", "PO-31"), "INV-0118", "PO-31"),
    "label broken over two rows": (("Lieferschein", columns("Lieferschein-", "Kunden-", "Bestell-"), columns("nummer", "nummer", "nummer"), columns("L118", "D31", "B77")), "L118", "B77"),
    "value joined to its label": (("Rechnung", "Rechnungsnr.:R118", "Bestellnr.:B31"), "R118", "B31"),
    "dots between label and value": (("RECHNUNG", "Rechnungs-Nr. ......: 118031", "Ihre Bestell-Nr. ...: 4500-31"), "118031", "4500-31"),
    "two fields in one row": (("Packing slip", "Shipment No.: SH-118 Order No.: SO-55 Customer PO: 4500031"), "SH-118", "4500031"),
    "delivery note's number beside the order's and the customer's": (
        ("Invoice", "Customer no.: 10031", "Delivery note no.: 800551", "Order no.: 300118", "Your PO: 4500031", "Invoice no.: 900118"), "900118", "4500031",
    ),
    "credit note of an invoice": (("Gutschrift", "zu Rechnung Nr. 2026-44", "Gutschrift-Nr.: G-118"), "G-118", ""),
    "storno of an invoice": (("Stornorechnung SR-118", "Storno zu Rechnung RE-44"), "SR-118", ""),
    "credit note that corrects": (("Credit note", "Credit Note Number CN-118", "Against invoice INV-44", "PO: 31-7"), "CN-118", "31-7"),
    "avoir of an invoice": (("AVOIR N° AV-118", "Sur facture n° FA-44", "Réf. client : CDE 31"), "AV-118", "CDE 31"),
    "rectificativa of an invoice": (("Factura rectificativa", "Nº factura: R26/118", "Rectifica a la factura: F26/44"), "R26/118", ""),
    "nota di credito of an invoice": (("NOTA DI CREDITO", "Numero: 118/NC", "Rif. fattura n. 44 del 01/05/2026"), "118/NC", ""),
    # sentences
    "we confirm your order": (("Auftragsbestätigung Nr. 118", "Wir bestätigen Ihre Bestellung 4500123 vom 01.05.2026 wie folgt:"), "118", "4500123"),
    "we confirm your order, in English": (("Order confirmation 118", "Thank you for your order no. PO-31 dated 1 May 2026."), "118", "PO-31"),
    "we confirm your order, in French": (("Confirmation de commande 118", "Nous accusons réception de votre commande n° 4500123 du 01/05/2026."), "118", "4500123"),
    "we confirm your order, in Dutch": (("Orderbevestiging 118", "Wij bevestigen uw bestelling met nummer 4500123 van 1 mei 2026."), "118", "4500123"),
    "we confirm your order, in Italian": (("Conferma d'ordine n. 118", "Con riferimento al Vostro ordine n. 4500123 del 01/05/2026"), "118", "4500123"),
    "we confirm your order, in Spanish": (("Confirmación de pedido nº 118", "Le confirmamos su pedido con número 4500123 del 01/05/2026"), "118", "4500123"),
    "goods as ordered": (("Rechnung", "Rechnungsnummer 118", "Wir lieferten Ihnen gemäß Ihrer Bestellung Nr. B/31/26 vom 01.05.2026"), "118", "B/31/26"),
    "as per your purchase order": (("Tax Invoice", "Invoice No: 118", "Goods supplied as per your Purchase Order 4500123 dated 01/05/2026"), "118", "4500123"),
    "several orders": (("Invoice no. 118", "Your orders: PO-31, PO-32"), "118", "PO-31"),
    "several orders of a collective invoice": (("Sammelrechnung Nr. 118", "Ihre Bestellungen: 4500031 / 4500032"), "118", "4500031"),
    "a label in two languages": (("Rechnung", columns("Beleg-Nr. / Invoice No.", "F118/26"), "Ihre Bestellung / Order No. A.31-2"), "F118/26", "A.31-2"),
    "a short number before a day": (("FATTURA", "Fatt. n. 118/26", "V/s ordine n. 31 del 01/05/2026"), "118/26", "31"),
    "despatch number and order reference": (("Delivery Note", "Despatch No. D118", "Customer Order Ref: PO31"), "D118", "PO31"),
    "the order's day before its number": (("Lieferschein 118", "Ihre Bestellung vom 01.05.2026, Nr. 4500031"), "118", "4500031"),
    "inquiry or order": (("Auftragsbestätigung", "Ihre Anfrage/Bestellung: 4531", "Auftrag Nr.: 118"), "118", "4531"),
    "conferma ordine cliente": (("Conferma ordine cliente n. 118", "Rif. Vs. ordine n. 4531"), "118", "4531"),
    # references that are none
    "a reference of an article": (
        ("Facture n° 118", columns("Ligne", "Description", "Quantité", "PU HT", "Total HT"), columns("1", "Colliers", "5", "2,00", "10,00"), "Réf.: HX97.75"), "118", "",
    ),
    "numbers of articles under their heading": (
        ("Rechnung Nr. 118", columns("Bestell-Nr.", "Bezeichnung", "Menge", "Preis", "Betrag"), columns("A7156", "Lager", "5", "2,00", "10,00")), "118", "",
    ),
    "a customer number at the other edge of the title": ((columns("Rechnung", "", "Kunden-Nr. 10031"), "Nr. 118"), "118", ""),
    "a street under the title": (("RECHNUNG", "12 Dock Road", "Rechnung Nr.: 118"), "118", ""),
    "a time to pay": (("Invoice", "Please pay this invoice 30 days net", "Document no.: D-118"), "D-118", ""),
    "a name as your reference": (("Invoice no. 118", "Your reference: John Smith", "Purchase order: 31-A"), "118", "31-A"),
    "a telephone order": (("Rechnung Nr. 118", "Ihre Bestellung: telefonisch, Herr Maier"), "118", ""),
    "an order by mail on a day": (("Rechnung Nr. 118", "Ihre Bestellung: E-Mail vom 01.05.2026"), "118", ""),
    "a customer's number only": (("Rechnung Nr. 118", "Ihre Kundennummer: 10031"), "118", ""),
    "an order of the vendor's own only": (("Invoice no. 118", "Our order: SO-55"), "118", ""),
    "the customer's VAT number": (("Factuur 118", "Uw btw-nummer: NL001234567B01"), "118", ""),
}  # fmt: skip


@pytest.mark.parametrize("situation", PAPERS)
def test_the_own_number_and_the_customers_order_are_told_apart(situation: str) -> None:
    rows, own, customers = PAPERS[situation]
    found = read(*rows)
    assert (found.number, found.order_reference) == (own, customers)
