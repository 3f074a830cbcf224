"""The sums of a document: by their labels, and by net and tax that make gross; nothing is guessed to make a sum right."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations

from sidecar.documents import headings, labels
from sidecar.documents.document import Document
from sidecar.documents.notation import AMOUNT, Notation
from sidecar.documents.rows import Row, Word, joined

_CENT = Decimal("0.02")
#: A tax is this part of its net sum; wider than any rate of the product's countries.
_RATES = (Decimal("0.02"), Decimal("0.28"))
_TAX = re.compile(labels.TOTALS["tax"], re.I)
_PATTERNS = [(name, re.compile(pattern, re.I)) for name, pattern in labels.TOTALS.items()]
#: Before what a tax is taken of, as in "VAT 19 % on 100.00".
#: Before a tax that is part of the sum named before it, as in "the total includes VAT of 5.00".
_WITHIN = re.compile(
    r"\b(?:enth[äa]lt|sind|darin|davon|includes?|thereof|of\s+which|dont|waarvan|di\s+cui|de\s+los\s+cuales)\b",
    re.I,
)
_OF = re.compile(r"\b(?:auf|von|on|of|over|sur|su|sobre|sull\w*|aus|basis\w*|basisbetrag)\W*$", re.I)
_MOST_TAXES = 6
#: Of each kind the last so many sums are looked at, and of all amounts the largest.
_MOST = 40
#: How far above an amount its label may stand, in rows.
_ABOVE = 6
_WITHOUT_TAX, _FREE = 0.85, Decimal(0)


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount with the kind that its label names, and where it stands."""

    kind: str
    value: Decimal
    place: str


def find(document: Document, rows: Sequence[Row], notation: Notation, line_sums: Sequence[Decimal]) -> None:
    """Set net, tax, gross and what is payable. `line_sums`: what the lines come to, by each way of reading them."""
    sums = list(_labelled(rows, notation))
    chosen = _chosen(sums, line_sums) or _less_tax(sums, line_sums) or _by_rate(rows, notation, line_sums)
    if not chosen:
        for kind in ("net", "tax", "gross"):
            last = next((entry for entry in reversed(sums) if entry.kind in _NAMES[kind]), None)
            if last is not None:
                chosen[kind] = (last, 0.6)
    payable = _payable(sums, chosen["gross"][0] if "gross" in chosen else None)
    if payable is not None:
        chosen["payable"] = payable
    for kind, (entry, sure) in chosen.items():
        document.found(f"totals.{kind}", f"{entry.value:.2f}", sure, entry.place)


def _labelled(rows: Sequence[Row], notation: Notation) -> Iterator[Sum]:
    """Amounts by their label: what stands over each of several of a row, else what stands to the left of the last."""
    for at, row in enumerate(rows):
        found = _amounts(row, notation)
        over = [_kind(_over(rows, at, match, notation)) for match in found]
        headed = len(set(over) - {""}) > 1
        before = 0
        for match, above in zip(found, over, strict=True):
            label = row.text[before : match.start()]
            before = match.end()
            last = match is found[-1]
            kind = (
                above
                if headed
                else _kind(label) or (_kind(row.text[: match.start()]) or above if last else above)
            )
            if kind == "base" and last and len(found) > 1 and not headed:
                kind = "tax"  # its base stands before it
            if kind and not _OF.search(label):
                yield Sum(kind, notation.money(match.group()) or Decimal(0), row.place)


def _kind(label: str) -> str:
    """What a label names: its last cell that names something, else all of it."""
    if _WITHIN.search(label) and _TAX.search(label):
        return "tax"
    cells = re.split(r"\s{2,}", label.strip())
    for text in (*reversed(cells), label.strip()):
        for name, pattern in _PATTERNS:
            if pattern.search(text):
                return name
    return ""


def _over(rows: Sequence[Row], at: int, match: re.Match[str], notation: Notation) -> str:
    """The words above an amount, from the nearest rows that have words there and no amounts; where nothing stands right
    over it, as over numbers set flush right, the heading of the same rank in a row with as many."""
    row = rows[at]
    held = row.between(match.start(), match.end())
    left, right = held[0].x0, held[-1].x1
    texts: list[str] = []
    for above in reversed(rows[max(0, at - _ABOVE) : at]):
        over = [cell for cell in headings.cells(above) if cell[0].x0 < right and cell[-1].x1 > left]
        words_over = [word.text for cell in over if _has_letters(cell) for word in cell]
        of_lines = labels.QUANTITY_HEAD.search(above.text) or labels.PRICE_HEAD.search(above.text)
        if above.page != row.page or of_lines or (texts and not words_over):
            break
        labelled = sum(map(_has_letters, above.cells))
        if len(_amounts(above, notation)) >= labelled:  # a row of sums itself
            if labelled:
                break
            continue
        texts[:0] = words_over
        if not over and len(above.cells) == len(_amounts(row, notation)):
            rank = [found.start() for found in _amounts(row, notation)].index(match.start())
            return joined(above.cells[rank])
    return " ".join(texts)


def _has_letters(cell: Sequence[Word]) -> bool:
    return bool(re.search(r"[^\W\d_]{2}", joined(tuple(cell))))


def _amounts(row: Row, notation: Notation) -> list[re.Match[str]]:
    return [found for found in AMOUNT.finditer(row.text) if notation.money(found.group()) is not None]


