"""Who sells and who buys: weak signs of both are gathered over the page, and the pair of names with most of them wins.

Signs are labels, the places where letters and forms have their addresses, legal forms, the letterhead, and what else a supplier
prints of itself: sender line, foot, register, mail address, account. None is demanded.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from sidecar.documents import addresses, headings, labels, names
from sidecar.documents.document import Document
from sidecar.documents.rows import Row, Word, joined

#: How much a sign says: a label, a place to get the goods, who keeps the account, the sender in one row, an address in a letter's
#: window, in a form's right half, in the foot, with the supplier's own data or with a person to open it, the letterhead, a name in
#: the mail's domain, a legal form, the first text of all.
_LABEL, _PLACE, _HOLDER, _SENDER, _WINDOW, _HALF, _FOOT, _OWN, _OPENED, _HEAD, _DOMAIN, _FORM, _FIRST = (
    6.0, 1.0, 3.0, 4.0, 4.0, 2.5, 2.5, 3.0, 1.5, 1.5, 2.0, 0.5, 0.8,
)  # fmt: skip
#: A label with its name in a longer cell is a sentence.
_LONGEST = 160
_LABELS = tuple(
    (
        role,
        re.compile(rf"(?:{label})(?=\W|$)\s*(?:/[^:]{{1,30}})?(?P<colon>[:.]?)\s*(?P<rest>.*)", re.I),
        weight,
    )
    for role, label, weight in (
        ("seller", labels.SELLER, _LABEL),
        ("buyer", labels.BUYER, _LABEL),
        (
            "buyer",
            labels.RECEIVER,
            _PLACE,
        ),  # who gets the goods is the buyer or one of its places, and hardly sells
    )
)
#: Where letters have their receiver, in points from the top (DIN 5008 and its neighbours); above stands the letterhead.
_LETTER = (125.0, 310.0)
_MIDDLE, _TOP, _BOTTOM = 290.0, 0.25, 0.82
#: A page whose text ends above has no foot, in points.
_SHORTEST = 500.0
_ACCOUNT = re.compile(
    r"(?:kontoinhaber(?:in)?|account\s+(?:holder|name)|titulaire|titular|intestat(?:ario(?:\s+conto)?|o\s+a)|t\.?n\.?v\.?|beneficiary|beg[üu]nstigter|(?:cheques?|checks?)\s+(?:should\s+be\s+made\s+)?payable\s+to|ch[èe]ques?\s+[àa]\s+l['’]ordre\s+de|for\s+and\s+on\s+behalf\s+of)\s*:?\s*(?P<name>[^\d|·•]{3,60})", re.I)  # fmt: skip
_DOMAINS = re.compile(r"(?:@|www\.|https?://)(?:www\.)?([\w-]{3,})\.", re.I)
_NAMED = re.compile(r"\s*(?:firma|company|(?:company\s+)?name|nom|raison\s+sociale|nombre|raz[óo]n\s+social|nome|denominazione|ragione\s+sociale|naam|bedrijf)\s*:\s*", re.I)  # fmt: skip
#: Who keeps the account stands in many a foot, with a legal form of its own.
_BANK = re.compile(r"bank\b|sparkasse|\b(?:banque|banco|banca|cr[ée]dit|caja|caisse)\b", re.I)
#: A customer's number between a label and the name.
_NUMBER = re.compile(r"[A-Z]{0,4}[-.]?\d{2,}\s+(?:[-–/|]\s+)?(?=[^\W\d_]{2})")
#: A letterhead's name may have the title in its row.
_TITLE = re.compile(r"\s+(?:tax\s+)?(?:invoice|rechnung|facture|factura|fattura|factuur)$", re.I)
_TALLER = 1.15
#: Letters of a name in the row over its last one, at most.
_BROKEN = 30
#: No page names more companies; what is beyond is not weighed.
_MOST, _MOST_SIGNS = 40, 1000


@dataclass(slots=True)
class _Name:
    """A name with its signs, by role, and the row that says most."""

    text: str
    row: Row
    signs: dict[str, float] = field(default_factory=lambda: {"seller": 0.0, "buyer": 0.0})
    heaviest: float = 0.0


_Sign = tuple[str, str, float, Row]


def find(document: Document, rows: Sequence[Row]) -> None:
    """Set the names of seller and buyer."""
    found: dict[str, _Name] = {}
    for role, text, weight, row in islice(_signs(rows), _MOST_SIGNS):
        _add(found, role, text, weight, row)
    _by_domain(found, rows)
    likely = sorted(found.values(), key=lambda name: -max(name.signs.values()))[:_MOST]
    pairs = [
        (seller.signs["seller"] + buyer.signs["buyer"], seller, buyer)
        for seller in likely
        for buyer in likely
        if seller is not buyer and seller.signs["seller"] > 0 and buyer.signs["buyer"] > 0
    ]
    if pairs:
        _, seller, buyer = max(pairs, key=lambda pair: pair[0])
        _set(document, "seller", seller)
        _set(document, "buyer", buyer)
    elif likely:
        role = max(likely[0].signs, key=lambda role: likely[0].signs[role])
        _set(document, role, likely[0])


def _set(document: Document, role: str, name: _Name) -> None:
    sure = min(0.85, 0.4 + 0.08 * name.signs[role])
    document.found(f"{role}.name", name.text, sure, name.row.place)


def _add(found: dict[str, _Name], role: str, text: str, weight: float, row: Row) -> None:
    """Count a sign; a name that another one begins or ends with is the same, written shorter or broken over two rows."""
    plain = names.plain(text)
    if len(plain) < 3:
        return
    for known in list(found):
        shorter, longer = sorted((known, plain), key=len)
        ends = longer.endswith(shorter) and len(longer) - len(shorter) < _BROKEN
        if (ends or longer.startswith(shorter)) and (len(shorter) > 7 or known == plain):
            name = found[known]
            if known != plain and _better(text, name.text, ends):
                found[plain] = found.pop(known)
                name.text = text
            break
    else:
        name = found[plain] = _Name(text, row)
    name.signs[role] += weight
    if weight > name.heaviest:
        name.heaviest, name.row = weight, row
    if names.plain(name.text) == plain and name.text.isupper():
        name.text = text  # a letterhead in capitals is the name as it is written elsewhere


def _better(text: str, than: str, broken: bool) -> bool:
    """Whether of two spellings this one is the whole name: it ends with a legal form, or is the shorter one where both do.

    Of two that end alike, one was broken over two rows: there the longer one is whole, if it has a legal form.
    """
    mine, other = names.ends_with_form(text), names.ends_with_form(than)
    if broken and mine and other:
        return len(text) > len(than)
    if mine and other and re.fullmatch(r"[&\s]*(?:Co\.?\s*)?KG(?:aA)?", text.removeprefix(than)):
        return True
    return mine and not other if mine != other else len(text) < len(than)


def _signs(rows: Sequence[Row]) -> Iterator[_Sign]:
    """(role, name, weight, row)"""
    yield from _labelled(rows)
    first = [row for row in rows if row.page == 1]
    if not first:
        return
    foot = _BOTTOM * max(_SHORTEST, *(row.bottom for row in first))
    table = next((at for at in range(len(first)) if headings.find(first, at)[0]), len(first))
    around = [row for at, row in enumerate(first) if at < table or row.bottom > foot]
    found = addresses.blocks(around)
    alone = sum(block.bottom < foot for block in found) == 1
    for block in found:
        yield from _of_block(block, foot, alone)
    yield from _of_cells(around, first, foot)
    yield from _letterhead(first[:table], foot)


def _of_block(block: addresses.Block, foot: float, alone: bool) -> Iterator[_Sign]:
    """What an address's place and company say; the only one above the foot is rather whom the paper goes to."""
    in_letter = _LETTER[0] < block.bottom < _LETTER[1]
    if block.bottom > foot:
        seller, buyer = _FOOT, 0.0
    elif in_letter:
        seller, buyer = (_HEAD / 2, _WINDOW) if block.left < _MIDDLE else (_HEAD, _HALF)
    else:
        seller, buyer = (_HEAD * 0.6, _HEAD) if alone else (_HEAD, _HEAD * 0.6)
    if block.of_sender:
        seller, buyer = seller + _OWN, min(buyer, _HEAD * 0.6)
    elif block.is_addressed:
        buyer += _OPENED
    if block.has_tax_or_mail:
        seller += _FORM
    yield "seller", block.name, seller, block.row
    yield "buyer", block.name, buyer, block.row


