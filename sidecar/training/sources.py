"""Reads histories from CSV files: our own columns, or one of the public data sets, told by their header."""

from pathlib import Path

import pandas as pd

from sidecar.training.csv_files import moments, named, numbers, read_frame, require, texts

COLUMNS = ("item", "party", "category", "tier", "quantity", "list_price", "net", "lead_days", "date", "place")
_ALIASES = {
    "customer": "party",
    "vendor": "party",
    "customer_tier": "tier",
    "qty": "quantity",
    "order_date": "date",
    "price": "unit_price",
    "lead": "lead_days",
}
#: Who a file of both is about.
_PARTY = {"discounts": "customer", "purchases": "vendor"}
_UCI = {
    "StockCode": "item",
    "CustomerID": "party",
    "Quantity": "quantity",
    "UnitPrice": "unit_price",
    "InvoiceDate": "date",
}
_PURCHASES = {
    "vendor": "party",
    "qty": "quantity",
    "price": "unit_price",
    "lead": "lead_days",
    "Product Group": "category",
    "PO Sent to Vendor Date": "date",
    "Country": "place",
}


def read_history(path: Path, subject: str) -> pd.DataFrame:
    """The usable lines of a CSV file in COLUMNS, oldest first. Raises ValueError naming a missing column."""
    return normalise(read_frame(path), subject)


def normalise(raw: pd.DataFrame, subject: str) -> pd.DataFrame:
    """As `read_history`, from a frame; keeps the index so that labels can be joined."""
    there = raw.columns
    if "StockCode" in raw.columns:
        raw = raw.rename(columns=_UCI)
    elif "PO Sent to Vendor Date" in raw.columns:
        raw = raw.rename(columns=_PURCHASES)
    raw = named(raw, {_PARTY[subject]: "party"} | _ALIASES, (*COLUMNS, "unit_price", "discount"))
    require(
        raw, ["item", "quantity", "unit_price", *(["list_price"] if subject == "discounts" else [])], there
    )
    out = pd.DataFrame({name: texts(raw, name) for name in ("item", "party", "category", "tier", "place")})
    out["party"] = out["party"].str.removesuffix(".0")
    for name in ("quantity", "list_price", "unit_price", "discount", "lead_days"):
        out[name] = numbers(raw, name)
    out["net"] = out["unit_price"] * (1 - out["discount"].fillna(0.0) / 100)
    out["date"] = moments(raw, "date")
    keep = (out["quantity"] > 0) & (out["net"] >= 0) & (out["item"] != "")
    keep &= (out["list_price"] > 0) if subject == "discounts" else (out["net"] > 0)
    out["list_price"] = out["list_price"].fillna(0.0)
    return out[keep].sort_values("date", kind="stable")[list(COLUMNS)]