def _chosen(sums: Sequence[Sum], line_sums: Sequence[Decimal]) -> dict[str, tuple[Sum, float]]:
    """Net, tax and gross that add up; of several the one whose labels tell most, and of those the last."""
    best: tuple[int, dict[str, tuple[Sum, float]]] = (0, {})
    nets = [entry for entry in sums if entry.kind in _NET][-_MOST:]
    grosses = [entry for entry in sums if entry.kind in _GROSS][-_MOST:]
    taxes = _taxes(sums)
    labelled = [entry for entry in sums if entry.kind == "tax"]
    for net in nets:
        for gross in grosses:
            difference = gross.value - net.value
            tax = next((entry for entry in taxes if abs(entry.value - difference) <= _CENT), None)
            if tax is None and (net is gross or difference != 0 or not _free(net, gross)):
                continue
            points = _NET[net.kind] + _GROSS[gross.kind] + (net.value in line_sums)
            points += 2 * (tax in labelled) + (tax is not None)
            if points >= best[0]:
                found = {"net": (net, 0.95), "gross": (gross, 0.95)}
                found["tax"] = (tax, 0.9) if tax is not None else (Sum("tax", _FREE, gross.place), 0.7)
                best = (points, found)
    return best[1]


def _less_tax(sums: Sequence[Sum], line_sums: Sequence[Decimal]) -> dict[str, tuple[Sum, float]]:
    """Where no net sum is printed: what is left of gross without its tax, if the lines with what is charged beside them come to it
    or, in prices with tax, to gross."""
    charged = [entry.value for entry in sums if entry.kind == "freight"][-_MOST_TAXES:]
    charges = {Decimal(0), *charged, sum(charged, Decimal(0))}
    goods = {entry.value for entry in sums if entry.kind in ("subtotal", "net")} | set(line_sums)
    taxes = [entry for entry in sums if entry.kind == "tax"][-_MOST:]
    for gross in [entry for entry in reversed(sums) if entry.kind in _GROSS][:_MOST]:
        for tax in [*reversed(taxes), Sum("tax", _FREE, gross.place)]:
            net = gross.value - tax.value
            sums_up = any(
                value and value + charge in (net, gross.value) for value in goods for charge in charges
            )
            if sums_up and 0 <= tax.value < gross.value:
                return {"net": (Sum("net", net, gross.place), 0.7), "tax": (tax, 0.8), "gross": (gross, 0.85)}
    return {}


_NAMES = {"net": ("net", "subtotal"), "tax": ("tax",), "gross": ("gross", "total")}
_NET = {"net": 4, "subtotal": 2, "total": 0}
_GROSS = {"gross": 3, "total": 2, "payable": 1}


def _free(net: Sum, gross: Sum) -> bool:
    """Whether two equal sums can be one before and one after a tax of nothing."""
    return net.kind != "total" and gross.kind in ("gross", "total", "payable")


def _taxes(sums: Sequence[Sum]) -> list[Sum]:
    """The labelled taxes, the last first, and what several of them come to."""
    taxes = [entry for entry in sums if entry.kind == "tax"][-_MOST:]
    several = list({entry.value: entry for entry in taxes}.values())[-_MOST_TAXES:]
    together = [
        Sum("tax", sum((entry.value for entry in some), Decimal(0)), some[-1].place)
        for count in range(2, len(several) + 1)
        for some in combinations(several, count)
    ]
    twice = [Sum("tax", 2 * entry.value, entry.place) for entry in several]  # two rates that come to the same
    return [*reversed(taxes), *together, *twice]


def _by_rate(
    rows: Sequence[Row], notation: Notation, line_sums: Sequence[Decimal]
) -> dict[str, tuple[Sum, float]]:
    """Without labels that tell: the largest three amounts of which the second is a tax of the first and the third their sum."""
    amounts = {
        value: row.place
        for row in rows
        for match in AMOUNT.finditer(row.text)
        if (value := notation.money(match.group())) is not None
    }
    best: dict[str, tuple[Sum, float]] = {}
    for gross in sorted(amounts, key=abs)[-_MOST:]:
        for net, place in amounts.items():
            tax = gross - net
            if tax not in amounts or not net or not _RATES[0] <= tax / net <= _RATES[1]:
                continue
            if not best or net in line_sums or abs(gross) > abs(best["gross"][0].value):
                sure = 0.8 if net in line_sums else 0.55
                best = {
                    "net": (Sum("net", net, place), sure),
                    "tax": (Sum("tax", tax, amounts[tax]), sure),
                    "gross": (Sum("gross", gross, amounts[gross]), sure),
                }
    return best


def _payable(sums: Sequence[Sum], gross: Sum | None) -> tuple[Sum, float] | None:
    """What the document says is payable, else gross less what was paid, else gross."""
    said = [entry for entry in sums if entry.kind == "payable"]
    if gross is None:
        return (said[-1], 0.6) if said else None
    paid = [abs(entry.value) for entry in sums if entry.kind == "paid"]
    rests = {gross.value - value for value in [*paid, sum(paid, Decimal(0))]} if paid else set()
    for entry in reversed(said):
        if entry.value == gross.value or entry.value in rests:
            return entry, 0.9
    if said:
        return said[-1], 0.7
    if rests:
        return Sum("payable", gross.value - sum(paid, Decimal(0)), gross.place), 0.6
    return gross, 0.7
