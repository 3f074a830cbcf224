"""What a document is, told by its title: the largest text of the first page's head that is a kind's name and little else."""

import re
from collections.abc import Sequence
from itertools import takewhile

from sidecar.documents import headings, labels, references
from sidecar.documents.rows import Row, joined

#: kind -> how it is titled in English, German, French, Spanish, Italian and Dutch; the first that fits counts
_TITLES: tuple[tuple[str, str], ...] = (
    ("credit_note", r"gutschrift|rechnungs-?korrektur|korrektur-?rechnung|storno-?rechnung|credit\s*(?:note|memo(?:randum)?)|(?:facture\s+d.\s?)?avoir|(?:factura\s+)?rectificativa|(?:factura\s+de\s+)?abono|nota\s+(?:di|de)\s+cr[eé]dito|credit-?(?:nota|factuur)"),
    ("order_confirmation", r"(?:auftrags|bestell)-?(?:\s*(?:und|&)\s+\w+-?)?best[äa]tigung|(?:sales\s+)?order\s+(?:confirmation|acknowledge?ment)|acknowledge?ment\s+of\s+order|(?:confirmation|accus[ée]\s+de\s+r[ée]ception)\s+de\s+(?:la\s+|votre\s+)?commande|confirmaci[óo]n\s+de(?:l|\s+su)?\s+pedido|conferma\s+(?:d.?\s?|di\s+|dell.?\s?)?ordine(?:\s+cliente)?|(?:order|opdracht|bestel)-?bevestiging"),
    ("delivery_note", r"lieferschein|liefernachweis|warenbegleitschein|(?:delivery|despatch|dispatch)\s+(?:note|docket|advice)|packing\s+(?:slip|list)|bon\s+de\s+livraison|bordereau\s+(?:de\s+livraison|d.\s?exp[ée]dition)|albar[áa]n|nota\s+de\s+entrega|(?:documento|doc\.)\s+di\s+trasporto|bolla\s+(?:di\s+(?:consegna|accompagnamento))?|d\.?d\.?t\.?|(?:pak|lever(?:ings)?|aflever|vracht)bon"),
    ("invoice", r"\w*-?rechnung|(?:tax\s+|commercial\s+|sales\s+|vat\s+)?invoice|facture|factura|fattura|factuur"),
)  # fmt: skip
_AFTER = r"(?:\s+(?:original\w*|copy|kopie|copia|duplicat\w*|duplikat|valorado|immediata|accompagnatoria|de\s+vente|simplificada))?"
_PATTERNS = tuple(
    (
        kind,
        re.compile(
            rf"\W*(?:{title}){_AFTER}(?P<number>[\s:.-]*(?:{references.NO})?[\s:.]*{references.REFERENCE.pattern}.{{0,30}})?\W*",
            re.I,
        ),
    )
    for kind, title in _TITLES
)
#: Titles that the orders of customers have as well; they count where no other title is.
_ORDER = re.compile(
    r"\W*(?:sales\s+order|verkaufsauftrag|pedido\s+de\s+venta|ordine\s+di\s+vendita|verkooporder)\b.{0,40}",
    re.I,
)
_SPACED = re.compile(r"(?:\w\s){3,}\w")
_LONGEST = 80


def of(rows: Sequence[Row]) -> str:
    """One of the types of a document; without a title a credit note where the text names one, else an invoice.

    Of titles in letters of one size one that stands alone is surer than one with a number, and that than one that names the
    value beside it, as the row "Delivery note 4711" of an invoice does; then the first counts.
    """
    first = [row for row in rows if row.page == 1]
    found = []
    for at, row in enumerate(_head(first)):
        for place, cell in enumerate(row.cells):
            kind, alone = _kind(joined(cell))
            if kind:
                beside = joined(row.cells[place + 1]) if place + 1 < len(row.cells) else ""
                sure = -1 if re.match(r"[:\s]*\S*\d", beside) else int(alone)
                found.append((round(max(word.size for word in cell)), sure, -at, -place, kind))
    if found:
        return max(found)[-1]
    whole = "\n".join(row.text for row in rows)
    if any(_ORDER.fullmatch(joined(cell)) for row in _head(first) for cell in row.cells):
        return "order_confirmation"
    return "credit_note" if labels.CREDIT.search(whole) else "invoice"


def _head(rows: Sequence[Row]) -> list[Row]:
    """The rows above the first table of lines; all where none is known."""
    return list(takewhile(lambda row: not headings.find([row], 0)[0], rows))


def _kind(text: str) -> tuple[str, bool]:
    """(kind, whether nothing else stands there) of a cell; ("", False) for one that is no title."""
    if len(text) > _LONGEST:
        return "", False
    plain = text.replace(" ", "") if _SPACED.fullmatch(text.strip()) else text
    for kind, pattern in _PATTERNS:
        found = pattern.fullmatch(plain)
        if found:
            return kind, not found["number"]
    return "", False
