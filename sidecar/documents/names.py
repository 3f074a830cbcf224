"""What can be a party's name: not a label, a heading, a street, a town, a country, a date or a sum; and where it ends."""

import re
from collections.abc import Sequence
from itertools import pairwise

from sidecar.documents import headings, labels

#: A longer text is a sentence; the patterns here are not tried on it.
_LONGEST, _MOST_WORDS = 80, 9
#: A row of an address that ends it: a postal code before the town, or the town before a British or American one.
TOWN = re.compile(
    r"^(?:[A-Z]{1,3}[- ]{1,3})?(?:\d{4,5}(?: ?[A-Z]{2})?|\d{2,4}[- ]\d{2,3}),?\s+[^\W\d_a-zäöüß][^\d:;|]{1,45}$"
    r"|^(?:[A-Z][\w. '-]+,?\s+)?[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$"
    r"|^[A-Z][\w. '-]+,?\s+[A-Z]{2},?\s+\d{5}(?:-\d{4})?(?:,?\s+[A-Z][\w. ]+)?$"
)
_STREET_WORD = re.compile(
    r"stra(?:ß|ss)e\b|str\.|\b(?:weg|allee|platz|gasse|chaussee|postfach|street|st\.?|road|rd\.?|avenue|ave\.?|lane|drive|boulevard|bd\.?|rue|chemin|quai|place|route|via|viale|piazza|corso|calle|avda?\.?|plaza|paseo|pol[íi]gono|laan|straat|plein|p\.?\s?o\.?\s?box|bp|cs|c/|z\.?[ai]\.?c?\.?|zone|lieu-dit|sede|si[èe]ge|registered\s+office|head\s+office|unit|building|floor|gewerbepark|business\s+park)(?!\w)",
    re.I,
)
COUNTRY = re.compile(
    r"(?:deutschland|germany|allemagne|alemania|germania|duitsland|[öo]sterreich|austria|schweiz|switzerland|suisse|svizzera|liechtenstein|france|frankreich|francia|belgi(?:um|que|en|[ëe])|nederland|netherlands|the\s+netherlands|niederlande|pays-bas|luxembourg|luxemburg|espa[ñn]a|spain|spanien|italia|italy|italien|portugal|united\s+kingdom|uk|great\s+britain|england|scotland|ireland|irland|united\s+states(?:\s+of\s+america)?|usa?|canada|polska|poland|polen|d[äa]nemark|denmark|danmark|sverige|sweden|schweden|norge|norway|hong\s+kong|hk|china|india|australia)\.?",
    re.I,
)
#: Words of a document, of its fields and of what goes on at its edges, which no name begins with.
_NO_NAME = re.compile(
    r":|^\(|^e-invoice|\(\s*(?:ship|bill|deliver|invoice)\w*\s+to\s*\)|^\W*(?:\w\s){3,}|^\W*(?:\w*rechnung\w*|invoice|factur[ae]?|fattura|factuur|proforma|quotation|angebot|auftrag|lieferschein|bestellung|order|gutschrift|avoir|abono|nota\s+di|credit\s*(?:note|memo)|tax|vat|mwst|ust|steuer|tva|iva|btw|datum|date|fecha|data|page|seite|pag(?:e|ina)?|p[áa]gina|copy|kopie|copia|original|duplicate|tel|telefon\w*|phone|t[ée]l[ée]phone|tel[ée]fono|t[ée]l|fax|mobil\w*|e-?mail|iban|bic|swift|www|https?|total|subtotal|summe|betrag|amount|balance|payment|zahlung\w*|paiement|pago|pagamento|betaling|due|status|paid|thank|vielen\s+dank|merci|sehr\s+geehrte|dear|name|nom|nombre|nome|naam|denominazione|nr|no|n[°º]|number|nummer|num[ée]ro|numero|ref\w*|kunden(?:nummer|-?nr)|account|description|bezeichnung|siret|siren|lieferdatum|position|pos|gln|w[äa]hrung|currency|bemerkung\w*|notes?|hinweis\w*|adress\w*|address|anschrift|direcci[óo]n|indirizzo|bank\w*|konto\w*|contact\w*|ansprechpartner|buyer|seller|hotel\s+details|\w+\s+details|plot|flat|shop|floor|stylesheet|beispiel\w*|inv|ihre?|your|uw|votre|notre|our|debitor\w*|bon\s+de|bordereau|albar[áa]n|packing|delivery\s+note|pakbon|\w*bevestiging|leveringsbon|verkoopfactuur|conferma|confirmaci[óo]n|confirmation|inh(?:aber(?:in)?)?|gesch[äa]ftsf[üu]hr\w*)(?![^\W_])",
    re.I,
)
#: Before a name, and in a row over it: kept out of it.
_GREETING = re.compile(
    r"^(?:an(?:\s+die)?|to|firma|fa\.|herrn?|frau|mr|mrs|ms|messrs|m/s|monsieur|madame|mme|soci[ée]t[ée](?=$)|spett\.?\s?(?:le|ili)?(?:\s+ditta)?|ditta|sres?|sra|aan|de\s+heer|mevrouw)(?!\w)\.?,?\s*",
    re.I,
)
ATTENTION = re.compile(
    r"^(?:z\.?\s?hd?s?\.?|attn\.?|att\.?|attention|c/o|[àa]\s+l['’]attention\s+de|a/a|a\s+la\s+atenci[óo]n\s+de|alla\s+c(?:ortese\s+|\.\s?)a(?:ttenzione|\.)(?:\s+di)?|t\.?a\.?v\.?|ter\s+attentie\s+van)\s*:?\s*",
    re.I,
)
DEPARTMENT = re.compile(
    r"^(?:abt(?:eilung|\.)|dept\.?|department|service\s+(?:comptab\w+|achats?|factur\w+|client\w*)|dpto\.?|departamento|ufficio|afdeling|buchhaltung|rechnungswesen|kreditorenbuchhaltung|einkauf|accounts?\s+payable|accounting|purchasing|procurement|comptabilit[ée]|administra\w+)\b",
    re.I,
)
#: Keeps its name going into the next row.
_GOES_ON = re.compile(
    r"(?:[&+-]|\b(?:und|and|et|y|e|en|f[üu]r|for|pour|de|des|du|del|della|delle|dei|der|die|des|von|van|of|the|di))$",
    re.I,
)
#: Three words of one person, who stands over the company that is meant.
_PERSON = re.compile(
    r"(?:(?:Dr\.|M\.?|Mr\.?|Mme|Mrs\.?|Herrn?|Frau)\s)(?:[A-ZÄÖÜÉ][\w'-]+\s?){1,4}|[A-ZÄÖÜÉ][a-zäöüßé]+(?:\s[A-Z]\.)?(?:\s[A-ZÄÖÜÉ][a-zäöüßé]+)"
)
_ROLE = re.compile(rf"(?:{labels.SELLER}|{labels.BUYER}|{labels.RECEIVER})\W*(?:/.*)?", re.I)
#: After a name on one line with an address, a register or a capital.
_END = re.compile(
    r"\s+[|·•*–—−(-]\s+|[|·•;]\s|\s\s|,\s(?!(?i:inc|ltd|llc|llp|plc|s\.?l|s\.?a|s\.?r\.?l|s\.?p\.?a|gmbh|ag|b\.?v|corp|limited)\b)|\.?\s+(?=registered\s+(?:office|in)\b|company\s+(?:no|number|reg)|si[èe]ge\s+social|sede\s+(?:legale|social)\b|domicilio\s+social|is\s+a\s+trading)|\s+(?=au\s+capital|with\s+(?:its\s+)?registered|inh(?:aber)?\.?\b)",
    re.I,
)

