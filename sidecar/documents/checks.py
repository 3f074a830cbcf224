"""Checks a document against itself: sums, tax, and the check digits of IBAN (ISO 13616) and VAT numbers."""

from decimal import Decimal

from stdnum import iban
from stdnum.eu import vat

from sidecar.documents.document import Document, Finding, Party, number

_CENT = Decimal("0.02")


def check(document: Document) -> list[Finding]:
    """All findings, none when everything that is there adds up."""
    return [
        *_missing(document),
        *_currency(document),
        *_negative(document),
        *_lines(document),
        *_sums(document),
        *_party("seller", document.seller),
        *_party("buyer", document.buyer),
    ]


def _missing(document: Document) -> list[Finding]:
    if document.type == "price_list" or document.source in ("csv", "xlsx"):
        return []  # a table of prices has neither number nor total
    if document.type in ("order_confirmation", "delivery_note"):
        needed = {"number": document.number, "order_reference": document.order_reference}
        return [
            Finding(name, "missing", f"{name} was not found") for name, value in needed.items() if not value
        ]
    needed = {"number": document.number, "date": document.date, "totals.payable": document.totals.payable}
    return [Finding(name, "missing", f"{name} was not found") for name, value in needed.items() if not value]


def _currency(document: Document) -> list[Finding]:
    """Money without a currency is not taken for the buyer's own in silence."""
    if document.currency or not (
        document.totals.payable or any(line.price or line.amount for line in document.lines)
    ):
        return []
    return [Finding("currency", "missing", "currency was not found; say which one the amounts are in")]


def _negative(document: Document) -> list[Finding]:
    """A return among the lines, or a sign read wrong; on a credit note it says nothing."""
    return [
        Finding(
            f"lines[{at}].{name}",
            "negative",
            f"line {at + 1} has the {name} {said}; a return is a credit note",
        )
        for at, line in enumerate(document.lines)
        for name, said in (("quantity", line.quantity), ("price", line.price))
        if document.type != "credit_note" and (number(said) or 0) < 0
    ]


def _lines(document: Document) -> list[Finding]:
    out = []
    for at, line in enumerate(document.lines):
        price, quantity, amount = number(line.price), number(line.quantity), number(line.amount)
        base = number(line.price_base) or Decimal(1)
        if price is None or quantity is None or amount is None:
            continue
        expected = price * quantity / base + (number(line.adjustment) or Decimal(0))
        if abs(expected - amount) > max(_CENT, abs(amount) * Decimal("0.005")):
            text = f"line {at + 1}: {quantity} at {price} with its charges is {expected:.2f}, the line says {amount}"
            out.append(Finding(f"lines[{at}].amount", "line_amount", text))
    return out


def _sums(document: Document) -> list[Finding]:
    totals, out = document.totals, []
    amounts = [number(line.amount) for line in document.lines]
    said = number(totals.lines)
    if said is not None and amounts and None not in amounts:
        total = sum((amount for amount in amounts if amount is not None), Decimal(0))
        if abs(total - said) > _CENT:
            out.append(
                Finding("totals.lines", "line_sum", f"the lines add up to {total}, the document says {said}")
            )
    net, tax, gross = number(totals.net), number(totals.tax), number(totals.gross)
    if net is not None and tax is not None and gross is not None and abs(net + tax - gross) > _CENT:
        out.append(
            Finding(
                "totals.gross", "gross", f"{net} and tax {tax} make {net + tax}, the document says {gross}"
            )
        )
    return out


def _party(name: str, party: Party) -> list[Finding]:
    out = []
    if party.iban and not iban.is_valid(party.iban):
        out.append(Finding(f"{name}.iban", "iban", f"{party.iban} is no valid IBAN"))
    if party.vat[:2].isalpha() and party.vat and not vat.is_valid(party.vat):
        out.append(Finding(f"{name}.vat", "vat", f"{party.vat} is no valid VAT number"))
    return out
