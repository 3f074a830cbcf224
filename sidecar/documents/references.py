"""A document's own number and the customer's order: which labels name them, whose a number is, and where it ends.

All patterns are English, German, French, Spanish, Italian and Dutch, and are used without regard to case.
"""

import re
from collections.abc import Callable, Sequence

from sidecar.documents import headings, names
from sidecar.documents.document import Document
from sidecar.documents.labelled import Near, near
from sidecar.documents.notation import DAY, GAP, Notation
from sidecar.documents.rows import Row

NO = r"(?:nummer|number|no\b|nr\b|nbr\b|nro\b|n[uú]m(?:[eé]ro)?\b|n\.?[°º]|nº|№|n\.|id\b|#)"
#: A day, and not the number and the first digits of the day in "31 del 01/05/2026".
_DAY = r"(?!\d+\s+(?:del|van|vom)\b)" + DAY.replace("?P<value>", "?:")
#: A reference is one word with a digit; letters may stand before it, and groups of digits follow to the end of its cell.
REFERENCE = re.compile(
    rf"(?P<value>(?:(?!(?:vom?|dat[ae]?|nr|no|n|num|du|del|dd|of|van|le|per|page|seite|pag|tel|fax)\b)[A-Z]{{1,4}}\s(?=\d))?(?=[\w./#-]*\d)[A-Z0-9][\w./{GAP}-]*"
    rf"(?:\s[/-]\s(?!{_DAY})\d+|\s/\s[A-Z]{{1,3}}(?!\w)|(?:\s(?!{_DAY})\d{{3,6}})+(?=\s\s|$))?)(?![\w./-]|,\d)",
    re.I,
)
_ITS = r"(?:de\s+la\s+|della\s+|de\s+|of\s+|d['’]\s?)?"

# -- the document's own number ----------------------------------------------------------------------
_INVOICE = r"(?:(?!bezugs|ursprungs|referenz)[^\W\d_]{0,20}?-?rechnungs?-?(?:korrektur)?|belegs?|invoice|tax\s+invoice|facture|gutschrifts?|avoir|factura(?:\s+rectificativa)?|abono|fattura|(?:verkoop)?factuur|credit\s*(?:note|memo)|credit(?:nota|factuur)|nota\s+di\s+credito)"
_CREDIT = r"(?:gutschrifts?|(?:rechnungs-?)?korrektur(?:-?rechnungs?)?|storno-?(?:rechnungs?)?|credit\s*(?:note|memo)|avoir|(?:factura\s+)?rectificativa|abono|nota\s+(?:di|de)\s+cr[eé]dito|credit-?(?:nota|factuur))"
_CONFIRMED = r"(?:(?:auftrags|bestell)-?(?:\s*(?:und|&)\s+\w+-?)?best[äa]tigungs?|(?:sales\s+)?order\s+(?:confirmation|acknowledge?ment)|(?:order\s+)?acknowledge?ment|confirmation|(?:confirmation|accus[ée]\s+de\s+r[ée]ception)(?:\s+de\s+(?:la\s+)?commande)?|confirmaci[óo]n(?:\s+de(?:l)?\s+pedido)?|conferma(?:\s+(?:d.?\s?|di\s+)?ordine(?:\s+cliente)?)?|(?:order|opdracht)-?bevestiging)"
_SOLD = r"(?:auftrags?|(?:sales\s+|our\s+)?order|(?:notre\s+)?commande|(?:nuestro\s+)?pedido|(?:ns\.?\s+)?ordine|(?:verkoop)?order|opdracht)"
_DELIVERY = r"(?:(?:sammel|teil)?-?lieferschein|(?:delivery|despatch|dispatch)\s+(?:note|docket|advice)|packing\s+(?:slip|list)|bon\s+de\s+livraison|bordereau(?:\s+de\s+livraison)?|albar[áa]n(?:\s+valorado)?|nota\s+de\s+entrega|documento\s+di\s+trasporto|d\.?d\.?t\.?|bolla(?:\s+di\s+consegna)?|(?:pak|lever(?:ings)?|aflever)bon)"
#: Abbreviations, which want the word for number behind or before them.
_SHORT_INVOICE = r"(?:rg\.?|rech\.?|re|inv\.?|bill|fact?\.?|fra\.?|fatt\.?|fac\.?|ft\.?)"
_SHORT_CONFIRMED = r"(?:ab|auftr\.?|conf\.?|so|oc|ord\.?)"
_SHORT_DELIVERY = r"(?:ls|lfs\.?|liefersch\.?|dn|bl|alb\.?)"
_SHIPPED = (
    rf"(?<![^\W\d_])(?:lieferungs?|liefer|versand|delivery|despatch|dispatch|shipment|consignment|livraison|exp[ée]dition|entrega|env[íi]o|consegna|spedizione|levering|zending)[\s-]*{NO}\.?(?![^\W\d_])",
)
_OURS = r"(?:our|unser[e]?|notre|nos|n/|nostr[oa]|ns\.?/?|n\.\s?s\.|nuestr[oa]|n\.|onze|ons)"
_REFERENCES = (
    r"(?:ref(?:er(?:en(?:ces?|z|cia|tie)|imento))?|r[ée]f(?:[ée]rences?)?|rif(?:erimento)?|kenmerk|zeichen)"
)
_OWN = rf"(?<![^\W\d_]){_OURS}\s*(?:{_REFERENCES}\.?|(?:{NO}\.?\s*)?{_ITS}(?:{_CONFIRMED}|{_SOLD}|document)(?:[\s-]*{NO})?|{NO})\.?(?![^\W\d_])"
_ANY = (
    rf"(?<![^\W\d_])(?:document|dokument(?:en)?|documento|doc\.?|dok\.?|beleg|vorgangs?|transaction)\s*-?\s*{NO}\.?(?![^\W\d_])|{NO}\.?\s+(?:de\s+|del\s+|di\s+)?document[oe]?\b",
)


