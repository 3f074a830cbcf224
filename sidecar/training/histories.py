"""Builds the history tables from a frame of lines: shrunk robust statistics by identifier."""

from typing import Any

import numpy as np
import pandas as pd

from sidecar.scoring.discounts import band, depth_of

_PRIOR = 5.0
_Z10 = 1.2816


def table(
    keys: "pd.Series[str]", values: "pd.Series[float]", floor: float, least: int = 1
) -> tuple[Any, Any]:
    """(ids, stats) of `values` by `keys` with at least `least` rows, the global row '' first.

    Center and scale are shrunk toward the global ones by five prior rows; `floor` bounds the scale.
    """
    middle = float(values.median())
    low, high = (float(q) for q in values.quantile([0.1, 0.9]))
    wide = np.abs(values - middle).quantile(0.99)
    spread = max(floor, 1.2533 * float(np.minimum(np.abs(values - middle), wide).mean()))
    grouped = values.groupby(keys)
    count, center = grouped.size(), grouped.median()
    away = np.minimum(np.abs(values - center.reindex(keys).to_numpy()), wide)
    own = 1.2533 * away.groupby(keys).mean()
    edges = grouped.quantile([0.1, 0.9]).unstack()
    frame = pd.DataFrame({"n": count, "m": center, "s": own, "lo": edges[0.1], "hi": edges[0.9]})
    frame = frame[(frame["n"] >= least) & (frame.index != "")].sort_index()
    weight = frame["n"] / (frame["n"] + _PRIOR)
    shrunk = np.sqrt(weight * frame["s"] ** 2 + (1 - weight) * spread**2)
    stats = np.column_stack(
        [
            frame["n"],
            weight * frame["m"] + (1 - weight) * middle,
            np.maximum(floor, shrunk),
            frame["lo"],
            frame["hi"],
        ]
    )
    first = np.array([[len(values), middle, spread, low, high]])
    ids = np.array(["", *(str(key) for key in frame.index)], dtype=np.str_)
    return ids, np.round(np.vstack([first, stats]), 6)


def _absolute(keys: "pd.Series[str]", values: "pd.Series[float]", floor: float) -> tuple[Any, Any]:
    """As `table`, but centers are not shrunk: the global price or size says nothing of one item."""
    ids, stats = table(keys, values, floor)
    inside = values - values.groupby(keys).transform("median")
    spread = max(
        floor, 1.2533 * float(np.minimum(inside.abs(), max(floor, inside.abs().quantile(0.99))).mean())
    )
    center = values.groupby(keys).median()
    own = 1.2533 * inside.abs().groupby(keys).mean()
    for row, key in enumerate(ids.tolist()):
        if key:
            n = stats[row, 0]
            stats[row, 1] = center[key]
            stats[row, 2] = max(
                floor, float(np.sqrt((n * own[key] ** 2 + _PRIOR * spread**2) / (n + _PRIOR)))
            )
    return ids, np.round(stats, 6)


def _pack(tables: dict[str, tuple[Any, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name, (ids, stats) in tables.items():
        out[f"history_{name}_ids"], out[f"history_{name}_stats"] = ids, stats
    return out


def discount_histories(frame: pd.DataFrame) -> dict[str, Any]:
    """Arrays of all tables of the discount features."""
    depth = pd.Series(
        [depth_of(a, b) for a, b in zip(frame["list_price"], frame["net"], strict=True)], frame.index
    )
    bands = frame["quantity"].map(band).astype(str)
    by_band = table("|" + bands, depth, 0.03)
    by_item = table(frame["item"] + "|" + bands, depth, 0.03, least=3)
    _shrink_to_band(by_item, by_band)
    joined = (np.concatenate([by_band[0], by_item[0][1:]]), np.vstack([by_band[1], by_item[1][1:]]))
    net = np.log(np.maximum(frame["net"], frame["list_price"] * np.exp(-4.0)))
    return _pack(
        {
            "item": table(frame["item"], depth, 0.03),
            "customer": table(frame["party"], depth, 0.03),
            "tier": table(frame["tier"], depth, 0.03),
            "category": table(frame["category"], depth, 0.03),
            "item_quantity": joined,
            "item_price": _absolute(frame["item"], net, 0.03),
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
    price, quantity = np.log(frame["net"]), np.log(frame["quantity"])
    dated = frame["lead_days"].notna()
    lead = np.log1p(frame["lead_days"].where(dated, 0.0).clip(lower=0.0))
    if not dated.any():
        dated = pd.Series(True, frame.index)
    return _pack(
        {
            "item_price": _absolute(frame["item"], price, 0.03),
            "pair_price": _absolute(frame["party"] + "|" + frame["item"], price, 0.03),
            "item_quantity": _absolute(frame["item"], quantity, 0.3),
            "vendor_amount": _absolute(frame["party"], price + quantity, 0.3),
            "vendor_lead": _absolute(frame["party"][dated], lead[dated], 0.1),
        }
    )
