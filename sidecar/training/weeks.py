"""Turns lines of documents into weekly figures by salesperson, buyer, vendor, customer and stock keeper."""

from typing import Any

import numpy as np
import pandas as pd

from sidecar.scoring.patterns import COUNTS, LEVELS_OF, ROLES, Week
from sidecar.training.csv_files import moments, named, numbers, require, texts

_NAMES = ("item", "document", *ROLES)
_NUMBERS = ("quantity", "unit_price", "list_price", "discount")
FIGURES = ("documents", "lines", "value", *LEVELS_OF, *COUNTS)
#: Who deals with whom: the other side, by which splits and repeats are told.
_OTHER = {"salesperson": "customer", "buyer": "vendor", "vendor": "buyer", "customer": "salesperson"}
_NEAR_LIMIT, _REPEAT_DAYS = 0.85, 4
_DAY = (6, 20)
_ALIASES = {"InvoiceNo": "document", "PO / SO #": "document", "order": "document", "user": "keeper", "CustomerID": "customer",
            "StockCode": "item", "Quantity": "quantity", "UnitPrice": "unit_price", "InvoiceDate": "date", "qty": "quantity",
            "price": "unit_price", "PO Sent to Vendor Date": "date", "order_date": "date"}  # fmt: skip


def is_weeks(raw: pd.DataFrame) -> bool:
    """Whether a file holds weeks already, not lines."""
    return {"role", "party", "week"} <= set(raw.columns)


def weeks_of(raw: pd.DataFrame, limit: float = 0.0, others: bool = False) -> pd.DataFrame:
    """Weekly figures from lines with `item, quantity, unit_price, date`, a `document` and any of the roles.

    `limit` is the amount from which a document needs an approval; without one nothing is near it. With `others` a column of
    that name says how many of the week's documents were with whom on the other side. Raises ValueError naming what is missing.
    """
    lines = _lines(raw)
    roles = [role for role in ROLES if role in lines.columns]
    if not roles:
        raise ValueError(f"the file names nobody: a column {', '.join(ROLES)}")
    parts = [_weeks_of_role(lines[lines[role] != ""], role, limit, others) for role in roles]
    return pd.concat(parts, ignore_index=True)


def _lines(raw: pd.DataFrame) -> pd.DataFrame:
    there = raw.columns
    raw = named(raw, _ALIASES, (*_NAMES, *_NUMBERS, "date"))
    require(raw, ("item", "quantity", "unit_price", "date"), there)
    out = pd.DataFrame(index=raw.index)
    for name in _NAMES:
        if name in raw.columns:
            out[name] = texts(raw, name).str.removesuffix(".0")
    for name in _NUMBERS:
        out[name] = numbers(raw, name)
    out["date"] = moments(raw, "date")
    out["net"] = out["unit_price"] * (1.0 - out["discount"].fillna(0.0) / 100.0)
    out["value"] = out["net"] * out["quantity"].abs()
    out["listed"] = out["list_price"] * out["quantity"].abs()
    out = out[out["date"].notna() & (out["item"] != "")].sort_values("date", kind="stable")
    if "document" not in out.columns:
        out["document"] = [f"{row}" for row in range(len(out))]
    return out


def _weeks_of_role(lines: pd.DataFrame, role: str, limit: float, others: bool) -> pd.DataFrame:
    """One row a party and week; a keeper's lines are stock corrections."""
    lines = lines.assign(
        party=lines[role],
        week=lines["date"].dt.normalize() - pd.to_timedelta(lines["date"].dt.day_of_week, "D"),
    )
    other = lines[_OTHER[role]] if _OTHER.get(role) in lines.columns else lines["party"] * 0
    lines = lines.assign(other=other)
    known = lines["listed"].gt(0)
    lines = lines.assign(
        gap=(lines["listed"] - lines["value"]).where(known, 0.0), listed=lines["listed"].where(known, 0.0),
        repeats=_repeats(lines), round=lines["quantity"].mod(10).eq(0) & lines["quantity"].ne(0), index=_index(lines),
    )  # fmt: skip
    key = ["party", "week"]
    documents = _documents(lines, limit)
    out = lines.groupby(key).agg(
        lines=("item", "size"), value=("value", "sum"), gap=("gap", "sum"), listed=("listed", "sum"),
        repeats=("repeats", "sum"), round=("round", "sum"), price_index=("index", "mean"),
    )  # fmt: skip
    out = out.join(documents.groupby(key).agg(
        documents=("document", "size"), below_limit=("near", "sum"), split=("split", "sum"), off_hours=("off", "sum"),
    ))  # fmt: skip
    out["discount"] = 100.0 * out["gap"] / out["listed"].where(out["listed"] > 0)
    out["price_index"] = 100.0 * np.exp(out["price_index"])
    out["role"] = role
    if others:
        found = _others(documents)
        out["others"] = [found.get(place, {}) for place in out.index]
    return out.reset_index().sort_values(key)[["role", "party", "week", *FIGURES, *["others"] * others]]


