"""What answers when a model is missing: simple rules, always marked degraded by the caller."""

import math

from sidecar.domain.lexicon import concepts
from sidecar.domain.lines import Line, LineScore, Reason

CLASSES = ("billing_dispute", "delivery_delay", "order_issue", "other", "return")
_CONCEPTS: dict[str, tuple[str, ...]] = {
    "billing_dispute": (
        "invoice",
        "charge",
        "paid",
        "reminder",
        "amount",
        "discount",
        "tax",
        "creditnote",
        "freight",
    ),
    "delivery_delay": ("late", "wait", "notarrived", "tracking", "whenwhere", "carrier"),
    "order_issue": ("cancel", "change", "missing", "wrong", "address", "quantity", "instead", "add"),
    "return": ("sendback", "refund", "exchange", "warranty", "broken", "notworking", "quality", "fit"),
}


def classify_by_keywords(text: str) -> tuple[str, float, dict[str, float]]:
    """Class, confidence (never above 0.6) and scores by counting the concepts of the lexicon, in six languages.

    `other` with 0.3 when none is found.
    """
    found = concepts(text)
    hits = {name: sum(found.get(concept, 0) for concept in names) for name, names in _CONCEPTS.items()}
    total = sum(hits.values())
    if not total:
        return "other", 0.3, dict.fromkeys(CLASSES, 0.0) | {"other": 0.3}
    scores = {name: round(0.6 * hits.get(name, 0) / total, 4) for name in CLASSES}
    best = max(scores, key=lambda name: scores[name])
    return best, scores[best], scores


def _rate(line: Line, z: float, reasons: list[Reason]) -> LineScore:
    score = 1.0 - math.exp(-max(z, 0.0) / 3.0)
    return LineScore(line.id, score, math.erf(max(z, 0.0) / math.sqrt(2.0)), 0.3, False, reasons)


def unjudged(line: Line, text: str) -> LineScore:
    """A line that cannot be judged: neutral, abstained, with the cause as its reason."""
    return LineScore(line.id, 0.0, 0.0, 0.0, True, [Reason("not_judged", text, 0.0)])


def score_discount_by_rules(lines: list[Line]) -> list[LineScore]:
    """Distance of the net price from the price list's, one unit of z a 10 % step."""
    out = []
    for line in lines:
        base = line.tier_price if line.tier_price > 0 else line.list_price
        if base <= 0 or line.net_price < 0:
            out.append(unjudged(line, "no list price to compare with"))
            continue
        off = 1.0 - line.net_price / base
        text = (
            f"{abs(off) * 100:.0f} % {'below' if off >= 0 else 'above'} the price list (no history was asked)"
        )
        out.append(_rate(line, abs(off) / 0.1, [Reason("depth", text, 1.0)] if abs(off) > 0.1 else []))
    return out


def score_purchase_by_rules(lines: list[Line]) -> list[LineScore]:
    """Robust z of a line's log amount among the request's lines; abstains with fewer than eight."""
    amounts = [
        math.log(line.net_price) + math.log(line.quantity)
        for line in lines
        if line.net_price > 0 and line.quantity > 0
    ]
    if len(amounts) < 8:
        return [unjudged(line, "no purchase history is loaded") for line in lines]
    middle = sorted(amounts)[len(amounts) // 2]
    spread = max(1.4826 * sorted(abs(a - middle) for a in amounts)[len(amounts) // 2], 0.2)
    out = []
    for line in lines:
        if line.net_price <= 0 or line.quantity <= 0:
            out.append(unjudged(line, "no price or quantity to compare"))
            continue
        amount = line.net_price * line.quantity
        z = abs(math.log(line.net_price) + math.log(line.quantity) - middle) / spread
        text = f"amount {amount:,.2f} against usually {math.exp(middle):,.2f} among the lines of this request"
        out.append(_rate(line, z, [Reason("amount", text, 1.0)] if z > 3 else []))
    return out
