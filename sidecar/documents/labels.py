"""How documents name their fields in English, German, French, Spanish, Italian and Dutch, and how they write dates and amounts."""

import re
from datetime import date
from decimal import Decimal

_REFERENCE = r"(?P<value>[A-Z0-9][\w./-]*\d[\w./-]*)"
#: The first group that matches wins; all are searched without regard to case.
NUMBER: tuple[str, ...] = (
    rf"(?<![a-zäöüß])(?:rechnungs?-?|beleg-?|invoice\s*|facture\s*|gutschrifts?-?|factura\s*|fattura\s*|factuur-?\s*)\s*(?:no|nr|nummer|number|n[uú]m[eé]ro|n[uú]m|n°|nº)\.?\s*[:#]?\s*{_REFERENCE}",
    rf"(?:rechnung|invoice|facture|gutschrift|rechnungskorrektur|credit note|factura|fattura|factuur)\b[^\n]{{0,40}}?\b(?:nr|no|number|n°|nº)\.?\s*[:#]?\s*{_REFERENCE}",
    rf"\b(?:rechnung|invoice|facture|gutschrift|credit note|factura|fattura|factuur)\s*[:#]?\s*{_REFERENCE}",
)
ORDER: tuple[str, ...] = (
    rf"(?:bestell(?:ung)?s?-?\s*|purchase\s*order\s*|order\s*|p\.?o\.?\s+|commande\s*|pedido\s*|ordine\s*|bestelling\s*|bestel-?)(?:no|nr|nummer|number|n[uú]mero|n°|nº)?\.?\s*:\s*{_REFERENCE}",
    rf"(?:bestellung|purchase\s*order|commande)\s+(?:nr|no|number|n°)\.?\s*:?\s*{_REFERENCE}",
    rf"(?:bestellnummer|order\s*number)\s*:?\s*{_REFERENCE}",
)
DAY = r"(?P<value>\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}|\d{1,2}\.?\s+[A-Za-zäéûô]+\.?\s+\d{4}|[A-Z][a-z]+\s+\d{1,2},\s*\d{4}|\d{1,2}\s+de\s+[a-z]+\s+de\s+\d{4})"
DATE: tuple[str, ...] = (
    rf"(?:rechnungs-?|beleg-?|invoice\s*|ausstellungs-?|issue\s*)(?:datum|date)\s*[:]?\s*{DAY}",
    rf"(?:date\s+(?:de\s+)?(?:facture|facturation)|date\s+of\s+issue)\s*:?\s*{DAY}",
    rf"(?:fecha\s+(?:de\s+)?(?:la\s+)?factura|data\s+(?:della\s+)?fattura|factuurdatum)\s*:?\s*{DAY}",
    rf"(?:nr|no)\.?\s*[^\n]{{1,30}}?\s+(?:vom|dated|du)\s+{DAY}",
    rf"\b(?:datum|date|fecha|data)\s*:?\s*{DAY}",
    DAY,
)
DUE: tuple[str, ...] = (
    rf"(?:f[äa]llig(?:keits)?(?:datum|tag)?(?:\s+am)?|zahlbar\s+bis|due\s*date|payable\s+by|[ée]ch[ée]ance|vencimiento|scadenza|vervaldatum)[^\d\n]{{0,12}}{DAY}",
)
TOTALS = {
    "payable": r"zahlbetrag|f[äa]lliger\s+betrag|zu\s+zahlende?r?\b|zahllast|amount\s+due|balance\s+due|total\s+due|net\s+[àa]\s+payer|(?:total|importe)\s+a\s+pagar|totale\s+da\s+pagare|te\s+betalen",
    "gross": r"brutto(?!preis)|gesamtbetrag(?!\s+der)|endbetrag|gesamtsumme|rechnungsbetrag|grand\s+total|invoice\s+total|total\s+amount|total\s+ttc|total\s+incl|importe\s+total|total\s+factura|totale\s+(?:fattura|documento)|totaal\s+incl",
    "net": r"netto(?!preis)|(?:summe|betrag|total)\s+(?:ohne|excl\.?|without)|zwischensumme|sub-?total|total\s+ht|total\s+excl|net\s+(?:total|amount)|base\s+imponible|imponibile|subtotal[e]?|totaal\s+excl",
    "tax": r"mwst|umsatzsteuer|ust\b|ust\.|steuerbetrag|steuerbasis|vat\b|sales\s+tax|tva\b|iva\b|btw\b",
}
SELLER = r"verk[äa]ufer|lieferant|rechnungssteller|rechnungsersteller|seller|supplier|vendor|vendeur|fournisseur|proveedor|fornitore|leverancier"
BUYER = r"k[äa]ufer|rechnungsempf[äa]nger|leistungsempf[äa]nger|buyer|bill(?:ed)?\s+to|customer|sold\s+to|acheteur|client|cliente|klant"
QUANTITY_HEAD = re.compile(r"\b(?:menge|anzahl|qty|quantity|quantit[éeà]|cantidad|aantal)\b", re.I)
PRICE_HEAD = re.compile(r"(?:preis|price|prix|precio|prezzo|prijs)", re.I)
REDUCTION = re.compile(r"\W*\w*(?:rabatt|abschlag|zuschlag|skonto|discount|surcharge|remise)", re.I)
COMPANY = re.compile(
    r"\b(?:GmbH|AG|KG|OHG|e\.K\.|UG|SE|Ltd\.?|Limited|LLC|Inc\.?|Corp\.?|S\.?A\.?R\.?L\.?|S\.A\.|SAS|B\.V\.|N\.V\.|S\.r\.l\.|S\.p\.A\.)(?=\W|$)",
    re.I,
)
CREDIT = re.compile(r"\b(?:gutschrift|credit\s+note|avoir|rechnungs-?korrektur)\b", re.I)
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP"}
AMOUNT = re.compile(
    r"(?<![\w.,/-])[-+]?\d{1,3}(?:[.,' ]\d{3})*[.,]\d{2,4}(?![\w%]|\s%|[.,]\d)|(?<![\w.,/-])[-+]?\d+(?:[.,]\d{1,4})?(?![\w%/]|\s%|[.,-]\d)"
)
_MONTHS = (
    ("jan", "ene", "gen"), ("feb", "fév", "fev"), ("mär", "mar", "maer", "mrt", "maa"), ("apr", "avr", "abr"), ("mai", "may", "mei", "mag"),
    ("jun", "juin", "giu"), ("jul", "juil", "lug"), ("aug", "aoû", "aou", "ago"), ("sep", "set"), ("okt", "oct", "ott"), ("nov",),
    ("dez", "dec", "déc", "dic"),
)  # fmt: skip


