"""Features of a purchase line, relative to the item's and vendor's own history."""

import math

from sidecar.domain.lines import Line
from sidecar.scoring.histories import Histories, Usual

FEATURES = ("price", "vendor_price", "quantity", "amount", "lead", "vendor")
LEAST_LIMITS = (3.0, 3.0, 3.0, 3.0, 3.0, 2.0)
TABLES = ("item_price", "pair_price", "item_quantity", "vendor_amount", "vendor_lead")


def pair(line: Line) -> str:
    """Key of the vendor and item together."""
    return f"{line.party}|{line.item}"


def unjudgeable(line: Line) -> str | None:
    """Why the line cannot be judged, or None."""
    if line.quantity <= 0 or line.net_price <= 0:
        return "a line with a negative or empty quantity or price is not compared"
    return None


def rarity(item: Usual, both: Usual) -> float:
    """-log of the share of the item's purchases that came from this vendor.

    0 without a history of the item.
    """
    if not item.known:
        return 0.0
    own = both.count if both.known else 0.0
    return -math.log((own + 0.5) / (item.count + 1.0)) if item.count >= 3 else 0.0


def usuals(line: Line, histories: Histories) -> dict[str, Usual]:
    """What is usual for this line: price of the item and of item and vendor, quantity, amount, lead time."""
    return {
        "price": histories.usual("item_price", line.item),
        "both": histories.usual("pair_price", pair(line)),
        "quantity": histories.usual("item_quantity", line.item),
        "amount": histories.usual("vendor_amount", line.party),
        "lead": histories.usual("vendor_lead", line.party),
    }


def features(line: Line, usual: dict[str, Usual]) -> list[float]:
    """One row in the order of FEATURES, all finite; 0 where no history or no promised date is there."""
    price, both, quantity = usual["price"], usual["both"], usual["quantity"]
    amount, lead = usual["amount"], usual["lead"]
    log_price, log_quantity = math.log(line.net_price), math.log(line.quantity)
    return [
        price.deviation(log_price) if price.known else 0.0,
        (both.deviation(log_price) if both.known else price.deviation(log_price)) if price.known else 0.0,
        quantity.deviation(log_quantity) if quantity.known else 0.0,
        amount.deviation(log_price + log_quantity) if amount.known else 0.0,
        lead.deviation(math.log1p(max(0.0, line.lead_days)))
        if lead.known and line.lead_days is not None
        else 0.0,
        rarity(price, both),
    ]


def _span(usual: Usual, digits: int) -> str:
    low, high = f"{math.exp(usual.low):,.{digits}f}", f"{math.exp(usual.high):,.{digits}f}"
    return low if low == high else f"{low} to {high}"


def reason_text(name: str, line: Line, usual: dict[str, Usual]) -> str:
    """The feature `name` of this line in words, with the numbers."""
    price, both = usual["price"], usual["both"]
    if name == "price" or (name == "vendor_price" and not both.known):
        return f"{line.net_price:,.2f} a unit; this item usually costs {_span(price, 2)}"
    if name == "vendor_price":
        return f"{line.net_price:,.2f} a unit; this vendor usually charges {_span(both, 2)} for it"
    if name == "quantity":
        return f"{line.quantity:g} units; this item is usually bought in {_span(usual['quantity'], 0)}"
    if name == "amount":
        total = line.net_price * line.quantity
        return f"line of {total:,.2f}; lines of this vendor are usually {_span(usual['amount'], 0)}"
    if name == "lead":
        low, high = math.expm1(usual["lead"].low), math.expm1(usual["lead"].high)
        return (
            f"promised in {line.lead_days or 0:.0f} days; this vendor usually takes {low:.0f} to {high:.0f}"
        )
    own = both.count if both.known else 0
    return f"{own:.0f} of {price.count:.0f} earlier purchases of this item came from this vendor"


def confidence(usual: dict[str, Usual]) -> float:
    """0.1 without a history of the item, up to 0.95 with many rows."""
    n = usual["price"].count if usual["price"].known else 0.0
    return 0.1 + 0.85 * n / (n + 8.0)


def blind(usual: dict[str, Usual]) -> str | None:
    """Why the history says nothing of this line, or None."""
    if not usual["price"].known and not usual["amount"].known:
        return "neither the item nor the vendor has a purchase history"
    return None
