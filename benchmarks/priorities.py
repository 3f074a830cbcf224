"""Does the order of work by cost of waiting cost less than first-in-first-out and than due-date order?

    "$(python3 -m stack python)" -m benchmarks.priorities [--data order_risk_train.csv]

One picker works through real orders (their arrival, value, lines and customer) at a load that he keeps up with, only just,
or not quite; whenever he is free, the policy names the next. Promised dates, true minutes of work and true costs of
lateness are drawn, because the data has none: the rule sees neither the true minutes nor the true cost. `slack` is chosen on the
first 70 % of the days; the table is of the later days alone, with intervals by resampling whole weeks. Without --data
orders are generated.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
import pandas as pd

from sidecar.domain.priorities import Rates, Work, hourly, rank, work_hours

DAY = 10.0  # hours a working day has
START = datetime(2020, 1, 1)
SLACKS = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
LOADS = (0.9, 1.0, 1.1)
Pick = Callable[[np.ndarray, float], int]


@dataclass(frozen=True)
class Order:
    """What the rule may see of an order (`work`), and what only the world knows."""

    at: float
    due: float
    hours: float
    rate: float  # true money an hour of lateness
    step: float  # true money once it is late at all
    work: Work


@dataclass(frozen=True)
class World:
    """How lateness really costs; the rule believes in `Rates` all the same."""

    name: str
    noise: float = 0.0  # spread of the true rate around the believed one
    by_value: bool = True  # false: each order costs the same, whatever it is worth
    step: float = 0.0  # share of the value lost at the deadline itself
    tiers: bool = True


WORLDS = (
    World("as the rule believes"),
    World("true rates spread (sigma 1)", noise=1.0),
    World("tiers mean nothing", tiers=False, noise=0.5),
    World("half lost at the deadline itself", step=0.03, noise=0.5),
    World("every order costs the same", by_value=False, noise=0.5),
)


def read(path: str | None, rng: np.random.Generator) -> pd.DataFrame:
    """Orders by time: at (working hours since the first day), day, customer, value, lines."""
    if path:
        table = pd.read_csv(path, parse_dates=["dt"]).rename(columns={"CustomerID": "customer"})
        table = table[table["value"] > 0].sort_values("dt")
    else:
        days = pd.date_range("2026-01-05", periods=160, freq="B").repeat(rng.poisson(45, 160))
        hours = rng.uniform(8, 18, len(days))
        table = pd.DataFrame(
            {"dt": days + pd.to_timedelta(hours, unit="h"), "customer": rng.zipf(1.5, len(days)) % 500}
        )
        table["value"], table["lines"] = rng.lognormal(5.6, 1.1, len(days)), rng.geometric(0.06, len(days))
        table = table.sort_values("dt")
    day = table["dt"].dt.normalize().rank(method="dense").astype(int) - 1
    hour = (table["dt"].dt.hour + table["dt"].dt.minute / 60 - 8).clip(0, DAY)
    return table.assign(day=day, at=day * DAY + hour)[
        ["at", "day", "customer", "value", "lines"]
    ].sort_values("at")


def draw(
    table: pd.DataFrame, world: World, rates: Rates, rng: np.random.Generator, load: float
) -> list[Order]:
    """Orders with what the data does not hold; a tier is a customer's place by what he spent before."""
    promised = rng.choice([4.0, 10.0, 20.0, 40.0], len(table), p=[0.2, 0.4, 0.25, 0.15])
    true = rng.lognormal(0.0, 0.5, len(table))
    spread = (
        rng.lognormal(-(world.noise**2) / 2, world.noise, len(table)) if world.noise else np.ones(len(table))
    )
    spent: dict[object, float] = {}
    mean, found = float(table["value"].mean()), []
    raw = np.array([work_hours(Work("", START, lines=float(n)), rates) for n in table["lines"]])
    scale = load * DAY * table["day"].nunique() / float((raw * true).sum())
    for place, row in enumerate(table.itertuples(index=False)):
        before = spent.get(row.customer, 0.0)
        spent[row.customer] = before + row.value
        tier = "gold" if before > 30 * mean else "silver" if before > 8 * mean else ""
        value = row.value if world.by_value else mean
        factor = rates.tiers.get(tier, 1.0) if world.tiers else 1.0
        rate = (value * rates.late_day + rates.late_order_day) * factor / 24.0 * spread[place]
        due = row.at + promised[place]
        work = Work(
            str(place), START + timedelta(hours=row.at), START + timedelta(hours=due), float(row.value), tier, lines=float(row.lines)
        )  # fmt: skip
        found.append(
            Order(row.at, due, float(raw[place] * true[place] * scale), float(rate), value * world.step, work)
        )
    return found


