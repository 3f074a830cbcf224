"""What made-up suppliers of eight places write: labels in their variants, names, towns, goods, numbers and dates.

Everything here is invented; the labels are those that trade uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

MONTHS = {
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}


@dataclass(frozen=True)
class Place:
    """How papers of one place look; values of `labels` are variants, one of which a supplier keeps to."""

    language: str
    currency: str
    sign: str
    thousands: str
    point: str
    dates: tuple[str, ...]  # strftime, %N is the month's name
    rates: tuple[str, ...]
    towns: tuple[str, ...]
    streets: tuple[str, ...]
    forms: tuple[str, ...]
    vat: str
    labels: dict[str, tuple[str, ...]]
    units: tuple[str, ...]
    goods: tuple[str, ...]

    def number(self, value: Decimal, digits: int = 2) -> str:
        """A number as this place writes it."""
        text = f"{value:,.{digits}f}"
        return text.replace(",", "\0").replace(".", self.point).replace("\0", self.thousands)

    def day(self, value: date, form: str) -> str:
        """A date as this place writes it."""
        name = MONTHS[self.language].split()[value.month - 1]
        return value.strftime(form.replace("%N", name))


_DE = {
    "title": ("Rechnung", "RECHNUNG"), "credit": ("Gutschrift", "Rechnungskorrektur"),
    "number": ("Rechnungsnummer", "Rechnungs-Nr.", "Rechnung Nr.", "Beleg-Nr.", "Belegnummer"),
    "date": ("Rechnungsdatum", "Datum", "Belegdatum"), "due": ("Fällig am", "Zahlbar bis", "Fälligkeit"),
    "order": ("Bestellnummer", "Ihre Bestellung", "Bestell-Nr.", "Ihre Bestellnummer"),
    "customer": ("Kundennummer", "Kunden-Nr."), "to": ("Rechnungsempfänger", "Rechnungsadresse", "Kunde"),
    "from": ("Lieferant", "Rechnungssteller", "Verkäufer"), "ship": ("Lieferadresse", "Warenempfänger"),
    "pos": ("Pos.", "Pos", "Nr."), "item": ("Artikelnr.", "Art.-Nr.", "Artikel"),
    "description": ("Bezeichnung", "Beschreibung", "Artikelbezeichnung", "Leistung"), "quantity": ("Menge", "Anzahl"),
    "unit": ("Einheit", "ME"), "price": ("Einzelpreis", "E-Preis", "Preis", "Preis/Einheit", "Stückpreis"),
    "discount": ("Rabatt", "Rab. %"), "tax": ("MwSt.", "USt. %", "MwSt %"), "amount": ("Gesamtpreis", "Betrag", "Gesamt", "Summe", "G-Preis"),
    "net": ("Nettobetrag", "Summe netto", "Zwischensumme", "Gesamt netto", "Warenwert netto"),
    "vat": ("MwSt. {r} %", "zzgl. {r} % MwSt.", "Umsatzsteuer {r}%", "{r} % USt. auf {b}"),
    "gross": ("Gesamtbetrag", "Rechnungsbetrag", "Gesamtsumme", "Bruttobetrag", "Endbetrag", "Gesamt brutto"),
    "paid": ("Bereits gezahlt", "abzgl. Anzahlung"), "payable": ("Zahlbetrag", "Zu zahlen", "Noch zu zahlen", "Fälliger Betrag"),
    "freight": ("Versandkosten", "Fracht"), "carried": ("Übertrag",), "page": ("Seite {n} von {m}",), "taxable": ("Bemessungsgrundlage", "Netto"),
    "vatid": ("USt-IdNr.", "USt-ID"), "thanks": ("Vielen Dank für Ihren Auftrag. Wir berechnen Ihnen wie folgt:", "Sehr geehrte Damen und Herren, für unsere Lieferung erlauben wir uns zu berechnen:"),
}  # fmt: skip
_EN = {
    "title": ("INVOICE", "Invoice", "Tax invoice"), "credit": ("CREDIT NOTE", "Credit note"),
    "number": ("Invoice No", "Invoice number", "Invoice #", "Invoice No."), "date": ("Invoice date", "Date", "Date of issue", "Issued"),
    "due": ("Due date", "Payment due", "Due"), "order": ("PO number", "Your order", "Purchase order", "P.O. No.", "Order number", "Your reference"),
    "customer": ("Customer no", "Account number"), "to": ("Bill to", "Billed to", "Invoice to", "Sold to", "Customer"), "from": ("From", "Seller", "Supplier"),
    "ship": ("Ship to", "Deliver to"), "pos": ("#", "No.", "Line"), "item": ("Item", "Item code", "SKU", "Product code", "Part no."),
    "description": ("Description", "Product", "Details"), "quantity": ("Qty", "Quantity"), "unit": ("Unit", "UOM"),
    "price": ("Unit price", "Price", "Rate", "Unit cost"), "discount": ("Disc. %", "Discount"), "tax": ("VAT %", "VAT", "Tax"),
    "amount": ("Amount", "Total", "Line total", "Net amount"), "net": ("Subtotal", "Sub-total", "Net total", "Total excl. VAT"),
    "vat": ("VAT {r}%", "VAT @ {r}%", "VAT ({r}%)"), "gross": ("Total", "Grand total", "Invoice total", "Total incl. VAT", "TOTAL"),
    "paid": ("Amount paid", "Less deposit", "Paid"), "payable": ("Amount due", "Balance due", "Total due"),
    "freight": ("Shipping", "Carriage"), "carried": ("Carried forward",), "page": ("Page {n} of {m}",), "taxable": ("Taxable amount", "Net"),
    "vatid": ("VAT No.", "VAT Reg. No."), "thanks": ("Thank you for your business.",),
}  # fmt: skip
_FR = {
    "title": ("FACTURE", "Facture"), "credit": ("AVOIR", "Avoir"), "number": ("Facture N°", "N° de facture", "Numéro de facture", "Facture n°"),
    "date": ("Date de facture", "Date", "Date d'émission", "Date de facturation"), "due": ("Échéance", "Date d'échéance", "À régler avant le"),
    "order": ("N° de commande", "Votre commande", "Bon de commande", "Référence commande"), "customer": ("N° client", "Code client"),
    "to": ("Facturé à", "Client", "Adresse de facturation", "Destinataire"), "from": ("Fournisseur", "Émetteur", "Vendeur"), "ship": ("Livré à", "Adresse de livraison"),
    "pos": ("N°", "Ligne"), "item": ("Réf.", "Référence", "Code article"), "description": ("Désignation", "Description", "Libellé"),
    "quantity": ("Qté", "Quantité"), "unit": ("Unité", "U."), "price": ("PU HT", "Prix unitaire", "P.U. HT", "Prix unitaire HT"), "discount": ("Remise", "Rem. %"),
    "tax": ("TVA", "TVA %", "Taux TVA"), "amount": ("Total HT", "Montant HT", "Montant"), "net": ("Total HT", "Montant HT", "Total net HT", "Sous-total"),
    "vat": ("TVA {r} %", "Total TVA {r}%", "TVA à {r}%"), "gross": ("Total TTC", "Montant TTC", "TOTAL TTC"), "paid": ("Acompte versé", "Déjà réglé"),
    "payable": ("Net à payer", "Reste à payer", "Montant dû"), "freight": ("Frais de port", "Transport"), "carried": ("Report", "À reporter"),
    "page": ("Page {n} / {m}",), "taxable": ("Base HT",), "vatid": ("N° TVA", "TVA intracommunautaire"), "thanks": ("Nous vous remercions de votre confiance.",),
}  # fmt: skip
_ES = {
    "title": ("FACTURA", "Factura"), "credit": ("Factura rectificativa", "ABONO"), "number": ("Factura nº", "Número de factura", "N.º de factura", "Nº factura"),
    "date": ("Fecha de factura", "Fecha", "Fecha de emisión", "Fecha factura"), "due": ("Vencimiento", "Fecha de vencimiento"), "order": ("Su pedido", "Pedido nº", "Nº de pedido", "Número de pedido"),
    "customer": ("Nº cliente", "Código cliente"), "to": ("Cliente", "Facturar a", "Datos del cliente"), "from": ("Emisor", "Proveedor"), "ship": ("Enviar a", "Dirección de entrega"),
    "pos": ("Nº", "Línea"), "item": ("Código", "Ref.", "Referencia"), "description": ("Descripción", "Concepto", "Artículo"), "quantity": ("Cantidad", "Cant.", "Uds."), "unit": ("Unidad", "Ud."),
    "price": ("Precio", "Precio unitario", "Precio unit.", "P. unitario"), "discount": ("Dto. %", "Dto.", "Descuento"), "tax": ("IVA", "% IVA", "IVA %"), "amount": ("Importe", "Total", "Subtotal"),
    "net": ("Base imponible", "Subtotal", "Total sin IVA"), "vat": ("IVA {r}%", "IVA ({r} %)", "Cuota IVA {r}%"), "gross": ("Total factura", "TOTAL", "Importe total", "Total con IVA"),
    "paid": ("Anticipo", "Pagado"), "payable": ("Total a pagar", "Importe a pagar", "Pendiente de pago"), "freight": ("Portes", "Gastos de envío"), "carried": ("Suma y sigue",), "page": ("Página {n} de {m}",),
    "taxable": ("Base imponible", "Base"), "vatid": ("CIF", "NIF"), "thanks": ("Gracias por su confianza.",),
}  # fmt: skip
_IT = {
    "title": ("FATTURA", "Fattura"), "credit": ("NOTA DI CREDITO", "Nota di credito"), "number": ("Fattura n.", "Numero fattura", "N. fattura", "Fattura nr."),
    "date": ("Data fattura", "Data", "Data documento", "Data emissione"), "due": ("Scadenza", "Data scadenza"), "order": ("Vs. ordine", "Ordine n.", "Rif. ordine", "Numero ordine"), "customer": ("Codice cliente",),
    "to": ("Spett.le", "Cliente", "Destinatario", "Intestatario"), "from": ("Fornitore", "Cedente"), "ship": ("Luogo di consegna", "Destinazione merce"), "pos": ("N.", "Riga"), "item": ("Codice", "Cod. art.", "Articolo"),
    "description": ("Descrizione", "Descrizione articolo"), "quantity": ("Quantità", "Q.tà", "Qtà"), "unit": ("U.M.", "UM"), "price": ("Prezzo unitario", "Prezzo", "Prezzo unit.", "P. unitario"), "discount": ("Sconto", "Sc. %"),
    "tax": ("IVA", "IVA %", "Aliq. IVA"), "amount": ("Importo", "Totale", "Importo netto"), "net": ("Imponibile", "Totale imponibile", "Totale netto"), "vat": ("IVA {r}%", "Imposta {r}%", "Totale IVA {r}%"),
    "gross": ("Totale fattura", "Totale documento", "TOTALE", "Totale ivato"), "paid": ("Acconto", "Già pagato"), "payable": ("Totale da pagare", "Netto a pagare", "Importo dovuto"), "freight": ("Spese di trasporto", "Trasporto"),
    "carried": ("Riporto",), "page": ("Pag. {n} di {m}",), "taxable": ("Imponibile",), "vatid": ("P. IVA", "Partita IVA"), "thanks": ("Grazie per il Vostro ordine.",),
}  # fmt: skip
_NL = {
    "title": ("FACTUUR", "Factuur"), "credit": ("CREDITNOTA", "Creditfactuur"), "number": ("Factuurnummer", "Factuurnr.", "Factuur nr."), "date": ("Factuurdatum", "Datum"), "due": ("Vervaldatum", "Te betalen voor"),
    "order": ("Uw bestelling", "Bestelnummer", "Ordernummer", "Inkooporder"), "customer": ("Klantnummer", "Debiteurnummer"), "to": ("Factuuradres", "Aan", "Klant"), "from": ("Leverancier", "Afzender"), "ship": ("Afleveradres",),
    "pos": ("Nr.", "Regel"), "item": ("Artikelnr.", "Artikel", "Artikelcode"), "description": ("Omschrijving", "Product"), "quantity": ("Aantal",), "unit": ("Eenheid", "Eenh."), "price": ("Prijs", "Stuksprijs", "Prijs per stuk", "Tarief"),
    "discount": ("Korting", "Krt. %"), "tax": ("BTW", "BTW %", "Btw"), "amount": ("Bedrag", "Totaal", "Totaalprijs"), "net": ("Subtotaal", "Totaal excl. btw", "Netto bedrag"), "vat": ("BTW {r}%", "{r}% btw", "Btw {r}% over {b}"),
    "gross": ("Totaal", "Totaal incl. btw", "Factuurbedrag", "Totaalbedrag"), "paid": ("Reeds voldaan", "Aanbetaling"), "payable": ("Te betalen", "Nog te voldoen", "Openstaand bedrag"), "freight": ("Verzendkosten", "Transportkosten"),
    "carried": ("Transport",), "page": ("Pagina {n} van {m}",), "taxable": ("Grondslag", "Excl. btw"), "vatid": ("BTW-nr.", "Btw-nummer"), "thanks": ("Bedankt voor uw opdracht.",),
}  # fmt: skip
_GOODS = {
    "de": ("Sechskantschraube M8 verzinkt", "Kugellager 6204-2RS", "Kabelbinder schwarz 200 mm", "Reinigungstuch Rolle", "Hydraulikschlauch DN 12", "Montage vor Ort", "Arbeitshandschuhe Größe 9", "Dichtring Ø 25 mm"),
    "en": ("Hex bolt M8 zinc plated", "Ball bearing 6204-2RS", "Cable ties black 200 mm", "Cleaning wipes roll", "Hydraulic hose DN 12", "On-site installation", "Work gloves size 9", "Seal ring 25 mm"),
    "fr": ("Vis hexagonale M8 zinguée", "Roulement à billes 6204-2RS", "Colliers de serrage noirs 200 mm", "Rouleau d'essuyage", "Flexible hydraulique DN 12", "Installation sur site", "Gants de travail taille 9"),
    "es": ("Tornillo hexagonal M8 cincado", "Rodamiento de bolas 6204-2RS", "Bridas negras 200 mm", "Rollo de limpieza", "Manguera hidráulica DN 12", "Montaje en obra", "Guantes de trabajo talla 9"),
    "it": ("Vite esagonale M8 zincata", "Cuscinetto a sfere 6204-2RS", "Fascette nere 200 mm", "Rotolo di carta", "Tubo idraulico DN 12", "Montaggio in loco", "Guanti da lavoro taglia 9"),
    "nl": ("Zeskantbout M8 verzinkt", "Kogellager 6204-2RS", "Kabelbinders zwart 200 mm", "Poetsrol", "Hydrauliekslang DN 12", "Montage op locatie", "Werkhandschoenen maat 9"),
}  # fmt: skip
_DAYS = ("%d.%m.%Y", "%d. %N %Y", "%d.%m.%y")
PLACES = {
    "de": Place("de", "EUR", "€", ".", ",", _DAYS, ("19", "7"), ("20457 Hamburg", "80331 München", "D-50667 Köln", "01067 Dresden"), ("Hafenstraße 12", "Am Markt 3a", "Industrieweg 45"), ("GmbH", "AG", "KG", "GmbH & Co. KG", "e.K.", ""), "DE136695976", _DE, ("Stk", "St", "kg", "m", "Std.", "VPE"), _GOODS["de"]),
    "at": Place("de", "EUR", "€", ".", ",", _DAYS, ("20", "10"), ("1010 Wien", "A-4020 Linz", "8010 Graz"), ("Ringstraße 7", "Mariahilfer Straße 88"), ("GmbH", "OG", "AG", ""), "ATU13585627", _DE, ("Stk", "kg", "m"), _GOODS["de"]),
    "ch": Place("de", "CHF", "CHF", "'", ".", _DAYS, ("8.1", "2.6"), ("8001 Zürich", "CH-3011 Bern", "4051 Basel"), ("Bahnhofstrasse 21", "Seeweg 5"), ("AG", "GmbH", "SA", ""), "CHE-107.787.577 MWST", _DE, ("Stk", "kg", "Std."), _GOODS["de"]),
    "gb": Place("en", "GBP", "£", ",", ".", ("%d %N %Y", "%d/%m/%Y", "%d %b %Y"), ("20", "5"), ("London EC2A 4NE", "Leeds LS1 4DY", "Manchester M1 2WD"), ("12 Dock Road", "Unit 4, Mill Lane", "88 High Street"), ("Ltd", "Limited", "PLC", "LLP", ""), "GB980780684", _EN, ("ea", "pcs", "kg", "hrs", "box"), _GOODS["en"]),
    "us": Place("en", "USD", "$", ",", ".", ("%m/%d/%Y", "%N %d, %Y", "%b %d, %Y"), ("8.25", "6"), ("Austin, TX 78701", "Portland, OR 97201", "Newark, NJ 07102"), ("1200 Commerce St", "455 Oak Avenue, Suite 300"), ("Inc.", "LLC", "Corp.", ""), "", {**_EN, "vat": ("Sales tax {r}%", "Tax ({r}%)", "Sales Tax")}, ("EA", "lb", "box", "hrs"), _GOODS["en"]),
    "fr": Place("fr", "EUR", "€", "\u202f", ",", ("%d/%m/%Y", "%d %N %Y"), ("20", "5,5"), ("75011 Paris", "69002 Lyon", "13001 Marseille"), ("12 rue de la Paix", "8 avenue Foch", "3 bis quai du Port"), ("SARL", "SAS", "S.A.", ""), "FR40303265045", _FR, ("u", "pce", "kg", "h"), _GOODS["fr"]),
    "es": Place("es", "EUR", "€", ".", ",", ("%d/%m/%Y", "%d-%m-%Y", "%d de %N de %Y"), ("21", "10"), ("28013 Madrid", "08003 Barcelona", "46002 Valencia"), ("Calle Mayor 12", "Av. Diagonal 450", "Polígono Sur, nave 7"), ("S.L.", "S.A.", "S.L.U.", ""), "ESB58378431", _ES, ("ud", "kg", "h"), _GOODS["es"]),
    "it": Place("it", "EUR", "€", ".", ",", ("%d/%m/%Y", "%d-%m-%Y", "%d %N %Y"), ("22", "10"), ("20121 Milano MI", "10121 Torino (TO)", "00184 Roma"), ("Via Roma 12", "Corso Italia 45", "Piazza Dante 3"), ("S.r.l.", "S.p.A.", "S.n.c.", ""), "IT00743110157", _IT, ("PZ", "NR", "KG", "H"), _GOODS["it"]),
    "nl": Place("nl", "EUR", "€", ".", ",", ("%d-%m-%Y", "%d %N %Y"), ("21", "9"), ("1012 AB Amsterdam", "3011 HE Rotterdam", "5611 CK Eindhoven"), ("Havenweg 12", "Keizersgracht 101", "Industrieplein 4"), ("B.V.", "N.V.", "VOF", ""), "NL004495445B01", _NL, ("st", "stuks", "kg", "uur"), _GOODS["nl"]),
}  # fmt: skip
NAMES = (
    "Nordkai Werkzeuge", "Brennhagen", "Tellmann & Söhne", "Kastor Industries", "Arbelle Fournitures", "Lindqvist Supply", "Moretti Forniture", "Suministros Alba",
    "De Vries Handel", "Petrel Components", "Holmwood Trading", "Quintana Hermanos", "Valmont Distribution", "Rossi Utensili", "Bakker Techniek", "Greyfield Partners",
)  # fmt: skip
PEOPLE = ("Anna Bergmann", "John Whitaker", "Claire Dubois", "María Ortega", "Giulia Conti", "Pieter Jansen")
