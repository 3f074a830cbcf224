"""Reads the records of stock moves, orders, payments and lead times from CSV: our columns or a public set's."""

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pandas as pd

from sidecar.scoring.tabular import MODULES
from sidecar.training.csv_files import moments, named, numbers, require, texts

#: Other names of our columns, by subject; the public data sets are told by theirs.
_ALIASES: dict[str, dict[str, str]] = {
    "stock-moves": {
        "StockCode": "item", "Quantity": "quantity", "InvoiceDate": "date", "InvoiceNo": "document",
        "Country": "place", "location": "place", "reference": "document",
    },
    "orders": {
        "CustomerID": "customer", "dt": "date", "order_date": "date", "maxline": "largest_line",
        "InvoiceNo": "order",
    },
    "payments": {
        "partner": "customer", "invoice_date": "date", "due_date": "due", "paid_date": "paid",
        "amount_total": "amount",
    },
    "lead-times": {
        "Vendor": "vendor", "Item Description": "item", "PO Sent to Vendor Date": "date", "Country": "country",
        "Shipment Mode": "mode", "Product Group": "category", "Vendor INCO Term": "terms", "Fulfill Via": "route",
        "Line Item Quantity": "quantity", "Line Item Value": "value", "order_date": "date", "lt": "lead_days",
    },
}  # fmt: skip
_TEXTS = {
    "stock-moves": ("item", "document", "place"),
    "orders": ("customer", "country"),
    "payments": ("customer",),
    "lead-times": ("vendor", "item", "country", "mode", "category", "terms", "route"),
}
_NUMBERS = {
    "stock-moves": ("quantity",),
    "orders": ("value", "lines", "units", "largest_line"),
    "payments": ("amount",),
    "lead-times": ("quantity", "value"),
}
Outcome = Callable[[pd.DataFrame], pd.Series]


def _dates(subject: str) -> tuple[str, ...]:
    return ("date", "due", "paid") if subject == "payments" else ("date",)


def _known_columns(subject: str) -> tuple[str, ...]:
    return (*_TEXTS[subject], *_NUMBERS[subject], *_dates(subject), MODULES[subject].OUTCOME, "known")


def _days_late(frame: pd.DataFrame) -> pd.Series:
    return (frame["paid"] - frame["due"]).dt.days.astype(float)


def _outcome(subject: str, raw: pd.DataFrame, frame: pd.DataFrame) -> pd.Series:
    """What became of each record, NaN where it is not known."""
    if subject == "payments":
        late = _days_late(frame)
        return (late > 0).astype(float).where(late.notna())
    return numbers(raw, MODULES[subject].OUTCOME)


def _known(subject: str, raw: pd.DataFrame, frame: pd.DataFrame) -> pd.Series:
    """When the outcome became known; a future moment must not teach an earlier row."""
    if subject == "payments":
        return frame["paid"].fillna(frame["date"])
    if subject == "lead-times":
        return frame["date"] + pd.to_timedelta(frame["outcome"].fillna(0.0).clip(0, 3650), unit="D")
    if "known" in raw.columns:
        return moments(raw, "known").fillna(frame["date"])
    return frame["date"]


def records_of(subject: str, raw: pd.DataFrame) -> tuple[list[dict[str, Any]], pd.Index]:
    """(records, their index in `raw`) of the rows that can be judged.

    Raises ValueError naming a missing column.
    """
    there = raw.columns
    raw = named(raw, _ALIASES[subject], _known_columns(subject))
    require(raw, MODULES[subject].REQUIRED, there)
    frame = pd.DataFrame({name: texts(raw, name) for name in _TEXTS[subject]})
    for name in ("vendor", "customer"):
        if name in frame.columns:
            frame[name] = frame[name].str.removesuffix(".0")
    for name in _NUMBERS[subject]:
        frame[name] = numbers(raw, name)
    for name in _dates(subject):
        frame[name] = moments(raw, name)
    frame["outcome"] = _outcome(subject, raw, frame)
    frame["known"] = _known(subject, raw, frame)
    if subject == "payments":
        frame["delay"] = _days_late(frame).fillna(0.0)
    required = list(MODULES[subject].REQUIRED)
    usable = frame[required].notna().all(axis=1) & (frame[required] != "").all(axis=1)
    frame = frame[usable]
    names, columns = list(frame.columns), [_plain(frame[name]) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)], frame.index


def as_known(records: list[dict[str, Any]], at: datetime | None) -> list[dict[str, Any]]:
    """The records as they were at a moment: what became known later is open, and teaches nobody. None: as they are now."""
    if at is None:
        return records
    return [record | {"outcome": None} if record["known"] >= at else record for record in records]


def _plain(column: pd.Series) -> list[Any]:
    """The column as plain Python values, None where nothing is known; moments as naive `datetime`."""
    if column.dtype.kind == "M":
        return list(column.to_numpy("datetime64[us]").astype(object))
    values: list[Any] = column.tolist()
    return values if not column.hasnans else [None if math.isnan(value) else value for value in values]