class Queue:
    """The rule's index over waiting orders in arrays; `rank` gives the same first place, which `main` checks."""

    def __init__(self, orders: Sequence[Order], rates: Rates) -> None:
        each = [hourly(order.work, rates) for order in orders]
        self.late = np.array([x.late for x in each])
        self.flat = np.array([x.shortage + x.capital for x in each])
        self.loss = np.array([x.loss for x in each])
        self.hours = np.array([work_hours(order.work, rates) for order in orders])
        self.at, self.due = np.array([o.at for o in orders]), np.array([o.due for o in orders])
        self.slack = rates.slack

    def by_cost(self, queue: np.ndarray, now: float) -> int:
        """The dearest hour of waiting over hours of work."""
        scale = max(1.0, self.slack * float(self.hours[queue].mean()))
        share = np.exp(-np.maximum(0.0, self.due[queue] - now) / scale)
        age = 2.0 ** np.minimum((now - self.at[queue]) / 168.0, 4.0)
        cost = self.late[queue] * share + self.flat[queue] + self.loss[queue] * age
        return int(np.argmax(cost / self.hours[queue]))

    def first_in(self, queue: np.ndarray, now: float) -> int:
        """First in, first out."""
        return int(np.argmin(self.at[queue]))

    def due_date(self, queue: np.ndarray, now: float) -> int:
        """The earliest deadline."""
        return int(np.argmin(self.due[queue]))


def run(orders: Sequence[Order], pick: Pick) -> np.ndarray:
    """What the lateness of each order cost, one picker, no interruption; orders come by time."""
    waiting: list[int] = []
    now, coming, cost = 0.0, 0, np.zeros(len(orders))
    while coming < len(orders) or waiting:
        if not waiting:
            now = max(now, orders[coming].at)
        while coming < len(orders) and orders[coming].at <= now:
            waiting.append(coming)
            coming += 1
        place = waiting.pop(pick(np.array(waiting), now))
        now += orders[place].hours
        late = max(0.0, now - orders[place].due)
        cost[place] = late * orders[place].rate + (orders[place].step if late else 0.0)
    return cost


def interval(
    ours: np.ndarray, theirs: np.ndarray, weeks: np.ndarray, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Our cost as a share of theirs, with the 95 % interval over resampled weeks."""
    names = np.unique(weeks)
    a, b = (np.array([side[weeks == week].sum() for week in names]) for side in (ours, theirs))
    picks = rng.integers(0, len(names), (2000, len(names)))
    shares = a[picks].sum(axis=1) / np.maximum(b[picks].sum(axis=1), 1e-9)
    if b.sum() < 1.0:
        return np.inf, np.inf, np.inf
    return float(a.sum() / b.sum()), *(float(x) for x in np.quantile(shares, [0.025, 0.975]))


def agrees(orders: Sequence[Order], rates: Rates, rng: np.random.Generator) -> None:
    """The arrays give `rank`'s first place. Raises AssertionError where not."""
    for _ in range(20):
        queue = np.sort(rng.choice(len(orders), 30, replace=False))
        now = float(max(orders[place].at for place in queue)) + rng.uniform(0, 20)
        first = rank([orders[place].work for place in queue], START + timedelta(hours=now), "GBP", rates)[0]
        assert first.id == orders[queue[Queue(orders, rates).by_cost(queue, now)]].work.id


def main() -> None:
    """Choose `slack` on the early days, print the table of the late ones."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", help="CSV with dt, CustomerID, value, lines")
    parser.add_argument("--draws", type=int, default=8, help="of what the data does not hold")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--load", type=float, action="append", help="work over working time; default 0.9, 1 and 1.1"
    )
    parser.add_argument("--slack", type=float, help="leave the choice out and take this one")
    args = parser.parse_args()
    table = read(args.data, np.random.default_rng(args.seed))
    cut = int(table["day"].max() * 0.7)
    early, late = table[table["day"] < cut], table[table["day"] >= cut]
    late = late.assign(day=late["day"] - cut, at=late["at"] - cut * DAY)
    seeds = [args.seed + number for number in range(args.draws)]

    def cost_of(slack: float) -> float:
        rates, found = replace(Rates(), slack=slack), 0.0
        for seed in seeds[:3]:
            for load in LOADS:
                orders = draw(early, WORLDS[0], rates, np.random.default_rng(seed), load)
                found += float(run(orders, Queue(orders, rates).by_cost).sum())
        return found

    tried = {slack: cost_of(slack) for slack in ([args.slack] if args.slack else SLACKS)}
    chosen = min(tried, key=lambda slack: tried[slack])
    print(
        f"cost on {len(early)} orders of the first {cut} days by slack: "
        + ", ".join(f"{k:g}: {v:,.0f}" for k, v in tried.items())
    )
    print(f"\nslack {chosen:g}, the {len(late)} orders after, mean of {args.draws} draws:\n")
    print(
        "| load | how lateness really costs | FIFO | due date | by cost of waiting | share of FIFO | share of due date |\n|---|---|---|---|---|---|---|"
    )
    rates, weeks = replace(Rates(), slack=chosen), (late["day"] // 5).to_numpy()
    for load in args.load or LOADS:
        for world in WORLDS:
            found = np.zeros((3, len(late)))
            for seed in seeds:
                orders = draw(late, world, rates, np.random.default_rng(1000 + seed), load)
                queue = Queue(orders, rates)
                agrees(orders, rates, np.random.default_rng(seed))
                found += np.array(
                    [run(orders, pick) for pick in (queue.first_in, queue.due_date, queue.by_cost)]
                )
            found /= args.draws
            shares = [interval(found[2], side, weeks, np.random.default_rng(1)) for side in found[:2]]
            words = " | ".join(
                f"{x:.2f} ({low:.2f}–{high:.2f})" if x < 100 else "none to share" for x, low, high in shares
            )
            sums = " | ".join(f"{side.sum():,.0f}" for side in found)
            print(f"| {load:.2f} | {world.name} | {sums} | {words} |", flush=True)


if __name__ == "__main__":
    main()
