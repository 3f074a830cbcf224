"""The obvious alternatives to each model, measured on the same rows in the same run."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor, IsolationForest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sidecar.scoring.keyed_rows import KeyedRows
from sidecar.scoring.lead_times import VendorDays
from sidecar.training.boosting import SEED
from sidecar.training.late import vendor_days
from sidecar.training.records import as_known, records_of
from sidecar.training.sources import normalise

#: Answers of one peer, in the columns that `gatehouse models score` writes.
Answers = dict[str, "pd.Series[Any]"]
LINES = {"discounts": ("quantity", "list_price", "net"), "purchases": ("quantity", "net", "lead_days")}


def peers(subject: str, past: pd.DataFrame, asked: pd.DataFrame) -> dict[str, Answers]:
    """{name: answers} for the rows of `asked`, fitted on `past`; both as their files hold them.

    A row that a peer cannot read gets the score 0. Raises ValueError naming a missing column.
    """
    if subject == "emails":
        return {"TF-IDF and logistic regression": {"class": _texts(past, asked)}}
    if subject in LINES:
        before, now = normalise(past, subject), normalise(asked, subject)
    else:
        now = _records(subject, asked)
        before = _records(subject, past, now["date"].min())
    found = _PEERS[subject](before, now)
    return {
        name: {column: pd.Series(values, now.index).reindex(asked.index).fillna(0.0) for column, values in answers.items()}
        for name, answers in found.items()
    }  # fmt: skip


def _records(subject: str, raw: pd.DataFrame, at: datetime | None = None) -> pd.DataFrame:
    """The records of a file; an outcome that was not known at a moment teaches no peer either."""
    records, index = records_of(subject, raw)
    return pd.DataFrame(as_known(records, at), index)


def _codes(before: "pd.Series[str]", now: "pd.Series[str]") -> tuple[Any, Any]:
    """Identifiers as numbers by how often the past has them, the 254 most frequent apart, the others as one."""
    known = {name: place for place, name in enumerate(before.value_counts().index[:254])}
    return before.map(known).fillna(254.0), now.map(known).fillna(254.0)


def _wide(frame: pd.DataFrame, columns: list[str]) -> Any:
    """Columns as they are, with hour and weekday of the date."""
    return frame.assign(hour=frame["date"].dt.hour, weekday=frame["date"].dt.day_of_week)[
        [*columns, "hour", "weekday"]
    ].astype(float)


def _boosted(before: Any, outcome: "pd.Series[Any]", now: Any) -> Any:
    """scikit-learn's boosted trees on columns as they are, fitted to what is known."""
    known = outcome.notna().to_numpy()
    if outcome[known].nunique() < 2:
        return np.zeros(len(now))
    before = before.loc[:, before[known].notna().any()]
    now = now[before.columns]
    trees = HistGradientBoostingClassifier(random_state=SEED)
    return trees.fit(before.to_numpy()[known], outcome[known].astype(int)).predict_proba(now.to_numpy())[:, 1]


def _residual(before: pd.DataFrame, now: pd.DataFrame) -> Any:
    """How far the net price lies from what boosted trees expect of list price, item, customer and quantity, in logs."""
    item, party = _codes(before["item"], now["item"]), _codes(before["party"], now["party"])
    rows = [
        np.column_stack([np.log(frame["list_price"]), np.log(frame["quantity"]), item[at], party[at]])
        for at, frame in enumerate((before, now))
    ]
    trees = HistGradientBoostingRegressor(random_state=SEED, categorical_features=[2, 3])
    expected = trees.fit(rows[0], np.log(before["net"].clip(lower=1e-4))).predict(rows[1])
    return np.abs(np.log(now["net"].clip(lower=1e-4)) - expected)