def _of_cells(around: Sequence[Row], first: Sequence[Row], foot: float) -> Iterator[_Sign]:
    """Senders in one row, account holders, and names with a legal form; those in the foot are the seller's."""
    known: set[tuple[str, str]] = set()
    for row in first:
        holder = _ACCOUNT.search(row.text)
        if holder and names.is_name(names.clean(holder["name"])):
            yield "seller", names.clean(holder["name"]), _HOLDER, row
    for row in around:
        for cell in row.cells:
            sender = addresses.one_line(joined(cell))
            if sender:
                yield "seller", sender, _SENDER, row
            text = names.clean(joined(cell))
            if sender or not labels.COMPANY.search(text) or not names.is_name(text) or _BANK.search(text):
                continue
            # a legal form counts once: a buyer is often named more often, as who is billed and who gets the goods
            low, plain = row.bottom > foot, names.plain(text)
            if low or ("", plain) not in known:
                yield "seller", text, _HEAD if low else _FORM * 1.2, row
                yield "buyer", text, _FORM * (0.2 if low else 1), row
            known.add(("", plain))


def _labelled(rows: Sequence[Row]) -> Iterator[_Sign]:
    for at, row in enumerate(rows):
        for cell in row.cells:
            text = joined(cell)
            if len(text) > _LONGEST:
                continue
            for role, pattern, weight in _LABELS:
                found = pattern.fullmatch(text)
                name = _after(found, rows, at, cell) if found else ""
                if name:
                    yield role, name, weight, row
                    if weight == _PLACE:
                        yield "seller", name, -2 * _PLACE, row


