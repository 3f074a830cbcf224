"""Reads the records of stock moves, orders, payments and lead times from CSV: our columns or a public set's."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from sidecar.scoring.tabular import MODULES
from sidecar.training.sources import as_texts

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
_DATES = {"payments": ("date", "due", "paid")}
Outcome = Callable[[pd.DataFrame], pd.Series]


def _days_late(frame: pd.DataFrame) -> pd.Series:
    return (frame["paid"] - frame["due"]).dt.days.astype(float)


def _outcome(subject: str, raw: pd.DataFrame, frame: pd.DataFrame) -> pd.Series:
    """What became of each record, NaN where it is not known."""
    if subject == "payments":
        late = _days_late(frame)
        return (late > 0).astype(float).where(late.notna())
    name = "lead_days" if subject == "lead-times" else "y"
    return (
        pd.to_numeric(raw[name], errors="coerce")
        if name in raw.columns
        else pd.Series(float("nan"), raw.index)
    )


def _known(subject: str, raw: pd.DataFrame, frame: pd.DataFrame) -> pd.Series:
    """When the outcome became known; a future moment must not teach an earlier row."""
    if subject == "payments":
        return frame["paid"].fillna(frame["date"])
    if subject == "lead-times":
        return frame["date"] + pd.to_timedelta(frame["outcome"].fillna(0.0).clip(0, 3650), unit="D")
    if "known" in raw.columns:
        return pd.to_datetime(raw["known"], format="mixed", errors="coerce").fillna(frame["date"])
    return frame["date"]


def read_frame(path: Path) -> pd.DataFrame:
    """The CSV as it is, identifiers as text. Raises ValueError when it is no CSV."""
    names = {"StockCode", "InvoiceNo", "CustomerID", "item", "vendor", "customer", "document", "id", "ID"}
    try:
        return pd.read_csv(path, dtype=dict.fromkeys(names, str), low_memory=False)
    except pd.errors.ParserError as error:
        raise ValueError(f"{path} is no CSV file: {error}") from error


def records_of(subject: str, raw: pd.DataFrame) -> tuple[list[dict[str, Any]], pd.Index]:
    """(records, their index in `raw`) of the rows that can be judged.

    Raises ValueError naming a missing column.
    """
    aliases = {
        old: new for old, new in _ALIASES[subject].items() if old in raw.columns and new not in raw.columns
    }
    raw = raw.rename(columns=aliases)
    missing = [name for name in MODULES[subject].REQUIRED if name not in raw.columns]
    if missing:
        raise ValueError(f"the file lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}")
    frame = pd.DataFrame(index=raw.index)
    for name in _TEXTS[subject]:
        texts = as_texts(raw[name]).str.strip() if name in raw.columns else ""
        frame[name] = texts
    for name in _NUMBERS[subject]:
        frame[name] = pd.to_numeric(raw[name], errors="coerce") if name in raw.columns else float("nan")
    for name in _DATES.get(subject, ("date",)):
        frame[name] = (
            pd.to_datetime(raw[name], format="mixed", errors="coerce") if name in raw.columns else pd.NaT
        )
    frame["outcome"] = _outcome(subject, raw, frame)
    frame["known"] = _known(subject, raw, frame)
    if subject == "payments":
        frame["delay"] = _days_late(frame).fillna(0.0)
    required = list(MODULES[subject].REQUIRED)
    usable = frame[required].notna().all(axis=1) & (frame[required] != "").all(axis=1)
    frame = frame[usable]
    names, columns = list(frame.columns), [_plain(frame[name]) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)], frame.index


def _plain(column: pd.Series) -> list[Any]:
    """The column as plain Python values, None where nothing is known; moments as naive `datetime`."""
    if column.dtype.kind == "M":
        return list(column.to_numpy("datetime64[us]").astype(object))
    values: list[Any] = column.tolist()
    return values if not column.hasnans else [None if math.isnan(value) else value for value in values]
