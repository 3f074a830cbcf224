"""Eighteen months of generated sales and purchases: seasons, tiers, habits, drifting prices. No Odoo here.

Who orders depends on the seed and the order's number alone, so that S12450 has the same customer on every
machine; its date depends on the day of loading, so that the history always ends yesterday.
"""

# ruff: noqa: S311 - a repeatable generator is the point
from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from stack.demo.history_company import (
    PRODUCTS,
    TIER_DISCOUNTS,
    TIGHT_CUSTOMERS,
    VENDORS,
    Customer,
    Product,
    customers,
    price,
)

SEED = 20261123
DAYS = 548
SALES, PURCHASES = 2500, 500
FIRST_NUMBER = 10001


def season(month: int, peak: int) -> float:
    """How much of a product sells in a month: a wave around its peak, or even without one."""
    return 1.0 if not peak else 1.0 + 0.6 * math.cos((month - peak) * math.pi / 6)


def _moments(rng: Random, count: int, today: date) -> list[datetime]:
    """Dates of `count` orders up to yesterday: slow growth, a busy autumn, no weekends."""
    days = [today - timedelta(days=DAYS - index) for index in range(DAYS)]
    weights = [
        0.0 if day.weekday() > 4 else (0.85 + 0.3 * index / DAYS) * season(day.month, 10) ** 0.4
        for index, day in enumerate(days)
    ]
    moments = []
    for day in rng.choices(days, weights, k=count):
        minute = rng.randrange(8 * 60, 17 * 60)
        moments.append(datetime.combine(day, time(minute // 60, minute % 60)))
    return sorted(moments)


def discount(rng: Random, customer: Customer, product: Product, quantity: float) -> float:
    """The discount agreed on a line: the customer's habit, a little more for volume, up to the cap."""
    low, high = TIER_DISCOUNTS[customer.tier]
    volume = 1.0 if quantity >= 2 * product.usual else 0.0
    if customer.name in TIGHT_CUSTOMERS:
        low, high, volume = 0.0, 2.0, 0.0
    agreed = rng.gauss(customer.habit + volume, customer.spread)
    agreed = min(max(agreed, low), high + volume, product.cap)
    return round(agreed * 2) / 2


def _quantity(rng: Random, usual: float) -> int:
    """A log-normal quantity; larger ones in round numbers, as people order."""
    raw = max(1.0, usual * math.exp(rng.gauss(0, 0.45)))
    return round(raw) if raw < 20 else round(raw / 5) * 5


def sale_orders(seed: int = SEED, today: date | None = None) -> list[dict[str, Any]]:
    """Sales in order of date: name, customer, date and lines of item, quantity, unit_price, discount."""
    people = customers()
    activity = [person.activity for person in people]
    # everyone has favourites: a customer's ten products come up far more often than the rest
    taste = {
        person.name: [
            4.0 if Random(f"{seed}:taste:{person.name}:{p.item}").random() < 0.4 else 0.6 for p in PRODUCTS
        ]
        for person in people
    }
    size = {"Gold": 1.8, "Silver": 1.1, "Bronze": 0.6}
    orders = []
    for number, moment in enumerate(_moments(Random(f"{seed}:sales"), SALES, today or date.today())):
        rng = Random(f"{seed}:sale:{number}")
        [customer] = rng.choices(people, activity)
        count = rng.choices([1, 2, 3, 4, 5], [30, 30, 20, 12, 8])[0]
        likes = zip(taste[customer.name], PRODUCTS, strict=True)
        wanted = [like * season(moment.month, product.peak) for like, product in likes]
        lines: list[dict[str, Any]] = []
        seen: set[str] = set()
        for product in rng.choices(PRODUCTS, wanted, k=count):
            if product.item in seen:
                continue
            seen.add(product.item)
            quantity = _quantity(rng, product.usual * size[customer.tier])
            lines.append({
                "item": product.item, "quantity": quantity,
                "unit_price": price(product, customer.tier, quantity),
                "discount": discount(rng, customer, product, quantity),
            })  # fmt: skip
        name = f"S{FIRST_NUMBER + number}"
        orders.append({"name": name, "customer": customer.name, "date": moment, "lines": lines})
    return orders


def purchase_orders(seed: int = SEED, today: date | None = None) -> list[dict[str, Any]]:
    """Purchases in order of date; vendor prices drift by a few percent and end at today's cost."""
    today = today or date.today()
    orders = []
    for number, moment in enumerate(_moments(Random(f"{seed}:purchases"), PURCHASES, today)):
        rng = Random(f"{seed}:purchase:{number}")
        vendor = rng.choice(VENDORS)
        offered = [product for product in PRODUCTS if product.vendor == vendor.name]
        lines = []
        for product in rng.sample(offered, k=rng.randint(1, len(offered))):
            packs = max(1, round(_quantity(rng, product.usual * 4) / vendor.pack))
            age = (today - moment.date()).days
            drift = 1 - 0.05 * age / DAYS + 0.01 * math.sin(age / 40)
            promised = moment + timedelta(days=vendor.delay + rng.choice([0, 0, 0, 1, 2]))
            lines.append({
                "item": product.item, "quantity": packs * vendor.pack, "promised": promised,
                "unit_price": round(product.cost * drift * rng.uniform(0.985, 1.015), 2),
            })  # fmt: skip
        name = f"P{FIRST_NUMBER + number}"
        orders.append({"name": name, "vendor": vendor.name, "date": moment, "lines": lines})
    return orders
