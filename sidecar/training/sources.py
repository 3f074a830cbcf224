"""Reads histories from CSV files: our own columns, or one of the public data sets, told by their header."""

from pathlib import Path

import pandas as pd

COLUMNS = ("item", "party", "category", "tier", "quantity", "list_price", "net", "lead_days", "date", "place")
_ALIASES = {
    "customer": "party",
    "vendor": "party",
    "customer_tier": "tier",
    "qty": "quantity",
    "order_date": "date",
}
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
    raw = pd.read_csv(
        path, dtype={"StockCode": str, "item": str, "vendor": str, "party": str, "customer": str}
    )
    return normalise(raw, subject)


def as_texts(column: pd.Series) -> pd.Series:
    """Identifiers as text, '' where nothing is known; a column without any is read by pandas as numbers."""
    return column.astype(object).fillna("").astype(str)


def normalise(raw: pd.DataFrame, subject: str) -> pd.DataFrame:
    """As `read_history`, from a frame; keeps the index so that labels can be joined."""
    if "StockCode" in raw.columns:
        raw = raw.rename(columns=_UCI)
    elif "PO Sent to Vendor Date" in raw.columns:
        raw = raw.rename(columns=_PURCHASES)
    else:
        raw = raw.rename(columns={old: new for old, new in _ALIASES.items() if new not in raw.columns})
    needed = ["item", "quantity", "unit_price", *(["list_price"] if subject == "discounts" else [])]
    missing = [name for name in needed if name not in raw.columns]
    if missing:
        raise ValueError(f"the history lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}")
    out = pd.DataFrame(index=raw.index)
    for name in ("item", "party", "category", "tier", "place"):
        out[name] = as_texts(raw[name]) if name in raw.columns else ""
    out["party"] = out["party"].str.removesuffix(".0")
    for name in ("quantity", "list_price", "unit_price", "discount", "lead_days"):
        out[name] = pd.to_numeric(raw[name], errors="coerce") if name in raw.columns else float("nan")
    out["net"] = out["unit_price"] * (1 - out["discount"].fillna(0.0) / 100)
    out["date"] = (
        pd.to_datetime(raw["date"], format="mixed", errors="coerce") if "date" in raw.columns else pd.NaT
    )
    keep = (out["quantity"] > 0) & (out["net"] >= 0) & (out["item"] != "")
    keep &= (out["list_price"] > 0) if subject == "discounts" else (out["net"] > 0)
    out["list_price"] = out["list_price"].fillna(0.0)
    return out[keep].sort_values("date", kind="stable")[list(COLUMNS)]