def _after(found: re.Match[str], rows: Sequence[Row], at: int, cell: tuple[Word, ...]) -> str:
    """The name that a label stands before: in its cell, under it, or in the next cell of its row."""
    numbered = _NUMBER.match(found["rest"])
    with_place = names.TOWN.match(found["rest"]) and not labels.COMPANY.search(found["rest"])
    rest = names.clean(found["rest"][numbered.end() if numbered and not with_place else 0 :])
    if rest:
        told = found["colon"] or found.group().lower().startswith("spett") or names.ends_with_form(rest)
        return names.of_lines([rest, _under(rows, at, cell)]) if told else ""
    row = rows[at]
    beside = next((joined(other) for other in row.cells if other[0].x0 > cell[-1].x1), "")
    below = _below(rows[at + 1 : at + 7], row, cell)
    if found["colon"] and names.is_name(beside) and not (below and names.is_name(_under(rows, at, cell))):
        return names.of_lines([beside])
    return below


def _below(rows: Sequence[Row], label: Row, cell: tuple[Word, ...]) -> str:
    """The name under a label: after `Name:`, else the first text of the label's column that can be one."""
    texts = []
    for row in rows:
        if (
            row.page != label.page
            or row.bottom - label.bottom > 8 * cell[0].size
            or headings.find([row], 0)[0]
        ):
            break
        same = next((part for part in row.cells if abs(part[0].x0 - cell[0].x0) < 12 or (part[0].x0 <= cell[-1].x1 and part[-1].x1 >= cell[0].x0)), None)  # fmt: skip
        if same is not None:
            at = row.cells.index(same)
            text, beside = joined(same), row.cells[at + 1 : at + 2]
            texts.append(f"{text} {joined(beside[0])}" if text.endswith(":") and beside else text)
    for at, text in enumerate(texts):
        named = _NAMED.match(text)
        if named:
            return names.of_lines([text[named.end() :], *texts[at + 1 :]])
    return names.of_lines(texts)


def _under(rows: Sequence[Row], at: int, cell: tuple[Word, ...]) -> str:
    """The text right under a cell."""
    parts = rows[at + 1].cells if at + 1 < len(rows) else []
    return next((joined(part) for part in parts if part[0].x0 < cell[-1].x1 and part[-1].x1 > cell[0].x0), "")


def _letterhead(rows: Sequence[Row], foot: float) -> Iterator[_Sign]:
    """The largest text of the page's head, and the first one."""
    top = [
        (max(word.size for word in cell), row, text)
        for row in rows
        if row.bottom < _TOP * max(foot / _BOTTOM, 700.0)
        for cell in row.cells
        if not names.is_place(joined(cell))
        and names.is_name(text := names.clean(_TITLE.sub("", joined(cell))))
        and re.search(r"[^\W\d_]{3}", text)
    ]
    if top:
        size, row, name = max(top, key=lambda entry: entry[0])
        if size > _TALLER * min(entry[0] for entry in top):
            yield "seller", _in_full(name, top), _HEAD, row
        if top[0][1] in rows[:2]:
            yield "seller", _in_full(top[0][2], top), _FIRST, top[0][1]


def _in_full(brand: str, top: Sequence[tuple[float, Row, str]]) -> str:
    """The company's name where the head has it beside its brand."""
    return next((name for _, _, name in top if names.legal_name(brand, name)), brand)


def _by_domain(found: dict[str, _Name], rows: Sequence[Row]) -> None:
    """A name whose first word, or the whole, is the domain of a mail address or of a page."""
    said = (names.plain(domain) for row in rows for domain in _DOMAINS.findall(row.text))
    domains = set(islice(said, _MOST))
    for name in found.values():
        first, whole = names.plain(name.text.split()[0]), names.plain(name.text)
        if any((len(first) > 3 and first in domain) or (len(domain) > 4 and whole.startswith(domain)) for domain in domains):  # fmt: skip
            name.signs["seller"] += _DOMAIN