def _with_number(named: str, short: str = "") -> tuple[str, ...]:
    """Labels of a number with the word for it, the surest first."""
    return (
        rf"(?<![^\W\d_])(?:{named}|{short})[\s-]*{NO}\.?(?![^\W\d_])" if short else rf"(?<![^\W\d_]){named}[\s-]*{NO}\.?(?![^\W\d_])",
        rf"(?<!\w){NO}\.?\s*{_ITS}{named}\b",
        rf"(?<![^\W\d_]){named}\b(?P<between>[^\n:]{{0,40}}?)\b{NO}\.?(?![^\W\d_])",
    )  # fmt: skip


def _numbers(named: str, short: str = "") -> tuple[str, ...]:
    """As `_with_number`, and last a label that is the document's name alone."""
    return (*_with_number(named, short), rf"(?<![^\W\d_])(?P<bare>{named})(?![^\W\d_])")


_ALONE = (rf"(?P<heading>(?:^|(?<=\s\s)|(?<=\|\s)){NO}\.?)(?=\s|:|$)",)
#: By what the document is.
_NUMBER: dict[str, tuple[str, ...]] = {
    "invoice": (*_numbers(_INVOICE, _SHORT_INVOICE), *_ANY, *_ALONE, _OWN),
    "credit_note": (*_numbers(_CREDIT, "(?:gs|cn|nc)"), *_with_number(_INVOICE, _SHORT_INVOICE), *_ANY, *_ALONE, _OWN),
    "order_confirmation": (*_with_number(_CONFIRMED, _SHORT_CONFIRMED), _OWN, *_with_number(_SOLD), *_numbers(_CONFIRMED)[3:], *_numbers(_SOLD)[3:], *_ANY, *_ALONE),
    "delivery_note": (*_numbers(_DELIVERY, _SHORT_DELIVERY), *_SHIPPED, *_ANY, *_ALONE, _OWN),
}  # fmt: skip

# -- the customer's order ---------------------------------------------------------------------------
_ORDERED = r"(?:bestell(?:ing|ung)?(?:s|en)?|(?:purchase|customer|client)?\s*orders?|commandes?|cde|pedidos?|ped\.|ordin[ei]|ord\.|bestel(?:ling(?:en)?|bon)?|inkoop(?:orders?)?|p\.?\s?o\.?)"
#: What only the one who buys calls so.
_PURCHASE = r"(?:bestell(?:ungs?|ungen)?|best\.?|purchase\s*orders?|customer(?:['’]s)?\s*orders?|p\.?\s?o\.?|bons?\s+de\s+commande|bestel(?:ling|bon)?|inkoop(?:order)?|ordine\s+d['’]\s?acquisto|orden\s+de\s+compra|oda)"
_YOURS = r"(?:ihre?[rnms]?|y(?:ou)?r|customer(?:['’]?s)?|cust\.?|client|buyer(?:['’]?s)?|votre|vos|v/|v\.|v/s\.?|su|sus|vuestro|s/|vs[./]*|vostr[oai]|uw|kunden-?|kd\.?-?|klant-?|extern\w*)"
_BUYERS = r"(?:del\s+|des\s+|du\s+|di\s+|van\s+de\s+)?(?:clientes?|client|kunden?|klant|customer|buyer)\b"
_REFERRED = rf"\b{_YOURS}\s*-?{_REFERENCES}\b\.?|{_REFERENCES}\.?\s*(?:{_BUYERS}|v(?:ostr[oa]|s)\b\.?)|buyer\s+reference|bestell-?zeichen|{_YOURS}\s*(?:beleg|document|dokument)[\s-]*{NO}"
_ORDER: tuple[str, ...] = (
    rf"\b{_YOURS}\s*(?:(?:r[ée]f|rif)\.?\s+(?:de\s+)?|{NO}\.?\s*{_ITS}|[^\W\d_]{{3,12}}\s?/\s?)?(?:{_ORDERED}|auftrags?|opdracht|best\.)(?:[ -]?{NO})?\.?(?![^\W\d_])|{_ORDERED}[ ]{_BUYERS}(?:[ -]?{NO}\.?)?",
    rf"\bbest(?:ell)?\.?-?(?:nr|nummer)\.?\s*(?:des\s+)?kunden?|(?P<heading>(?<![^\W\d_]){_PURCHASE}[\s-]*{NO}\.?(?![^\W\d_]))|(?<![^\W\d_])purchase\s+orders?\b",
    rf"(?P<long>{_REFERRED})",
    rf"(?P<heading>(?<![^\W\d_]){_ORDERED}[\s-]*{NO}\.?(?![^\W\d_]))",
    rf"(?<!\w){NO}\.?\s*{_ITS}(?:votre\s+|su\s+|vs\.?\s+)?{_ORDERED}\b",
    rf"(?:^|(?<=\s\s)){_ORDERED}(?=-?\s*[:/]|-?\s\s|-?$|\s\S*\d)",
    rf"(?:bon\s+de\s+commande|{_REFERENCES}\.?\s+(?:de\s+)?{_ORDERED}|order\s+ref(?:erence|\.)?|{_REFERRED})(?:\s*/\s*\w+)?",
    rf"(?P<head>(?:^|(?<=\s\s)){_REFERENCES}\b\.?)(?=\s*[:/]|\s\s|$)",
)  # fmt: skip