_LABEL_END = re.compile(r"(?:nr|nummer)\.?$|\b(?:no|number|n[°º])\.?$", re.I)
_STREET_END = re.compile(
    r"\s(?:lane|road|rd|street|avenue|drive|close|terrace|estate|parkway|pkwy|blvd)\.?$", re.I
)
#: A shop's name may end with a number; a heading may end with what it is counted in.
_BRAND = re.compile(r"[^\W\d_]{5,}\d{1,3}")
_CURRENCY = re.compile(r"\W*(?:EUR|CHF|USD|GBP|[€$£])\W*$")
#: A year or a number that is kept with a name.
_NUMBERED = re.compile(r"\s?\([^()]{0,20}\d[^()]{0,20}\)$")


def clean(text: str) -> str:
    """A name without what follows it on a line of an address or a foot."""
    name = _END.split(text.strip(), maxsplit=1)[0].strip(" ,;·|:*•")
    return _NUMBERED.sub("", name)


def plain(text: str) -> str:
    """Letters and digits alone, by which names are compared."""
    return re.sub(r"[\W_]", "", text.casefold())


def ends_with_form(text: str) -> bool:
    """Whether a legal form ends it."""
    return any(match.end() >= len(text) - 1 for match in labels.COMPANY.finditer(text))


def is_place(text: str) -> bool:
    """Whether it is a street, a town or a country."""
    if len(text) > _LONGEST:
        return False
    if TOWN.match(text) or COUNTRY.fullmatch(text) or re.fullmatch(r"\d{4,5}", text):
        return True
    if not re.search(r"\d", text) or _NO_NAME.search(text):
        return False
    return bool(_STREET_WORD.search(text) or re.search(r"\s\d{1,5} ?[a-zA-Z]?$|^\d{1,5}\w?,?\s", text))


