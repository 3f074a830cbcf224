"""Builds the history tables from a frame of lines: shrunk robust statistics by identifier."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sidecar.scoring.discounts import BANDS

_PRIOR = 5.0
Floats = NDArray[np.float64]


class Groups:
    """The rows of a frame by key, sorted by key; each statistic is computed for all keys at once."""

    def __init__(self, keys: "pd.Series[str]"):
        self.codes, ids = pd.factorize(keys, sort=True)
        self.ids = np.array([str(key) for key in ids], dtype=np.str_)
        self.count = np.bincount(self.codes, minlength=len(self.ids))

    def quantiles(self, values: Floats, *levels: float) -> list[Floats]:
        """Each key's quantiles of `values`, interpolated as numpy does it by default."""
        ranked = values[np.lexsort((values, self.codes))]
        start, last = np.cumsum(self.count) - self.count, self.count - 1
        out = []
        for level in levels:
            at = level * last
            low = at.astype(np.intp)
            below, above = ranked[start + low], ranked[start + np.minimum(low + 1, last)]
            out.append(below + (above - below) * (at - low))
        return out

    def mean(self, values: Floats) -> Floats:
        """Each key's mean of `values`."""
        return np.asarray(np.bincount(self.codes, values, len(self.ids)) / self.count)


def table(groups: Groups, values: Floats, floor: float, least: int = 1) -> tuple[Any, Any]:
    """(ids, stats) of `values` by key with at least `least` rows, the global row '' first.

    Center and scale are shrunk toward the global ones by five prior rows; `floor` bounds the scale.
    """
    low, middle, high = (float(edge) for edge in np.quantile(values, [0.1, 0.5, 0.9]))
    wide = np.quantile(np.abs(values - middle), 0.99)
    spread = max(floor, 1.2533 * float(np.minimum(np.abs(values - middle), wide).mean()))
    bottom, center, top = groups.quantiles(values, 0.1, 0.5, 0.9)
    own = 1.2533 * groups.mean(np.minimum(np.abs(values - center[groups.codes]), wide))
    weight = groups.count / (groups.count + _PRIOR)
    shrunk = np.maximum(floor, np.sqrt(weight * own**2 + (1 - weight) * spread**2))
    stats = np.column_stack([groups.count, weight * center + (1 - weight) * middle, shrunk, bottom, top])
    kept = (groups.count >= least) & (groups.ids != "")
    first = np.array([[len(values), middle, spread, low, high]])
    return np.concatenate([[""], groups.ids[kept]]), np.round(np.vstack([first, stats[kept]]), 6)


def _absolute(groups: Groups, values: Floats, floor: float) -> tuple[Any, Any]:
    """As `table`, but centers are not shrunk: the global price or size says nothing of one item."""
    ids, stats = table(groups, values, floor)
    (center,) = groups.quantiles(values, 0.5)
    inside = np.abs(values - center[groups.codes])
    spread = max(
        floor, 1.2533 * float(np.minimum(inside, max(floor, float(np.quantile(inside, 0.99)))).mean())
    )
    own = 1.2533 * groups.mean(inside)
    kept, n = groups.ids != "", groups.count
    stats[1:, 1] = center[kept]
    stats[1:, 2] = np.maximum(floor, np.sqrt((n * own**2 + _PRIOR * spread**2) / (n + _PRIOR)))[kept]
    return ids, np.round(stats, 6)


def _pack(tables: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, (ids, stats) in tables.items():
        out[f"history_{name}_ids"], out[f"history_{name}_stats"] = ids, stats
    return out


def _depths(frame: pd.DataFrame) -> Floats:
    """`sidecar.scoring.discounts.depth_of` of every row."""
    net = frame["net"].to_numpy(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        depth = np.log(frame["list_price"].to_numpy(np.float64)) - np.log(net)
    return np.where(net <= 0, 4.0, np.clip(depth, -3.0, 4.0))


def discount_histories(frame: pd.DataFrame) -> dict[str, Any]:
    """Arrays of all tables of the discount features."""
    depth = _depths(frame)
    bands = pd.Series(np.searchsorted(BANDS, frame["quantity"], side="right"), frame.index).astype(str)
    by_band = table(Groups("|" + bands), depth, 0.03)
    by_item = table(Groups(frame["item"] + "|" + bands), depth, 0.03, least=3)
    _shrink_to_band(by_item, by_band)
    joined = (np.concatenate([by_band[0], by_item[0][1:]]), np.vstack([by_band[1], by_item[1][1:]]))
    net = np.log(np.maximum(frame["net"], frame["list_price"] * np.exp(-4.0))).to_numpy()
    items = Groups(frame["item"])
    return _pack(
        {
            "item": table(items, depth, 0.03),
            "customer": table(Groups(frame["party"]), depth, 0.03),
            "tier": table(Groups(frame["tier"]), depth, 0.03),
            "category": table(Groups(frame["category"]), depth, 0.03),
            "item_quantity": joined,
            "item_price": _absolute(items, net, 0.03),
        }
    )


def _shrink_to_band(by_item: tuple[Any, Any], by_band: tuple[Any, Any]) -> None:
    """An item's band leans on the band of all items, its upper edge too."""
    prior = dict(zip(by_band[0].tolist(), by_band[1], strict=True))
    for row, key in enumerate(by_item[0].tolist()):
        if key:
            base, own = prior["|" + key.rsplit("|", 1)[1]], by_item[1][row]
            weight = own[0] / (own[0] + _PRIOR)
            own[4] = weight * own[4] + (1 - weight) * max(base[4], 0.0)


def purchase_histories(frame: pd.DataFrame) -> dict[str, Any]:
    """Arrays of all tables of the purchase features."""
    price, quantity = np.log(frame["net"].to_numpy()), np.log(frame["quantity"].to_numpy())
    dated = frame["lead_days"].notna().to_numpy()
    lead = np.log1p(frame["lead_days"].where(dated, 0.0).clip(lower=0.0).to_numpy())
    if not dated.any():
        dated = np.ones(len(frame), bool)
    items, vendors = Groups(frame["item"]), Groups(frame["party"])
    return _pack(
        {
            "item_price": _absolute(items, price, 0.03),
            "pair_price": _absolute(Groups(frame["party"] + "|" + frame["item"]), price, 0.03),
            "item_quantity": _absolute(items, quantity, 0.3),
            "vendor_amount": _absolute(vendors, price + quantity, 0.3),
            "vendor_lead": _absolute(Groups(frame["party"][dated]), lead[dated], 0.1),
        }
    )
