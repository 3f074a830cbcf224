"""Training on a long history: seconds, processor time and the most memory held at once.

    "$(python3 -m stack python)" -m benchmarks.training [--lines 1000000] [--only discounts] [--backend dask]

Writes a made-up history of each subject (the same each time; sizes like a large distributor's: 20,000 items, 5,000
customers, 800 vendors, three years), trains on it by the command that a user calls and prints a markdown table. The
memory is the kernel's `ru_maxrss` of the process that trains; the load says how busy the machine was meanwhile.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

_BLOCK = 100_000
_ITEMS, _CUSTOMERS, _VENDORS, _DAYS = 20_000, 5_000, 800, 1095
_START = np.datetime64("2023-01-02T08:00")


def _popular(rng: np.random.Generator, kinds: int, size: int) -> np.ndarray:
    """Numbers below `kinds`, few of them often and most seldom."""
    return np.minimum(rng.pareto(0.7, size) * kinds / 400, kinds - 1).astype(int)


def _moments(rng: np.random.Generator, start: int, size: int, whole: int) -> np.ndarray:
    """Minutes in working hours, rising over three years."""
    days = (np.arange(start, start + size) * _DAYS // whole).astype("timedelta64[D]")
    return _START + days + np.sort(rng.integers(0, 600, size)).astype("timedelta64[m]")


def sales(rng: np.random.Generator, start: int, size: int, whole: int) -> pd.DataFrame:
    """Lines of customers with a tier each, on price lists with three quantity breaks."""
    item, customer = _popular(rng, _ITEMS, size), _popular(rng, _CUSTOMERS, size)
    list_price = np.round(np.exp(1 + item % 997 / 200), 2)
    quantity = np.ceil(rng.lognormal(1.5, 1.2, size))
    earned = np.select([quantity >= 48, quantity >= 12], [0.15, 0.07], 0.0) + customer % 4 * 0.02
    given = np.where(rng.random(size) < 0.1, rng.uniform(0, 0.1, size), 0.0)
    return pd.DataFrame(
        {
            "item": np.char.add("I", item.astype(str)),
            "customer": np.char.add("C", customer.astype(str)),
            "category": np.char.add("G", (item % 60).astype(str)),
            "tier": np.char.add("T", (customer % 4).astype(str)),
            "quantity": quantity,
            "list_price": list_price,
            "unit_price": np.round(list_price * (1 - earned - given), 2),
            "order_date": _moments(rng, start, size, whole),
        }
    )


def purchases(rng: np.random.Generator, start: int, size: int, whole: int) -> pd.DataFrame:
    """Lines of two vendors an item, whose prices move by a few percent each quarter, to twelve warehouses."""
    item = _popular(rng, _ITEMS, size)
    vendor = (item * 7 + rng.integers(0, 2, size)) % _VENDORS
    quarter = np.arange(start, start + size) * 12 // whole
    drift = (item * 31 + vendor * 17 + quarter * 7) % 13 / 200
    return pd.DataFrame(
        {
            "item": np.char.add("I", item.astype(str)),
            "vendor": np.char.add("V", vendor.astype(str)),
            "category": np.char.add("G", (item % 60).astype(str)),
            "quantity": np.ceil(rng.lognormal(4, 1, size)),
            "unit_price": np.round(np.exp(item % 997 / 200 + drift), 2),
            "lead_days": np.ceil(rng.gamma(4, 2 + vendor % 9)),
            "place": np.char.add("W", rng.integers(0, 12, size).astype(str)),
            "order_date": _moments(rng, start, size, whole),
        }
    )


def stock_moves(rng: np.random.Generator, start: int, size: int, whole: int) -> pd.DataFrame:
    """Movements of documents of eight lines, and corrections in documents of their own, one in two hundred."""
    wrong = rng.random(size) < 0.005
    amount = np.ceil(rng.lognormal(1.5, 1.2, size))
    document = np.char.add("D", (np.arange(start, start + size) // 8).astype(str))
    document[wrong] = np.char.add("K", np.arange(start, start + size)[wrong].astype(str))
    return pd.DataFrame(
        {
            "item": np.char.add("I", _popular(rng, _ITEMS, size).astype(str)),
            "quantity": np.where(wrong, -np.round(amount * 10, -1), amount),
            "document": document,
            "place": np.char.add("W", rng.integers(0, 12, size).astype(str)),
            "date": _moments(rng, start, size, whole),
            "y": wrong.astype(int),
        }
    )


HISTORIES = {"discounts": sales, "purchases": purchases, "stock-moves": stock_moves}


def write(subject: str, lines: int, path: Path) -> None:
    """The history of `lines` rows as CSV, block by block, so that writing it takes no memory either."""
    rng = np.random.default_rng(20261125)
    for start in range(0, lines, _BLOCK):
        block = HISTORIES[subject](rng, start, min(_BLOCK, lines - start), lines)
        block.to_csv(path, mode="a", header=start == 0, index=False)


def measure(command: list[str]) -> tuple[float, float, float]:
    """(seconds, processor seconds, most MiB resident) of a command. Raises CalledProcessError when it fails."""
    began = time.monotonic()
    process = subprocess.Popen(command)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(status, command)
    return time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Measures each subject in turn."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--only", choices=sorted(HISTORIES), action="append")
    parser.add_argument("--backend", choices=("dask",))
    options = parser.parse_args()
    print("| subject | lines | seconds | processor seconds | most MiB | load |\n|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as scratch:
        for subject in options.only or HISTORIES:
            path = Path(scratch) / f"{subject}.csv"
            write(subject, options.lines, path)
            command = [sys.executable, "-m", "sidecar.cli", "models", "train", subject]
            command += ["--history", str(path), "--output", scratch]
            command += ["--backend", options.backend] if options.backend else []
            clock, processor, memory = measure(command)
            path.unlink()
            row = (subject, f"{options.lines:,}", f"{clock:.0f}", f"{processor:.0f}", f"{memory:,.0f}")
            print(f"| {' | '.join(row)} | {os.getloadavg()[1]:.1f} |", flush=True)


if __name__ == "__main__":
    main()