def is_name(text: str) -> bool:
    """Whether it can be a name."""
    if (
        not 2 < len(text) <= _LONGEST
        or len(text.split()) > _MOST_WORDS
        or not re.search(r"[^\W\d_]{2}", text)
    ):
        return False
    if (
        "@" in text
        or _NO_NAME.search(text)
        or _ROLE.fullmatch(text)
        or _LABEL_END.search(text)
        or COUNTRY.fullmatch(text)
        or "(cid:" in text
    ):
        return False
    if labels.COMPANY.search(text) and not TOWN.match(text):
        return len(re.findall(r"\d", text)) < 4 and len(plain(labels.COMPANY.sub("", text))) > 1
    if re.search(r"\d", text) and not _BRAND.fullmatch(text):
        return False
    return not (_STREET_WORD.match(text) or _STREET_END.search(text)) and not headings.is_heading(
        _CURRENCY.sub("", text)
    )


def of_lines(lines: Sequence[str]) -> str:
    """The name among the lines of an address, from the top: without a greeting, and with the line that ends it."""
    person = ""
    for line, more in pairwise([*lines, ""]):
        addressed = ATTENTION.match(line)
        greeted = line[addressed.end() :] if addressed else line
        if addressed and not labels.COMPANY.search(greeted):
            continue
        text = _ungreeted(greeted)
        if is_place(text):
            break
        if not is_name(text) or DEPARTMENT.match(text):
            if person:
                break
        elif not person and _PERSON.fullmatch(greeted) and is_name(more) and ends_with_form(more) and more[0].isupper():  # fmt: skip
            person = text  # whose company comes next
        else:
            below = (clean(other) for other in lines)
            return next((name for name in below if legal_name(text, name)), whole(text, clean(more)))
    return person


def legal_name(brand: str, text: str) -> bool:
    """Whether a text is a company's whole name that its brand stands over: it has the legal form and a word of the brand."""
    if not labels.COMPANY.search(text) or labels.COMPANY.search(brand) or not is_name(text):
        return False
    words = {word.casefold() for word in re.findall(r"[^\W\d_]{4,}", brand)}
    return any(word.casefold() in words for word in re.findall(r"[^\W\d_]{4,}", text))


def _ungreeted(text: str) -> str:
    """A text without the greeting before it, unless nothing that can be a name is left; without what follows a name."""
    rest = clean(_GREETING.sub("", text, count=1))
    return clean(text) if rest and not is_name(rest) else rest


def whole(name: str, more: str) -> str:
    """A name that goes on in the next row, which has its legal form, or because its last word asks for more."""
    form = labels.COMPANY.search(more) and not plain(labels.COMPANY.sub("", more))
    if re.search(r"\d", more) or not (is_name(more) or form):
        return name
    if legal_name(name, more):
        return more
    goes_on = _GOES_ON.search(name) or (labels.COMPANY.search(more) and not labels.COMPANY.search(name))
    return f"{name} {more}" if goes_on else name
