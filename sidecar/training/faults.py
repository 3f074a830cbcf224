"""Puts faults into real lines, so that trees can learn what a fault looks like beside honest trade."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from sidecar.domain.lines import Line

Fault = Callable[[Line, list[Line], Any], Line | None]
_MOST_PLANTED = 2000
_SLIPS = (0.1, 10.0, 0.01, 100.0, 12.0, 1.0 / 12.0)


def _priced(line: Line, price: float) -> Line:
    """The line at another price, in cents: a finer one would betray the fault."""
    return replace(line, unit_price=max(0.01, round(price, 2)), discount=0.0)


def _deep(line: Line, _: list[Line], rng: Any) -> Line | None:
    """A price far below the list for a small quantity."""
    small = max(1.0, round(line.quantity * rng.uniform(0.1, 0.6)))
    return replace(_priced(line, line.net_price * rng.uniform(0.35, 0.85)), quantity=small)


def _slip(line: Line, _: list[Line], rng: Any) -> Line:
    """A digit too many or too few, or the price of a dozen or a hundred for one."""
    return _priced(line, line.net_price * rng.choice(_SLIPS))


def _surcharge(line: Line, _: list[Line], rng: Any) -> Line:
    return _priced(line, line.net_price * rng.uniform(1.1, 2.5))


def _unearned(line: Line, peers: list[Line], rng: Any) -> Line | None:
    """The item's price for many, given for few."""
    cheaper = [
        peer for peer in peers if peer.net_price < 0.97 * line.net_price and peer.quantity > line.quantity
    ]
    return _priced(line, cheaper[rng.integers(len(cheaper))].net_price) if cheaper else None


def _price(line: Line, _: list[Line], rng: Any) -> Line:
    factor = float(np.exp(rng.uniform(0.2, 1.4) * rng.choice((-1.0, 1.0, 1.0))))
    return _priced(line, line.net_price * factor)


def _quantity(line: Line, _: list[Line], rng: Any) -> Line:
    factor = rng.choice((10.0, 12.0, 100.0, float(np.exp(rng.uniform(1.0, 3.0)))))
    return replace(line, quantity=max(1.0, round(line.quantity * factor)))


def _lead(line: Line, _: list[Line], rng: Any) -> Line | None:
    if not line.lead_days:
        return None
    factor = float(np.exp(rng.uniform(0.7, 1.6) * rng.choice((-1.0, 1.0, 1.0))))
    return replace(line, lead_days=max(1.0, round(line.lead_days * factor)))


def _vendor(line: Line, everyone: list[Line], rng: Any) -> Line | None:
    """Bought from a vendor who never sold the item."""
    other = everyone[rng.integers(len(everyone))].party
    return replace(line, party=other) if other and other != line.party else None


KINDS: dict[str, tuple[Fault, ...]] = {
    "discounts": (_deep, _slip, _surcharge, _unearned),
    "purchases": (_price, _slip, _quantity, _lead, _vendor),
}


def inject(subject: str, lines: list[Line], share: float, seed: int) -> tuple[list[Line], Any]:
    """(lines, 1 where a fault was put in) with about `share` of the lines spoilt, kinds in equal parts."""
    rng = np.random.default_rng(seed)
    by_item: dict[str, list[Line]] = {}
    for line in lines:
        by_item.setdefault(line.item, []).append(line)
    out, marks = [], np.zeros(len(lines))
    for at, line in enumerate(lines):
        if rng.random() < share:
            kind = KINDS[subject][rng.integers(len(KINDS[subject]))]
            spoilt = kind(line, lines if kind is _vendor else by_item[line.item], rng)
            if spoilt is not None and spoilt != line:
                out.append(spoilt)
                marks[at] = 1.0
                continue
        out.append(line)
    return out, marks


def plant_corrections(records: list[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Corrections that histories hold too few of, marked `planted`: round quantities, and ordinary ones out of hours.

    Each stands beside a real movement in a document of its own, so that only what it is betrays it.
    """
    rng = np.random.default_rng(seed)
    count = min(_MOST_PLANTED, max(20, len(records) // 1000))
    return [_correction(records[at], rng) for at in rng.integers(0, len(records), count).tolist()]


def _correction(near: dict[str, Any], rng: Any) -> dict[str, Any]:
    made = {
        **near,
        "document": f"{near['document']}k" if near["document"] else "",
        "outcome": 1.0,
        "planted": True,
    }
    if rng.random() < 0.5:
        size = float(rng.choice((10, 20, 30, 50, 100, 200, 500, 1000)) * rng.integers(1, 10))
    else:
        size = abs(near["quantity"]) or 1.0
        hour, minute = int(rng.choice((0, 1, 2, 3, 4, 5, 20, 21, 22, 23))), int(rng.integers(60))
        made["date"] = made["known"] = near["date"].replace(hour=hour, minute=minute)
    made["quantity"] = size if rng.random() < 0.2 else -size
    return made
