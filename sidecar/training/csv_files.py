"""Reads CSV files as people export them: every cell as text, and from there numbers, moments and identifiers."""

import csv
import gzip
import zlib
from collections.abc import Collection, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

#: What exports write where nothing is known. "NA" is not among them: it is Namibia, and somebody's item.
_NOTHING = {"nan", "n/a", "#n/a", "null", "none", "nat", "<na>", "-nan", "#na"}
_SEPARATORS = ";\t|"
_DAY_FIRST = r"\s*(\d{1,2})([./-])(\d{1,2})[./-]\d{2,4}\b"
_DECIMAL_COMMA = r"[+-]?\d+(?:[.\s]\d{3})*,\d+"
#: Different dates of a column that are looked at to tell which part is the day.
_LOOKED_AT = 20_000
#: Days outside of this are slips of the hand, and beyond what a moment in nanoseconds can hold.
_FIRST, _LAST = pd.Timestamp("1900-01-01"), pd.Timestamp("2200-01-01")


def read_frame(path: Path) -> pd.DataFrame:
    """The file's cells as text, '' where one is empty; rows and columns in their order.

    UTF-8, UTF-16 with its mark or Windows-1252, as it is or packed by gzip; cells apart by comma, semicolon, tab or bar,
    whichever the header has most of. Raises ValueError, in one sentence, for what is no such file.
    """
    content = path.read_bytes()
    try:
        content = gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content
        encoding = _encoding(content, path.name)
        if not content.strip():
            raise ValueError(f"{path.name} is empty")
        header = content[:65536].decode(encoding, "replace").lstrip("\ufeff\r\n").partition("\n")[0]
        most = max(_SEPARATORS, key=header.count)
        separator = most if header.count(most) > header.count(",") else ","
        raw = pd.read_csv(
            BytesIO(content),
            dtype=str,
            keep_default_na=False,
            encoding=encoding,
            sep=separator,
            index_col=False,
        )
    except (
        pd.errors.ParserError,
        pd.errors.EmptyDataError,
        UnicodeDecodeError,
        EOFError,
        OSError,
        zlib.error,
    ) as error:
        raise ValueError(f"{path.name} is no CSV file: {' '.join(str(error).split())}") from error
    return raw.fillna("").rename(columns=str.strip)  # a row that ends early


def write_frame(frame: pd.DataFrame, path: Path) -> None:
    """The frame as UTF-8 with commas; a cell with a bare carriage return, which `csv` would leave bare, has all cells quoted."""
    bare = any(
        column.str.contains("\r", regex=False).any() for _, column in frame.items() if column.dtype == "str"
    )
    frame.to_csv(path, index=False, quoting=csv.QUOTE_ALL if bare else csv.QUOTE_MINIMAL)


def _encoding(content: bytes, name: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if b"\0" in content[:65536]:
        raise ValueError(f"{name} is no text (a spreadsheet? save it as CSV)")
    try:
        content.decode()
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8-sig"


def named(raw: pd.DataFrame, aliases: Mapping[str, str], known: Collection[str]) -> pd.DataFrame:
    """The frame under our names of columns: by `aliases`, then those that differ in case, blanks and dashes only.

    A column that already has our name keeps it.
    """
    taken = set(raw.columns)
    changes: dict[str, str] = {}
    for old, new in aliases.items():
        if old in raw.columns and new not in taken:
            changes[old] = new
            taken.add(new)
    for column in raw.columns:
        plain = str(column).strip().lower().replace(" ", "_").replace("-", "_")
        new = aliases.get(plain, plain)
        if column not in changes and new in known and new not in taken:
            changes[column] = new
            taken.add(new)
    return raw.rename(columns=changes)


def require(raw: pd.DataFrame, names: Collection[str], there: Collection[str]) -> None:
    """Raises ValueError naming the columns that are missing, and those that the file has (`there`)."""
    missing = [name for name in names if name not in raw.columns]
    if missing:
        plural = "s" * (len(missing) > 1)
        raise ValueError(
            f"the file lacks the column{plural} {', '.join(missing)}; it has {', '.join([*map(str, there)][:20])}"
        )


def texts(raw: pd.DataFrame, name: str) -> "pd.Series[str]":
    """A column as identifiers, '' where nothing is known or no such column."""
    if name not in raw.columns:
        return pd.Series("", raw.index, dtype="str")
    column = raw[name].astype(object).fillna("").astype(str).str.strip()
    return column.mask(column.str.lower().isin(_NOTHING), "")


def numbers(raw: pd.DataFrame, name: str) -> "pd.Series[float]":
    """A column as finite numbers, NaN for the rest or no such column; a decimal comma ("1.234,50") is understood."""
    if name not in raw.columns:
        return pd.Series(np.nan, raw.index, dtype=float)
    column = raw[name]
    found = pd.to_numeric(column, errors="coerce").astype(float)
    if column.dtype.kind not in "biufcM" and found.isna().any():
        rest = column[found.isna()].astype(str).str.strip()
        rest = rest[rest.str.fullmatch(_DECIMAL_COMMA)]
        plain = rest.str.replace(r"[.\s]", "", regex=True).str.replace(",", ".", regex=False)
        found.loc[rest.index] = plain.astype(float)
    return found.where(np.isfinite(found))


def moments(raw: pd.DataFrame, name: str) -> "pd.Series[Any]":
    """A column as moments, NaT for the rest or no such column; those with an offset as UTC.

    The day comes first in 31.12.2026, and in a column of 31/12/2026 where no second number is more than twelve.
    """
    if name not in raw.columns:
        return pd.Series(pd.NaT, raw.index, dtype="datetime64[ns]")
    column = raw[name]
    if column.dtype.kind != "M":
        column = _read_moments(column.astype(object).where(column.notna(), "").astype(str).str.strip())
    if column.dt.tz is not None:
        column = column.dt.tz_convert("UTC").dt.tz_localize(None)
    return column.where(column.between(_FIRST, _LAST)).astype("datetime64[ns]")


def _read_moments(column: "pd.Series[str]") -> "pd.Series[Any]":
    """Moments as UTC; which part is the day is asked only of those that do not begin with the year."""
    settings: dict[str, Any] = {"format": "mixed", "errors": "coerce", "utc": True}
    iso = column.str.slice(4, 5).isin(("-", "")).to_numpy()
    rest = column[~iso]
    if not _day_first(pd.Series(rest.unique()[:_LOOKED_AT], dtype="str")):
        return pd.to_datetime(column, **settings)
    return pd.concat(
        [pd.to_datetime(column[iso], **settings), pd.to_datetime(rest, **settings, dayfirst=True)]
    ).reindex(column.index)


def _day_first(column: "pd.Series[str]") -> bool:
    parts = column.str.extract(_DAY_FIRST).dropna()
    if parts.empty:
        return False
    first, second = parts[0].astype(int), parts[2].astype(int)
    return bool((parts[1] == ".").all() or (first.max() > 12 and second.max() <= 12))
