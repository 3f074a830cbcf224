"""A company made up for tests: lines of documents over weeks, honest or with one habit put in. Training never reads it."""

from collections.abc import Callable

import numpy as np
import pandas as pd

LIMIT = 5000.0
#: From this week on a habit shows; 30 weeks in all.
WEEKS, FROM = 30, 20


def trade(seed: int, parties: int = 12, documents: int = 14) -> pd.DataFrame:
    """Purchases (buyer, vendor) or sales (salesperson, customer) alike: each person deals with four others."""
    rng, rows, number = np.random.default_rng(seed), [], 0
    items = [f"item{at}" for at in range(40)]
    price = dict(zip(items, np.round(rng.lognormal(3.0, 0.8, 40), 2), strict=True))
    usual = {at: rng.uniform(3.0, 9.0) for at in range(parties)}
    start = pd.Timestamp("2026-01-05")
    for week in range(WEEKS):
        for person in range(parties):
            for _ in range(rng.poisson(documents)):
                number += 1
                other = 4 * person + int(rng.integers(4))
                day = start + pd.Timedelta(
                    days=7 * week + int(rng.integers(5)), hours=float(rng.uniform(7.5, 17.5))
                )
                for item in rng.choice(
                    items[10 * (other % 4) : 10 * (other % 4) + 10], rng.integers(1, 4), replace=False
                ):
                    quantity = max(1.0, round(float(rng.lognormal(2.6, 0.7))))
                    off = max(0.0, usual[person] + rng.normal(0.0, 2.5))
                    rows.append(
                        (
                            f"D{number}",
                            day,
                            f"p{person}",
                            f"o{other}",
                            item,
                            quantity,
                            price[item],
                            round(off, 1),
                        )
                    )
    columns = ["document", "date", "person", "other", "item", "quantity", "list_price", "discount"]
    frame = pd.DataFrame(rows, columns=columns)
    frame["unit_price"] = (frame["list_price"] * rng.normal(1.0, 0.01, len(frame))).round(2)
    return frame


def _late(frame: pd.DataFrame) -> "pd.Series[bool]":
    return frame["date"] >= frame["date"].min().normalize() + pd.Timedelta(weeks=FROM)


def _habit(frame: pd.DataFrame, who: str) -> pd.DataFrame:
    mine = _late(frame) & frame["person"].eq(who)
    frame.loc[mine, "discount"] += 6.0
    return frame


def _creep(frame: pd.DataFrame, who: str) -> pd.DataFrame:
    """One percent a week, on everything."""
    mine = _late(frame) & frame["person"].eq(who)
    weeks = (frame["date"] - frame["date"].min().normalize()).dt.days // 7 - FROM + 1
    frame.loc[mine, "unit_price"] *= 1.01 ** weeks[mine]
    return frame


def _more(
    frame: pd.DataFrame, who: str, change: Callable[[pd.DataFrame], pd.DataFrame], share: float
) -> pd.DataFrame:
    mine = frame[_late(frame) & frame["person"].eq(who)]
    chosen = mine[
        mine["document"].isin(mine["document"].drop_duplicates().sample(frac=share, random_state=5))
    ]
    return pd.concat([frame, change(chosen.copy())], ignore_index=True)


def _again(lines: pd.DataFrame) -> pd.DataFrame:
    return lines.assign(document=lines["document"] + "-again", date=lines["date"] + pd.Timedelta(days=1))


def _split(lines: pd.DataFrame) -> pd.DataFrame:
    """What costs 8,100 ordered as three documents of 2,700 on one day."""
    first = lines.drop_duplicates("document")
    parts = [
        first.assign(
            document=first["document"] + f"-part{part}",
            quantity=27.0,
            unit_price=100.0,
            list_price=100.0,
            discount=0.0,
            item=f"part{part}",
        )
        for part in range(3)
    ]
    return pd.concat(parts)


def _below(lines: pd.DataFrame) -> pd.DataFrame:
    first = lines.drop_duplicates("document")
    return first.assign(
        document=first["document"] + "-below",
        item="special",
        quantity=49.0,
        unit_price=100.0,
        list_price=100.0,
        discount=0.0,
    )


def _night(frame: pd.DataFrame, who: str) -> pd.DataFrame:
    mine = frame[_late(frame) & frame["person"].eq(who)]
    night = mine["document"].drop_duplicates().sample(frac=0.3, random_state=5)
    chosen = frame["document"].isin(night)
    frame.loc[chosen, "date"] = frame.loc[chosen, "date"].dt.normalize() + pd.Timedelta(hours=23)
    return frame


def _round(frame: pd.DataFrame, who: str) -> pd.DataFrame:
    mine = frame[_late(frame) & frame["person"].eq(who)].sample(frac=0.5, random_state=5).index
    frame.loc[mine, "quantity"] = np.maximum(10.0, (frame.loc[mine, "quantity"] / 10.0).round() * 10.0)
    return frame


HABITS: dict[str, Callable[[pd.DataFrame, str], pd.DataFrame]] = {
    "discount_habit": _habit,
    "creeping_prices": _creep,
    "order_splitting": lambda frame, who: _more(frame, who, _split, 0.12),
    "just_below_the_limit": lambda frame, who: _more(frame, who, _below, 0.2),
    "duplicates": lambda frame, who: _more(frame, who, _again, 0.15),
    "off_hours_corrections": _night,
    "round_number_corrections": _round,
}


def lines(frame: pd.DataFrame, role: str) -> pd.DataFrame:
    """The trade as the lines of one role, under the names of training."""
    other = {"salesperson": "customer", "buyer": "vendor", "vendor": "buyer", "customer": "salesperson"}.get(
        role
    )
    out = frame.rename(columns={"person": role} | ({"other": other} if other else {}))
    return out.drop(columns=[] if other else ["other"])
