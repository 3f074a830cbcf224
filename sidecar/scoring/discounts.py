"""Features of a sales line's price, relative to the item's, customer's and tier's own history."""

import math

from sidecar.domain.lines import Line
from sidecar.scoring.histories import Histories, Usual

FEATURES = ("depth", "item", "customer", "tier", "quantity", "earned", "price")
LEAST_LIMITS = (0.05, 3.0, 3.0, 3.0, 3.0, 0.05, 3.0)
TABLES = ("item", "customer", "tier", "category", "item_quantity", "item_price")
BANDS = (4.0, 12.0, 48.0)


def unjudgeable(line: Line) -> str | None:
    """Why the line cannot be judged, or None."""
    if line.list_price <= 0:
        return "the item has no list price to compare with"
    if line.quantity <= 0 or line.net_price < 0:
        return "a line with a negative or empty quantity or price is not compared"
    return None


def log_depth(line: Line) -> float:
    """log(list price / net price), cut to -3..4; 0 at list price, positive below it."""
    return depth_of(line.list_price, line.net_price)


def depth_of(list_price: float, net_price: float) -> float:
    """log(list / net) cut to -3..4."""
    if net_price <= 0:
        return 4.0
    return max(-3.0, min(4.0, math.log(list_price) - math.log(net_price)))


def band(quantity: float) -> int:
    """Quantity band 0..3: below 4, 12, 48 units, and above."""
    return sum(quantity >= edge for edge in BANDS)


def _or_list(usual: Usual, line: Line) -> Usual:
    """Without a history of its own, the price list's own price is what is usual."""
    if usual.known or line.tier_price <= 0:
        return usual
    center = depth_of(line.list_price, line.tier_price)
    return Usual(0, center, usual.scale, min(usual.low, center), max(usual.high, center), False)


def usuals(line: Line, histories: Histories) -> dict[str, Usual]:
    """What is usual for this line by item, customer, tier and quantity."""
    item = histories.usual("item", line.item)
    if not item.known and line.category:
        item = histories.usual("category", line.category)
    key = band(line.quantity)
    quantity = histories.usual("item_quantity", f"{line.item}|{key}")
    if not quantity.known:
        quantity = histories.usual("item_quantity", f"|{key}")
        quantity = Usual(quantity.count, quantity.center, quantity.scale, quantity.low, quantity.high, False)
    return {
        "item": _or_list(item, line),
        "customer": _or_list(histories.usual("customer", line.party), line),
        "tier": _or_list(histories.usual("tier", line.tier), line),
        "quantity": _or_list(quantity, line),
        "price": histories.usual("item_price", line.item),
    }


def features(line: Line, usual: dict[str, Usual]) -> list[float]:
    """One row in the order of FEATURES, all finite; `usual` as of `usuals`."""
    depth = log_depth(line)
    price = usual["price"]
    net = max(line.net_price, line.list_price * math.exp(-4.0), 1e-300)
    earned = max(usual["quantity"].high, usual["customer"].center, usual["tier"].center)
    return [
        depth,
        usual["item"].deviation(depth),
        usual["customer"].deviation(depth),
        usual["tier"].deviation(depth),
        usual["quantity"].deviation(depth),
        max(0.0, depth - earned),
        price.deviation(math.log(net)) if price.known else 0.0,
    ]


def _range(usual: Usual) -> str:
    low, high = (1 - math.exp(-usual.low)) * 100, (1 - math.exp(-usual.high)) * 100
    low, high = round(low) + 0.0, round(high) + 0.0
    return f"{low:.0f} % off" if low == high else f"{low:.0f}-{high:.0f} % off"


def reason_text(name: str, line: Line, usual: dict[str, Usual]) -> str:
    """The feature `name` of this line in words, with the numbers."""
    depth = log_depth(line)
    percent = (1.0 - math.exp(-depth)) * 100.0
    head = (
        f"{round(percent, 1):g} % off" if percent > -0.5 else f"{-round(percent, 1):g} % above the list price"
    )
    if name in ("depth", "item"):
        who = (
            "this item usually sells at" if usual["item"].known else "items without a history usually sell at"
        )
        return f"{head}; {who} {_range(usual['item'])}"
    if name == "customer":
        who = "this customer usually gets" if usual["customer"].known else "a new customer usually gets"
        return f"{head}; {who} {_range(usual['customer'])}"
    if name == "tier":
        who = (
            f"tier {line.tier} usually gets" if line.tier and usual["tier"].known else "the price list gives"
        )
        return f"{head}; {who} {_range(usual['tier'])}"
    if name in ("quantity", "earned"):
        return f"{head} for {line.quantity:g} units; at this quantity usually {_range(usual['quantity'])}"
    low, high = math.exp(usual["price"].low), math.exp(usual["price"].high)
    return f"{line.net_price:,.2f} a unit; this item usually sells for {low:,.2f} to {high:,.2f}"


def confidence(usual: dict[str, Usual]) -> float:
    """0.3 without any history of item and customer, up to 0.95 with many rows of both."""
    n = usual["item"].count * usual["item"].known + 0.5 * usual["customer"].count * usual["customer"].known
    return 0.3 + 0.65 * n / (n + 10.0)


def blind(usual: dict[str, Usual]) -> str | None:
    """None: a price list alone is enough to compare a discount with."""
    return None
