"""Who sells and who buys: signs of both are gathered over the page, and the names with most of them win.

Signs are labels, the places where letters have their addresses, legal forms, the letterhead, and what else a supplier prints
of itself: sender line, foot, mail address, account.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from sidecar.documents import addresses, headings, labels
from sidecar.documents.document import Document
from sidecar.documents.rows import Row, Word, joined

#: How much a sign says: a label, the place of an address, a sender line, the letterhead, a foot, a name in the mail's domain.
_LABEL, _WINDOW, _SENDER, _HEAD, _FOOT, _DOMAIN, _FORM = 6.0, 4.0, 4.0, 1.5, 1.5, 2.0, 0.5
_TOP, _BOTTOM = 0.25, 0.82
_ROLES = (("seller", labels.SELLER), ("buyer", labels.BUYER))
#: Who gets the goods is the buyer or one of its places.
_LABELS = ((*_ROLES[0], _LABEL), (*_ROLES[1], _LABEL), ("buyer", labels.RECEIVER, _HEAD))
_HOLDER = re.compile(r"(?:kontoinhaber(?:in)?|account\s+(?:holder|name)|titulaire|titular|intestatario\s+conto|t\.?n\.?v\.?)\s*:?\s*(?P<name>[^\d|·•]{3,60})", re.I)  # fmt: skip
_DOMAINS = re.compile(r"(?:@|www\.)([\w-]{4,})\.", re.I)
_NAMED = re.compile(r"\s*(?:firma|company|name|nom|nombre|nome|naam|messrs\.?|m/s)\s*:?\s*", re.I)
#: Who keeps the account stands in many a foot, with a legal form of its own.
_BANK = re.compile(r"bank\b|sparkasse|\b(?:banque|banco|banca|cr[ée]dit|caja|caisse)\b", re.I)
_TALLER = 1.15
#: No page names more companies; what is beyond is not weighed.
_MOST, _MOST_SIGNS = 40, 1000


@dataclass(slots=True)
class _Name:
    """A name with its signs, by role, and the row that says most."""

    text: str
    row: Row
    signs: dict[str, float] = field(default_factory=lambda: {"seller": 0.0, "buyer": 0.0})
    heaviest: float = 0.0


def find(document: Document, rows: Sequence[Row]) -> None:
    """Set the names of seller and buyer."""
    names: dict[str, _Name] = {}
    for role, text, weight, row in islice(_signs(rows), _MOST_SIGNS):
        _add(names, role, text, weight, row)
    _by_domain(names, rows)
    likely = sorted(names.values(), key=lambda name: -max(name.signs.values()))[:_MOST]
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
        return
    for role, _ in _ROLES:
        best = max(names.values(), key=lambda name: name.signs[role], default=None)
        if best is not None and best.signs[role] > 0:
            _set(document, role, best)
            return


def _set(document: Document, role: str, name: _Name) -> None:
    """Set a name. One in capitals, as in a letterhead, is taken as it is written elsewhere."""
    sure = min(0.85, 0.4 + 0.08 * name.signs[role])
    document.found(f"{role}.name", name.text, sure, name.row.place)


def _add(names: dict[str, _Name], role: str, text: str, weight: float, row: Row) -> None:
    """Count a sign; a name that begins as another one does is the same, written shorter."""
    plain = _plain(text)
    if len(plain) < 3:
        return
    for known in list(names):
        shorter, longer = sorted((known, plain), key=len)
        if longer.startswith(shorter) and (len(shorter) > 7 or known == plain):
            name = names[known]
            if known != plain and _better(text, name.text):
                names[plain] = names.pop(known)
                name.text = text
            break
    else:
        name = names[plain] = _Name(text, row)
    name.signs[role] += weight
    if weight > name.heaviest:
        name.heaviest, name.row = weight, row
    if _plain(name.text) == plain and name.text.isupper():
        name.text = text  # a letterhead in capitals is the name as it is written elsewhere


def _better(text: str, than: str) -> bool:
    """Whether of two spellings this one is the whole name: it ends with a legal form, or is the shorter one where both do."""
    mine, other = _ends_with_form(text), _ends_with_form(than)
    if mine and other and re.fullmatch(r"[&\s]*(?:Co\.?\s*)?KG", text.removeprefix(than)):
        return True
    return mine and not other if mine != other else len(text) < len(than)


def _ends_with_form(text: str) -> bool:
    return any(match.end() >= len(text) - 1 for match in labels.COMPANY.finditer(text))


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


def _signs(rows: Sequence[Row]) -> Iterator[tuple[str, str, float, Row]]:
    """(role, name, weight, row)"""
    yield from _labelled(rows)
    first = [row for row in rows if row.page == 1]
    if not first:
        return
    foot = max(row.bottom for row in first)
    table = next((at for at in range(len(first)) if headings.find(first, at)[0]), len(first))
    blocks = addresses.blocks(first[:table])
    for block in blocks:
        in_window = block.in_window and not block.of_sender
        yield ("buyer" if in_window else "seller"), block.name, _WINDOW if in_window else _HEAD, block.row
        if not in_window and not block.of_sender:
            yield "buyer", block.name, _HEAD * 0.6, block.row
    for row, name in addresses.sender_lines(first[:table]):
        yield "seller", name, _SENDER, row
    known: set[tuple[str, str]] = set()
    for row in first:
        for role, text, weight in _of_row(row, foot):
            # a legal form counts once: a buyer is often named more often, as who is billed and who gets the goods
            if weight > _FORM * 1.2 or (role, _plain(text)) not in known:
                known.add((role, _plain(text)))
                yield role, text, weight, row
    yield from _letterhead(first, foot)


def _of_row(row: Row, foot: float) -> Iterator[tuple[str, str, float]]:
    """Account holders, and names with a legal form; those at the page's head and foot are the seller's."""
    holder = _HOLDER.search(row.text)
    if holder:
        yield "seller", _clean(holder["name"]), _FOOT * 2
    for cell in row.cells:
        text = _clean(joined(cell))
        if not labels.COMPANY.search(text) or len(text) > 60:
            continue
        if addresses.NO_NAME.search(text) or _BANK.search(text):
            continue
        low = row.bottom > _BOTTOM * foot
        yield "seller", text, _FOOT if low else _FORM * 1.2
        yield "buyer", text, _FORM * (0.2 if low else 1)


def _clean(text: str) -> str:
    """A name without what follows it on a line of an address or a foot."""
    return re.split(r"\s+[|·•–—-]\s+|[|·•,;]\s|\s\s", text)[0].strip(" ,;·|:")


def _labelled(rows: Sequence[Row]) -> Iterator[tuple[str, str, float, Row]]:
    for role, label, weight in _LABELS:
        pattern = re.compile(
            rf"(?:{label})(?=\W|$)\s*(?:/[^:]{{1,30}})?(?P<colon>[:.]?)\s*(?P<rest>.*)", re.I
        )
        for at, row in enumerate(rows):
            for cell in row.cells:
                found = pattern.fullmatch(joined(cell))
                if not found:
                    continue
                rest = _clean(found["rest"])
                if rest and (found["colon"] or found.group().lower().startswith("spett")):
                    yield role, _whole(rest, _next(rows, at, cell)), weight, row
                elif not rest:
                    name = _below(rows[at + 1 : at + 7], row, cell)
                    if name:
                        yield role, name, weight, row


def _below(rows: Sequence[Row], label: Row, cell: tuple[Word, ...]) -> str:
    """The name under a label: after `Name:`, else the first text of the label's column that can be one."""
    texts = []
    for row in rows:
        if row.page != label.page or row.bottom - label.bottom > 8 * cell[0].size:
            break
        same = next((part for part in row.cells if abs(part[0].x0 - cell[0].x0) < 12 or (part[0].x0 <= cell[-1].x1 and part[-1].x1 >= cell[0].x0)), None)  # fmt: skip
        if same is not None:
            at = row.cells.index(same)
            text, beside = joined(same), row.cells[at + 1 : at + 2]
            texts.append(f"{text} {joined(beside[0])}" if text.endswith(":") and beside else text)
    for text in texts:
        named = _NAMED.match(text)
        if named and ":" in named.group():
            return _clean(text[named.end() :])
    for text, more in pairwise([*texts, ""]):
        coded = re.search(r"\d{5}", text)  # a number of the party, as a GLN, stands over its name
        if re.search(r"[^\W\d_]{2}", text) and not coded and not addresses.NO_NAME.search(text):
            return _whole(_clean(text), more)
    return ""


