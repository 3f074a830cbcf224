"""A document's rows of words, read by labels, layout and arithmetic; where the words came from is all the same."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sidecar.documents import certainty, labels, lines, parties, template
from sidecar.documents.candidates import candidates
from sidecar.documents.document import Document, number
from sidecar.documents.rows import Row, place_of

_CENT = Decimal("0.02")
#: How sure a field is by the pattern that found it, the most telling first.
_SURE = (0.9, 0.8, 0.7, 0.6, 0.4)


def read(placed: list[Row], source: str, templates: Sequence[dict[str, Any]] = ()) -> Document:
    """The document that the rows are, by the vendor's template where there is one. `source` names how the rows were got.

    A field of words that were recognized is as sure as the field's pattern and its least sure word together.
    """
    rows = [(row.page, row.text) for row in placed]
    whole = "\n".join(text for _, text in rows)
    document = Document(source=source)
    document.type = "credit_note" if labels.CREDIT.search(whole) else "invoice"
    for name, patterns in (("number", labels.NUMBER), ("order_reference", labels.ORDER)):
        _labelled(document, name, patterns, rows)
    for name, patterns in (("date", labels.DATE), ("due_date", labels.DUE)):
        _labelled(document, name, patterns, rows, dated=True)
    _currency(document, whole)
    parties.find(document, placed)
    _totals(document, rows)
    document.lines = lines.read(placed, number(document.totals.net))
    values = candidates(rows)
    known = template.choose(templates, whole)
    if known:
        template.apply(known, document, values)
    document.candidates = [value.as_dict() for value in values]
    certainty.weigh(document, placed)
    return document


def _labelled(
    document: Document, name: str, patterns: tuple[str, ...], rows: list[tuple[int, str]], dated: bool = False
) -> None:
    beneath = [
        (page, f"{_cells(text)[-1]} {_cells(below)[-1]}")
        for (page, text), (_, below) in zip(rows, rows[1:], strict=False)
    ]
    for at, pattern in enumerate(patterns):
        for page, text in [*rows, *beneath]:  # a label may have its value on the row under it
            found = re.search(pattern, text, re.I)
            value = (labels.day(found["value"]) if dated else found["value"].rstrip(".,-")) if found else ""
            if value:
                document.found(name, value, _SURE[min(at, len(_SURE) - 1)], place_of(page, text))
                return


def _currency(document: Document, whole: str) -> None:
    found = re.search(r"\b(EUR|USD|GBP|CHF|PLN|CZK|DKK|SEK|NOK)\b", whole)
    sign = next((code for mark, code in labels.CURRENCIES.items() if mark in whole), "")
    document.found("currency", found.group(1) if found else sign, 0.9 if found else 0.7, "text")
    iban = re.search(r"\b[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?\b", whole)
    document.found("seller.iban", iban.group().replace(" ", "") if iban else "", 0.7, "text")
    vat = re.search(
        r"\b(?:DE\d{9}|FR[A-Z0-9]{2}\d{9}|ATU\d{8}|NL\d{9}B\d{2}|IT\d{11}|ES[A-Z0-9]\d{7}[A-Z0-9])\b", whole
    )
    document.found("seller.vat", vat.group() if vat else "", 0.7, "text")


def _cells(text: str) -> list[str]:
    return text.split("  ")


def _totals(document: Document, rows: list[tuple[int, str]]) -> None:
    """Labelled sums, the last of each kind; of several, those where net and tax make gross."""
    seen: dict[str, list[tuple[Decimal, str]]] = {name: [] for name in labels.TOTALS}
    for page, text in rows:
        amounts = [
            value
            for match in labels.AMOUNT.finditer(text)
            if (value := labels.money(match.group())) is not None
        ]
        if not amounts:
            continue
        for name, label in labels.TOTALS.items():
            if re.search(label, text, re.I):
                seen[name].append((amounts[-1], place_of(page, text)))
                break
    chosen = _reconciled(seen) if seen["net"] and (seen["gross"] or seen["payable"]) else {}
    chosen = chosen or _tabulated(rows) or _reconciled(seen)
    for name, (value, place, sure) in chosen.items():
        document.found(f"totals.{name}", f"{value:.2f}", sure, place)
    if "payable" not in chosen and "gross" in chosen:
        value, place, sure = chosen["gross"]
        document.found("totals.payable", f"{value:.2f}", sure - 0.2, place)


def _tabulated(rows: list[tuple[int, str]]) -> dict[str, tuple[Decimal, str, float]]:
    """Sums in columns under a row of labels: in the last row beneath, two numbers that make a third."""
    for at, (page, text) in enumerate(rows):
        if not (
            re.search(labels.TOTALS["net"], text, re.I) and re.search(labels.TOTALS["gross"], text, re.I)
        ):
            continue
        for _, row in reversed(rows[at + 1 : at + 6]):
            values = [
                value
                for match in labels.AMOUNT.finditer(row)
                if (value := labels.money(match.group())) is not None
            ]
            for first in range(len(values) - 2):
                net, tax, gross = values[first], values[first + 1], values[-1]
                if abs(net + tax - gross) <= _CENT:
                    place = f"page {page}: under {text[:40]}"
                    return {
                        "net": (net, place, 0.85),
                        "tax": (tax, place, 0.85),
                        "gross": (gross, place, 0.85),
                    }
    return {}


def _reconciled(seen: dict[str, list[tuple[Decimal, str]]]) -> dict[str, tuple[Decimal, str, float]]:
    for gross, gross_place in reversed(seen["gross"] + seen["payable"]):
        for net, net_place in reversed(seen["net"]):
            taxes = [value for value, _ in seen["tax"]]
            for tax in [*reversed(taxes), sum(taxes, Decimal(0))]:
                if abs(net + tax - gross) <= _CENT:
                    out = {
                        "net": (net, net_place, 0.95),
                        "gross": (gross, gross_place, 0.95),
                        "tax": (tax, "", 0.9),
                    }
                    if seen["payable"]:
                        out["payable"] = (*seen["payable"][-1], 0.9)
                    return out
    return {name: (*found[-1], 0.6) for name, found in seen.items() if found}
