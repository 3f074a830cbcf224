"""The obvious alternatives to each model, measured on the same rows in the same run."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn.ensemble import IsolationForest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from sidecar.scoring.keyed_rows import KeyedRows
from sidecar.scoring.lead_times import VendorDays
from sidecar.training.boosting import SEED
from sidecar.training.late import vendor_days
from sidecar.training.records import records_of
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
    read = _lines if subject in LINES else _records
    before, now = read(subject, past), read(subject, asked)
    found = _PEERS[subject](before, now)
    return {
        name: {column: pd.Series(values, now.index).reindex(asked.index).fillna(0.0) for column, values in answers.items()}
        for name, answers in found.items()
    }  # fmt: skip


def _lines(subject: str, raw: pd.DataFrame) -> pd.DataFrame:
    return normalise(raw, subject)


def _records(subject: str, raw: pd.DataFrame) -> pd.DataFrame:
    records, index = records_of(subject, raw)
    return pd.DataFrame(records, index)


def _forest(before: pd.DataFrame, now: pd.DataFrame) -> Any:
    """scikit-learn's isolation forest on columns as they are."""
    middle = before.median()
    forest = IsolationForest(random_state=SEED).fit(before.fillna(middle).fillna(0.0).to_numpy())
    return -forest.score_samples(now.fillna(middle).fillna(0.0).to_numpy())


def _discounts(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    columns = list(LINES["discounts"])
    return {
        "isolation forest, raw columns": {"score": _forest(before[columns], now[columns])},
        "percent off the list price": {"score": 1.0 - now["net"] / now["list_price"]},
    }


def _purchases(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    columns, price = list(LINES["purchases"]), np.log(now["net"])
    usual = now["item"].map(np.log(before["net"]).groupby(before["item"]).median())
    vendor = now["party"].map(np.log(before["net"]).groupby(before["party"]).median())
    return {
        "isolation forest, raw columns": {"score": _forest(before[columns], now[columns])},
        "distance from the item's or vendor's median price": {"score": (price - usual.fillna(vendor)).abs()},
    }


def _moves(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    wide = [
        frame.assign(hour=frame["date"].dt.hour, weekday=frame["date"].dt.day_of_week)[["quantity", "hour", "weekday"]]
        for frame in (before, now)
    ]  # fmt: skip
    return {
        "isolation forest, raw columns": {"score": _forest(*wide)},
        "size of the movement": {"score": now["quantity"].abs()},
    }


def _orders(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    rate = _rate(before, now, before["outcome"])
    return {"order value": {"score": now["value"]}, "customer's own rate": {"score": rate}}


def _payments(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Any]:
    """Only what was paid before the first invoice that is asked about."""
    paid = before["outcome"].where(before["known"] < now["date"].min())
    return {
        "customer's own late rate": {"score": _rate(before, now, paid)},
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
