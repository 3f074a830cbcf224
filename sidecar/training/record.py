"""Counts the record that `sidecar.scoring.evidence.Evidence` reads: all lines of a history at once, a table at a time."""

from typing import Any

import numpy as np
import pandas as pd

from sidecar.training.histories import Floats, Groups

Keyed = tuple["pd.Series[str]", Floats]


def record_of(subject: str, frame: pd.DataFrame, least_pairs: int = 1) -> dict[str, Any]:
    """Arrays for `Memory.read`: price points with the quantities they are sold at, and what items, parties and places have.

    Of each table and key the count, mean and sum of squared deviations; an empty key counts for the table as a whole.
    Pairs of party and item with fewer than `least_pairs` lines are left out.
    """
    price, quantity = _log(frame["net"]), _log(frame["quantity"])
    party, item = frame["party"], frame["item"]
    named, pair = (party != "").to_numpy(), party + "|" + item
    tables: dict[str, Keyed] = {
        "point": (item + "|" + _shown(frame["net"]), np.log1p(frame["quantity"].to_numpy())),
        "pair": (pair[named], price[named]),
    }
    if subject == "purchases":
        first = named & ~pair.duplicated().to_numpy()
        tables |= {"vendors": (item[first], np.ones(int(first.sum())))}
        tables |= _purchases(frame, pair, price, quantity)
    arrays: dict[str, Any] = {}
    for name, (keys, values) in tables.items():
        if len(values):
            arrays |= _counted(name, keys, values, least_pairs if name == "pair" else 1)
    return arrays


def _purchases(
    frame: pd.DataFrame, pair: "pd.Series[str]", price: Floats, quantity: Floats
) -> dict[str, Keyed]:
    """What only purchases are asked about: quantities, amounts, places and lead times."""
    party, item = frame["party"], frame["item"]
    place = frame["place"] if "place" in frame.columns else pd.Series("", frame.index)
    dated, one = frame["lead_days"].notna().to_numpy(), np.ones(len(frame))
    days = np.log1p(np.maximum(0.0, frame["lead_days"].to_numpy(np.float64)[dated]))
    return {
        "quantity_place": (item + "|" + place, quantity),
        "quantity_pair": (pair, quantity),
        "category": (party + "|" + frame["category"], one),
        "place": (party + "|" + place, one),
        "price": (item, price),
        "quantity": (item, quantity),
        "amount": (party, price + quantity),
        "lead": (party[dated], days),
        "lead_item": (item[dated], days),
        "lead_place": (party[dated] + "|" + place[dated], days),
    }


def _log(values: "pd.Series[float]") -> Floats:
    return np.asarray(np.log(np.maximum(values.to_numpy(np.float64), 1e-9)))


def _shown(prices: "pd.Series[float]") -> "pd.Series[str]":
    """Prices as they stand in the keys of price points; each is written once."""
    codes, values = pd.factorize(prices)
    texts = np.array([f"{value:.6g}" for value in values.tolist()], object)
    return pd.Series(texts[codes], prices.index, dtype="str")


def _counted(name: str, keys: "pd.Series[str]", values: Floats, least: int) -> dict[str, Any]:
    """One table as `Memory.read` takes it, its own row '' first."""
    groups = Groups(keys)
    mean, overall = groups.mean(values), float(values.mean())
    squares = np.bincount(groups.codes, (values - mean[groups.codes]) ** 2, len(groups.ids))
    kept = (groups.ids != "") & (groups.count >= least)
    whole = [len(values), overall, float(((values - overall) ** 2).sum())]
    rows = np.column_stack([groups.count, mean, squares])[kept]
    return {
        f"memory_{name}_ids": np.concatenate([[""], groups.ids[kept]]),
        f"memory_{name}_rows": np.vstack([whole, rows]),
    }