def _next(rows: Sequence[Row], at: int, cell: tuple[Word, ...]) -> str:
    """The text right under a cell."""
    parts = rows[at + 1].cells if at + 1 < len(rows) else []
    return next((joined(part) for part in parts if part[0].x0 < cell[-1].x1 and part[-1].x1 > cell[0].x0), "")


def _whole(name: str, more: str) -> str:
    """A name that goes on in the next row, which has its legal form."""
    goes_on = labels.COMPANY.search(more) and not labels.COMPANY.search(name) and not re.search(r"\d", more)
    return f"{name} {more}" if goes_on else name


def _letterhead(rows: Sequence[Row], foot: float) -> Iterator[tuple[str, str, float, Row]]:
    """The largest text of the page's head."""
    top = [
        (max(word.size for word in cell), row, joined(cell))
        for row in rows
        if row.bottom < _TOP * max(foot, 700.0)
        for cell in row.cells
        if re.search(r"[^\W\d_]{3}", joined(cell))
        and not addresses.NO_NAME.search(joined(cell))
        and len(joined(cell)) < 60
    ]
    if top:
        size, row, name = max(top, key=lambda entry: entry[0])
        if size > _TALLER * min(entry[0] for entry in top):
            yield "seller", _clean(name), _HEAD, row


def _by_domain(names: dict[str, _Name], rows: Sequence[Row]) -> None:
    """A name whose first word is the domain of a mail address or of a page."""
    domains = {_plain(found) for row in rows for found in _DOMAINS.findall(row.text)}
    for name in names.values():
        first = _plain(name.text.split()[0])
        if len(first) > 3 and any(first in domain for domain in domains):
            name.signs["seller"] += _DOMAIN