# -- whose a number is ------------------------------------------------------------------------------
#: Right before the name of a document: it is another one's, which this one is about.
_ABOUT = re.compile(
    r"(?:\b(?:zu[rm]?|f[üu]r|gem(?:\.|[äa][ßs]{1,2})|bezug|betr\w*|storn\w*|against|for|to|of|on|re|corrects?|cancels?|sur|pour|annul\w+|relati\w+|rectific\w+|sobre|corrig\w+|su|op|voor|ref\.?|r[ée]f\.?|rif\.?|orig(?:\.|inal)?|original|urspr[üu]ng\w*)|ursprungs|bezugs)\W*(?:(?:a|[àa]\s+la|la|le|el|the|our|der|die|unsere\w?|de|alla|di)\s+){0,2}$",
    re.I,
)
_OUTSIDE = re.compile(r"\b(?:extern\w*|original|orig\.|ursprungs?|bezugs?|vorg[äa]nger)[\s-]*$", re.I)
#: Right before an order: whose it is.
_OF_CUSTOMER = re.compile(rf"(?:\b|(?<=\W)){_YOURS}\W*$|\bpurchase\s*$|{_ABOUT.pattern}", re.I)
_OF_VENDOR = re.compile(rf"(?<![^\W\d_])(?:{_OURS}|sales|verkoop|verkaufs|work|production|job)[\s-]*$", re.I)
#: Between a document's name and the word for number: the number is somebody else's.
_ELSES = re.compile(
    r"\b(?:gem[äa][ßs]\w*|per|for|pour|zu|sur|against|for|to|your|ihre?\w?|kunden\w*|customer|client\w*|uw|su|vs|votre|bestell\w*|order|commande|pedido|ordine|lieferschein|delivery|steuer|tax|vat|ust\W?id|tva|iva|btw|account|konto|item|page)\b",
    re.I,
)

# -- the value --------------------------------------------------------------------------------------
#: Between a label and its value: marks, the word for number, and the day of an order that goes before its number.
_FILLER = re.compile(
    rf"(?:[\s:#.)_…·*=>-]|(?:mit\s+der|met|con(?:\s+(?:il|el))?|with(?:\s+the)?|avec\s+le|under|unter(?:\s+der)?|sous\s+le)\s+(?={NO})|{NO}\.?(?![^\W\d_])"
    rf"|(?:/|&|und\b|and\b|et\b|y\b|e\b|en\b)\s*(?:\w*datum|date|data|fecha)\b|(?:vom|dated|of|du|del|dd\.?|van|d\.d\.)?\s*{_DAY}\s*(?:[/,;–-]\s*(?=\S*\d|{NO})|(?={NO})))*",
    re.I,
)
_COUNTED = re.compile(
    r"\s?(?:%|(?:tagen?|days?|jours|d[íi]as|giorni|dagen|st[üu]ck|pcs|pages?|seiten?)\b)", re.I
)
#: What may follow a value that stands under its label.
_GOES_ON = re.compile(r"$|\s*[/|,;()–-]|\s+(?:vom|of|dated|du|del|van|d\.d\.)\b|\s+" + _DAY, re.I)
#: The rest of a label that is broken over two rows, or a rule of characters.
_STILL_LABEL = re.compile(rf"[\W_]*(?:{NO})?[\W_]*", re.I)
_SHAPE = str.maketrans("123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0" * 9 + "A" * 26)
#: No row of headings has more words.
_MOST_WORDS = 60
#: How sure the labels are, the most telling first.
_SURE = (0.9, 0.85, 0.8, 0.7, 0.65, 0.6, 0.55, 0.5, 0.5, 0.45, 0.45)