def _robust(before: pd.DataFrame, now: pd.DataFrame) -> Any:
    """The largest robust z of price, quantity and lead time against the item's own median and spread, all items' where it has none."""
    found = []
    for name in ("net", "quantity", "lead_days"):
        past, asked = np.log1p(before[name]), np.log1p(now[name])
        center = past.groupby(before["item"]).median()
        spread = (past - before["item"].map(center)).abs()
        scale = 1.4826 * spread.groupby(before["item"]).median()
        whole = max(1e-6, 1.4826 * float(spread.median()))
        gap = (asked - now["item"].map(center).fillna(past.median())).abs()
        found.append(gap / now["item"].map(scale).fillna(whole).clip(lower=0.05))
    return pd.concat(found, axis=1).max(axis=1).fillna(0.0)


def _forest(before: pd.DataFrame, now: pd.DataFrame) -> Any:
    """scikit-learn's isolation forest on columns as they are."""
    middle = before.median()
    forest = IsolationForest(random_state=SEED).fit(before.fillna(middle).fillna(0.0).to_numpy())
    return -forest.score_samples(now.fillna(middle).fillna(0.0).to_numpy())


def _discounts(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    columns = list(LINES["discounts"])
    return {
        "isolation forest, raw columns": {"score": _forest(before[columns], now[columns])},
        "boosted trees' residual": {"score": _residual(before, now)},
        "percent off the list price": {"score": 1.0 - now["net"] / now["list_price"]},
    }


def _purchases(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    columns, price = list(LINES["purchases"]), np.log(now["net"])
    usual = now["item"].map(np.log(before["net"]).groupby(before["item"]).median())
    vendor = now["party"].map(np.log(before["net"]).groupby(before["party"]).median())
    return {
        "isolation forest, raw columns": {"score": _forest(before[columns], now[columns])},
        "largest robust z": {"score": _robust(before, now)},
        "distance from the item's or vendor's median price": {"score": (price - usual.fillna(vendor)).abs()},
    }


def _moves(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    wide = [_wide(frame, ["quantity"]) for frame in (before, now)]
    place = _codes(before["place"], now["place"])
    named = [
        frame.assign(size=frame["quantity"].abs(), place=codes)
        for frame, codes in zip(wide, place, strict=True)
    ]
    return {
        "isolation forest, raw columns": {"score": _forest(*wide)},
        "boosted trees, raw columns": {"score": _boosted(named[0], before["outcome"], named[1])},
        "size of the movement": {"score": now["quantity"].abs()},
    }


def _orders(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    rate = _rate(before, now, before["outcome"])
    wide = [_wide(frame, ["value", "lines", "units", "largest_line"]) for frame in (before, now)]
    return {
        "order value": {"score": now["value"]},
        "customer's own rate": {"score": rate},
        "boosted trees, raw columns": {"score": _boosted(wide[0], before["outcome"], wide[1])},
    }


def _payments(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    return {
        "customer's own late rate": {"score": _rate(before, now, before["outcome"])},
        "amount": {"score": now["amount"]},
    }


def _rate(before: pd.DataFrame, now: pd.DataFrame, outcome: "pd.Series[float]") -> "pd.Series[float]":
    outcome = outcome.astype(float)
    return now["customer"].map(outcome.groupby(before["customer"]).mean()).fillna(outcome.mean())


def _lead_times(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    """The rule that being late is measured against in training, so that a model that ships it equals it here."""
    table = VendorDays(KeyedRows(*vendor_days(before["vendor"], before["outcome"])))
    middle, high = np.array([table.of(vendor) for vendor in now["vendor"]]).T
    return {"vendor's median": {"p50": middle, "p90": high, "late_p50": middle, "late_p90": high}}


def _texts(past: pd.DataFrame, asked: pd.DataFrame) -> "pd.Series[str]":
    model = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True),
        LogisticRegression(C=4.0, class_weight="balanced", max_iter=2000, random_state=SEED),
    )
    model.fit(past["text"].fillna(""), past["class"])
    return pd.Series(model.predict(asked["text"].fillna("")), asked.index)


_PEERS: dict[str, Callable[[pd.DataFrame, pd.DataFrame], dict[str, Any]]] = {
    "discounts": _discounts,
    "purchases": _purchases,
    "stock-moves": _moves,
    "orders": _orders,
    "payments": _payments,
    "lead-times": _lead_times,
}