def _others(documents: pd.DataFrame) -> dict[Any, dict[str, int]]:
    """{(party, week): {party on the other side: documents with it}}"""
    found: dict[Any, dict[str, int]] = {}
    counts = documents[documents["other"] != ""].groupby(["party", "week", "other"]).size()
    for (party, week, other), count in counts.items():
        found.setdefault((party, week), {})[other] = int(count)
    return found


def _documents(lines: pd.DataFrame, limit: float) -> pd.DataFrame:
    """One row a document: its value against the limit, the day's sum with the same other side, its hour."""
    found = lines.groupby(["party", "week", "document"], as_index=False).agg(
        value=("value", "sum"), date=("date", "min"), other=("other", "first")
    )
    moment = found["date"]
    timed = bool(moment.dt.normalize().ne(moment).any())  # dates without a time say nothing of the hour
    outside = ~moment.dt.hour.between(_DAY[0], _DAY[1] - 1) | moment.dt.day_of_week.ge(5)
    found["off"] = outside if timed else False
    below = found["value"].lt(limit)
    found["near"] = below & found["value"].ge(_NEAR_LIMIT * limit)
    day = found.groupby(["party", "other", moment.dt.normalize()])["value"]
    found["split"] = below & day.transform("sum").ge(limit) & day.transform("size").gt(1) if limit else False
    return found


def _repeats(lines: pd.DataFrame) -> "pd.Series[bool]":
    """Whether a line repeats item, quantity and other side of a document of the days before."""
    same = lines.groupby(["party", "other", "item", "quantity"])
    gap = (lines["date"] - same["date"].shift()).dt.total_seconds() / 86400.0
    return gap.le(_REPEAT_DAYS) & same["document"].shift().ne(lines["document"])


def _index(lines: pd.DataFrame) -> "pd.Series[float]":
    """log of the price against the median of the first three of the same item and party; NaN in those."""
    price = np.log(lines["net"].where(lines["net"] > 0))
    key = [lines["party"], lines["item"]]
    first = price.where(lines.groupby(["party", "item"]).cumcount().lt(3)).groupby(key).transform("median")
    return price - first


def records_of(frame: pd.DataFrame) -> list[Week]:
    """The rows of a weeks file as weeks, in order. Raises ValueError for a role or week that cannot be read."""
    unknown = sorted(set(frame["role"].astype(str)) - set(ROLES))
    if unknown:
        raise ValueError(f"unknown role {unknown[0]}; known are {', '.join(ROLES)}")
    days = moments(frame, "week")
    if days.isna().any():
        raise ValueError(f"row {int(np.flatnonzero(days.isna())[0]) + 1}: week is no date")
    figures: dict[str, Any] = {}
    for name in FIGURES:
        column = numbers(frame, name)
        figures[name] = (
            column.astype(object).where(column.notna(), None if name in LEVELS_OF else 0.0).tolist()
        )
    names = frame["id"].astype(str) if "id" in frame.columns else pd.Series("", frame.index)
    keys = zip(
        names, frame["role"].astype(str), frame["party"].astype(str), days.dt.date.astype(str), strict=True
    )
    return [Week(*key, **{name: figures[name][at] for name in FIGURES}) for at, key in enumerate(keys)]