def find(document: Document, rows: Sequence[Row], notation: Notation) -> None:
    """Set the document's own number and the customer's order."""
    own = _NUMBER.get(document.type, _NUMBER["invoice"])
    _set(document, "number", own, rows, lambda entry: _own(document.type, entry, notation))
    _set(document, "order_reference", _ORDER, rows, lambda entry: _ordered(document.number, entry, notation))


def _set(
    document: Document, name: str, labels: Sequence[str], rows: Sequence[Row], value: Callable[[Near], str]
) -> None:
    for sure, label in zip(_SURE[: len(labels)], labels, strict=True):
        for entry in near(rows, re.compile(label, re.I)):
            if _is_of_line(entry, rows):
                continue
            found = value(entry)
            if found:
                document.found(name, found, sure, entry.row.place)
                return


def _part(entry: Near, name: str) -> str:
    """What a named part of a label's pattern matched, empty where it has none."""
    return entry.label.groupdict().get(name) or ""


def _is_of_line(entry: Near, rows: Sequence[Row]) -> bool:
    """Whether a label that articles and lines have too heads a column of a table, or stands in or under one."""
    if _part(entry, "heading"):
        return _is_table(rows, entry.at)
    return bool(_part(entry, "head")) and any(_is_table(rows, at) for at in range(entry.at + 1))


def _is_table(rows: Sequence[Row], at: int) -> bool:
    return len(rows[at].words) <= _MOST_WORDS and bool(headings.find(rows, at)[0])


def _own(kind: str, entry: Near, notation: Notation) -> str:
    """The reference that a label of the document's own number leads to; empty where it is another document's."""
    before, between = entry.before, _part(entry, "between")
    if _OUTSIDE.search(before) or _ELSES.search(between):
        return ""
    if kind == "order_confirmation" and _OF_CUSTOMER.search(before):
        return ""
    if kind == "credit_note" and _ABOUT.search(before):
        return ""
    if _part(entry, "bare") and not _STILL_LABEL.fullmatch(entry.over):
        return ""  # it belongs to the label between
    return _reference(entry, notation)


def _ordered(own: str, entry: Near, notation: Notation) -> str:
    """What the customer calls the order: a cell of few words with a digit, else its first reference; never the own number."""
    if _OF_VENDOR.search(entry.before):
        return ""
    text = _value_text(entry)
    cell = _first(re.split(r"\s{2,}", text)[0].strip())
    few = re.fullmatch(r"(?=.*\d)[^:;,·|—]{3,25}", cell) and len(cell.split()) < 5
    whole = few and not re.search(_DAY, cell, re.I) and not _is_no_reference(cell, notation)
    found = (cell if whole else "") or _reference(entry, notation)
    if _part(entry, "long") and not re.search(r"\d{3}", found):
        return ""  # rather a person's sign
    return "" if found == own else found


def _first(cell: str) -> str:
    """Of several orders that are numbered alike the first; an order without the person or the place behind it."""
    first, *more = re.split(r"\s*[,;+&]\s*|\s+[/–-]\s+|\s+(?:und|and|et|y|e|en)\s+", cell)
    alike = any(_shape(other) == _shape(first) for other in more)
    named = re.search(r"\d", first) and more and re.fullmatch(r"[^\d]*[^\W\d_]{3}[^\d]*", more[0])
    return first if alike or named else cell


def _shape(reference: str) -> str:
    return reference.upper().translate(_SHAPE)


def _reference(entry: Near, notation: Notation) -> str:
    """The reference that a text begins with."""
    text = _value_text(entry)
    found = REFERENCE.match(text)
    if not found or re.match(_DAY, text, re.I):
        return ""
    rest = text[found.end() :]
    if _COUNTED.match(rest) or (entry.beneath and not _GOES_ON.match(rest)):
        return ""
    value = found["value"].replace(GAP, " ").rstrip(".,-")
    return "" if _is_no_reference(value, notation) else value


def _value_text(entry: Near) -> str:
    filler = _FILLER.match(entry.text)
    return entry.text[filler.end() if filler else 0 :]


def _is_no_reference(value: str, notation: Notation) -> bool:
    """Whether a value is an amount, or a row of an address."""
    return not value or notation.money(value) is not None or bool(names.TOWN.match(value))
