"""What an item's, a customer's and a vendor's own record says of one line; the rows that the fault trees read."""

import math
from collections import defaultdict

from sidecar.domain.lines import Line
from sidecar.scoring.memory import Memory

WIDTHS = {"discounts": 14, "purchases": 25}
_FAR = 3.0
_SLIPS = tuple(math.log(step) for step in (10.0, 12.0, 100.0))


def _log(value: float) -> float:
    return math.log(max(value, 1e-9))


def slip(ratio: float) -> float:
    """Distance of a log ratio from the nearest tenfold, dozenfold or hundredfold mistake, either way; at most 3."""
    return min(_FAR, *(abs(abs(ratio) - step) for step in _SLIPS))


def _roundness(quantity: float) -> float:
    """3 for whole thousands, 2 for hundreds, 1 for tens, else 0: a mistyped quantity is seldom a round one."""
    return float(quantity % 10 == 0) + float(quantity % 100 == 0) + float(quantity % 1000 == 0)


class Evidence:
    """The record of a subject: price points with the quantities they are sold at, and means by key."""

    def __init__(self, subject: str, memory: Memory):
        """`memory` as filled by `sidecar.training.record`."""
        self.subject, self.memory = subject, memory
        self._points: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
        for key, count, mean in memory.rows("point"):
            item, _, price = key.rpartition("|")
            self._points[item].append((_log(float(price)), count, mean))

    def row(self, line: Line) -> list[float]:
        """The row of a line, all finite, of the subject's width."""
        return self._discount(line) if self.subject == "discounts" else self._purchase(line)

    def text(self, line: Line) -> str:
        """The line's price beside the record, in words."""
        points = sorted(self._points.get(line.item, []), key=lambda point: -point[1])[:3]
        if not points:
            return f"{line.net_price:,.2f} a unit for {line.quantity:g} units; the item has no record"
        prices = ", ".join(
            f"{math.exp(at):,.2f} (about {math.expm1(mean):.0f} units)" for at, _, mean in points
        )
        return f"{line.net_price:,.2f} a unit for {line.quantity:g} units; most often it goes at {prices}"

    def _discount(self, line: Line) -> list[float]:
        price, quantity = _log(line.net_price), math.log1p(line.quantity)
        points = self._points.get(line.item, [])
        total = sum(count for _, count, _ in points)
        pair = f"{line.party}|{line.item}"
        bought = self.memory.count("pair", pair) if line.party else 0.0
        own = price - self.memory.mean("pair", pair, 0.0) if bought else 0.0
        depth = _log(line.list_price) - price
        if not total:
            return [depth, quantity, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, _FAR, bought, own]
        here = sum(count for at, count, _ in points if abs(at - price) < 1e-3)
        near, _, usual = min(points, key=lambda point: (abs(point[0] - price), -point[1]))
        weights = [count * math.exp(-2.0 * (mean - quantity) ** 2) for _, count, mean in points]
        expected = sum(w * p[0] for w, p in zip(weights, points, strict=True)) / (sum(weights) or 1.0)
        expected = expected if sum(weights) > 1e-9 else near
        as_cheap = sum(count for at, count, mean in points if at <= price + 1e-3 and mean <= quantity + 0.2)
        lowest, highest = min(point[0] for point in points), max(point[0] for point in points)
        return [
            depth,
            quantity,
            math.log1p(total),
            math.log1p(here),
            here / total,
            price - near,
            quantity - usual,
            price - expected,
            as_cheap / total,
            price - lowest,
            price - highest,
            slip(price - expected),
            math.log1p(bought),
            own,
        ]

    def _purchase(self, line: Line) -> list[float]:
        memory, item, vendor = self.memory, line.item, line.party
        price, quantity = _log(line.net_price), _log(line.quantity)
        pair, known = f"{vendor}|{item}", memory.count("price", item)
        with_pair = memory.count("pair", pair)
        usual = memory.mean("price", item, 0.0) if known else price
        agreed = memory.mean("pair", pair, 0.0) if with_pair else usual
        points = self._points.get(item, [])
        here = sum(count for at, count, _ in points if abs(at - price) < 1e-3)
        nearest = min((abs(at - price) for at, _, _ in points), default=_FAR)
        lead = math.log1p(max(0.0, line.lead_days)) if line.lead_days is not None else None
        lead_known = lead is not None and memory.count("lead", vendor) > 0
        amount, place = price + quantity, line.place
        return [
            math.log1p(known),
            math.log1p(with_pair),
            with_pair / known if known else 0.0,
            math.log1p(memory.count("amount", vendor)),
            price - usual,
            price - agreed,
            memory.deviation("price", item, price),
            math.log1p(here),
            min(_FAR, nearest),
            memory.deviation("quantity", item, quantity),
            memory.deviation("amount", vendor, amount),
            slip(price - usual) if known else _FAR,
            memory.deviation("lead", vendor, lead) if lead_known and lead is not None else 0.0,
            memory.deviation("lead_item", item, lead) if lead is not None else 0.0,
            quantity,
            amount,
            quantity - memory.mean("quantity", item, 1.0),
            memory.deviation("quantity_place", f"{item}|{place}", quantity),
            memory.deviation("quantity_pair", pair, quantity),
            _roundness(line.quantity),
            math.log1p(memory.count("category", f"{vendor}|{line.category}")),
            math.log1p(memory.count("place", f"{vendor}|{place}")),
            memory.count("vendors", item),
            lead or 0.0,
            memory.deviation("lead_place", f"{vendor}|{place}", lead) if lead is not None else 0.0,
        ]
