"""Chooses what the probability of a late delivery is read from: the model's own quantiles, or the vendors' own record."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sidecar.scoring.keyed_rows import KeyedRows
from sidecar.scoring.lead_times import VendorDays, late_probability

Floats = NDArray[np.float64]
_LEVELS = np.array((0.1, 0.25, 0.5, 0.75, 0.9))
#: Deliveries from which on a vendor's own quantiles say more than everybody's; chosen within the first 85 % of the history.
_LEAST = 5


def late_gap(p50: Floats, p90: Floats, days: Floats) -> Callable[[NDArray[Any] | None], float]:
    """How far the probability of being late is from how often it was so, as a share: the mean of five levels.

    Had each line been promised for the day it came, after `days`, its probability of being late would be spread evenly
    over 0..1. What is returned takes how often each row counts, None for once.
    """
    rows = zip(p50.tolist(), p90.tolist(), days.tolist(), strict=True)
    below = np.array([late_probability(*row) for row in rows])[:, None] <= _LEVELS
    return lambda times: float(np.abs(np.average(below, axis=0, weights=times) - _LEVELS).mean())


def vendor_days(vendors: Sequence[str], days: Any) -> tuple[NDArray[np.str_], Floats]:
    """(identifiers, (median, 90 % quantile) in days) of each vendor with five known deliveries, '' of all of them first.

    `days` are NaN or None where a delivery has not come.
    """
    known = pd.DataFrame({"vendor": list(vendors), "days": np.asarray(days, float)}).dropna()
    groups = known.groupby("vendor")["days"]
    kept = groups.quantile([0.5, 0.9]).unstack()[(groups.size() >= _LEAST).to_numpy()]
    kept = kept[kept.index != ""]
    whole = known["days"].quantile([0.5, 0.9]).to_numpy()
    return np.array(["", *kept.index], np.str_), np.vstack([whole, kept.to_numpy()])


def choose_late(
    records: list[dict[str, Any]], since: datetime, answers: dict[str, Floats]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """(arrays, figures): the vendors' own days where reading from `answers` was no better, else no arrays.

    records: of the whole history, oldest first, each with an outcome. answers: `p50` and `p90` in days of the last ones, from `since` on,
    which neither the model nor its quantiles' shift saw; the vendors' record is what was known of them before `since`.
    """
    later = records[-len(answers["p50"]) :]
    before = records[: -len(later)]
    known = [record for record in before if record["known"] < since] or before
    table = VendorDays(KeyedRows(*_table(known)))
    own = np.array([table.of(record["vendor"]) for record in later]).T
    days = np.array([record["outcome"] for record in later], np.float64)
    model = late_gap(answers["p50"], np.maximum(answers["p50"], answers["p90"]), days)(None)
    baseline = late_gap(own[0], own[1], days)(None)
    better = model < baseline
    figures = {
        "model": {"late_gap": round(model, 4)},
        "baseline": {"late_gap": round(baseline, 4)},
        "ships": "model" if better else "baseline",
    }
    if better:
        return {}, figures
    ids, rows = _table(records)
    return {"late_ids": ids, "late_days": rows}, figures


def _table(records: list[dict[str, Any]]) -> tuple[NDArray[np.str_], Floats]:
    return vendor_days([record["vendor"] for record in records], [record["outcome"] for record in records])