def decimal(text: str) -> Decimal | None:
    """`1.234,56`, `1,234.56`, `1 234,56` or `-5` as a decimal: the last mark before 1, 2 or 4 digits is the point."""
    plain = text.replace(" ", "").replace("'", "").lstrip("+")
    found = re.fullmatch(r"(-?)([\d.,]*?)(?:[.,](\d{1,2}|\d{4}))?", plain)
    if not found:
        return None
    whole = re.sub(r"[.,]", "", found.group(2)) or "0"
    return Decimal(f"{found.group(1)}{whole}.{found.group(3) or '0'}") if plain.strip("-") else None


def money(text: str) -> Decimal | None:
    """The decimal of a number with two decimals, as amounts are written; None for others."""
    return decimal(text) if re.search(r"[.,]\d{2}$", text) else None


def day(text: str) -> str:
    """A written date as ISO 8601, the day before the month unless that cannot be; empty when it is no date."""
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    word = re.search(r"[A-Za-zäéûô]{3,}", text)
    if word and len(numbers) == 2:
        head = word.group().lower()
        month = next((at + 1 for at, names in enumerate(_MONTHS) if head.startswith(names)), 0)
        return _iso(numbers[1], month, numbers[0])
    if len(numbers) != 3:
        return ""
    if numbers[0] > 31:
        return _iso(*numbers)
    first, second, year = numbers
    year += 2000 if year < 100 else 0
    return _iso(year, second, first) or _iso(year, first, second)


def _iso(year: int, month: int, number: int) -> str:
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return ""
