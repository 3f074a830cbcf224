"""A made-up paper: who, what, how much, and how its supplier lays it out; drawn from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from benchmarks.documents.words import NAMES, PEOPLE, PLACES, Place

_CENT = Decimal("0.01")
#: How a supplier's paper may be put together; the last of each is kept out of the development part.
STYLES = {
    "head": (
        "window",
        "picture of a logo",
        "person",
        "right window",
        "two boxes",
        "seller left, buyer right",
        "logo",
        "from and to",
        "centred",
    ),
    "meta": (
        "labels beside",
        "two languages",
        "letter",
        "short labels",
        "labels above",
        "sentence",
        "colon list",
        "title and list",
        "boxed grid",
    ),
    "sums": ("right", "taxes and right", "row", "with sign", "wide", "sentence"),
    "lines": (
        "plain",
        "services",
        "gross too",
        "signs",
        "code beneath",
        "code before",
        "long texts",
        "unit apart",
        "numbers beneath",
    ),
    "rules": ("none", "all", "zebra", "head"),
    "foot": ("none", "columns", "centred"),
    "font": ("DejaVu Sans", "DejaVu Serif", "Liberation Sans, Arial, sans-serif", "DejaVu Sans Condensed"),
}


@dataclass(frozen=True)
class Company:
    """A party of the paper."""

    name: str
    street: str
    town: str
    vat: str
    iban: str = ""


@dataclass(frozen=True)
class Line:
    """A line as it is printed; `amount` is net of its discount."""

    item: str
    text: str
    more: str
    quantity: Decimal
    unit: str
    price: Decimal
    discount: int
    rate: str
    amount: Decimal


@dataclass
class Paper:
    """One paper, its truth and its looks."""

    seed: int
    place: Place
    style: dict[str, str]
    label: dict[str, str]
    seller: Company
    buyer: Company
    number: str
    order: str
    day: date
    due: date
    form: str
    credit: bool
    lines: list[Line]
    freight: Decimal
    paid: Decimal
    columns: list[str]
    digits: int
    shown: dict[str, bool] = field(default_factory=dict)
    custom: str = ""
    lines_of: dict[str, str] = field(default_factory=dict)

    @property
    def net(self) -> Decimal:
        """Sum of the lines and the freight."""
        return sum((line.amount for line in self.lines), self.freight)

    @property
    def taxes(self) -> list[tuple[str, Decimal, Decimal]]:
        """(rate, base, tax) by rate; freight is of the first."""
        bases: dict[str, Decimal] = {}
        for line in self.lines:
            bases[line.rate] = bases.get(line.rate, Decimal(0)) + line.amount
        first = self.lines[0].rate
        bases[first] += self.freight
        return [(rate, base, (base * Decimal(rate.replace(",", ".")) / 100).quantize(_CENT, ROUND_HALF_UP)) for rate, base in bases.items()]  # fmt: skip

    @property
    def gross(self) -> Decimal:
        """Net with its taxes."""
        return self.net + sum(tax for _, _, tax in self.taxes)

    def gold(self, file: str) -> dict[str, Any]:
        """The truth, as `gatehouse documents evaluate` takes it."""
        lines = [{"qty": str(line.quantity), "price": str(line.price)} for line in self.lines]
        return {
            "file": file, "invoice_number": self.number, "date": self.day.strftime("%Y%m%d"), "seller": self.seller.name,
            "buyer": self.buyer.name, "buyer_order_ref": self.order, "currency": self.place.currency, "total_net": str(self.net),
            "total_gross": str(self.gross), "due_payable": str(self.gross - self.paid), "lines": lines,
        }  # fmt: skip


def draw(seed: int, apart: bool) -> Paper:
    """The paper of a seed. apart: with at least one part of layout that the development papers never have."""
    luck = random.Random(seed)
    style = {name: luck.choice(some[:-1] if name in _KEPT else some) for name, some in STYLES.items()}
    if apart:
        for name in luck.sample(_KEPT, 2):
            style[name] = STYLES[name][-1]
    place = PLACES[luck.choice(list(PLACES))]
    label = {name: luck.choice(some) for name, some in place.labels.items()}
    one, two = luck.sample(NAMES, 2)
    seller, buyer = _company(luck, place, one), _company(luck, place, two)
    day = date(2026, 1, 1) + timedelta(days=luck.randrange(330))
    digits = luck.choice((2, 2, 2, 4))
    rates = place.rates if luck.random() < 0.3 else place.rates[:1]
    discounts = luck.random() < 0.25
    count = luck.choice((1, 2, 3, 4, 6, 9, 14, 38))
    lines = [_line(luck, place, rates, discounts, style["lines"], digits) for _ in range(count)]
    if style["head"] == "person":
        buyer = replace(buyer, name=luck.choice(PEOPLE))
    credit = luck.random() < 0.12
    if credit and luck.random() < 0.5:  # some write what they give back with a minus
        lines = [replace(line, quantity=-line.quantity, amount=-line.amount) for line in lines]
    net = sum(line.amount for line in lines)
    if style["lines"] == "services":  # no quantity and no price are printed
        lines = [replace(line, quantity=Decimal(1), price=line.amount, discount=0) for line in lines]
    columns = _columns(luck, style["lines"], discounts)
    return Paper(
        seed, place, style, label, seller, buyer, _number(luck), luck.choice(("", _number(luck), _number(luck))), day,
        day + timedelta(days=30), luck.choice(place.dates), credit, lines,
        Decimal("0" if credit else luck.choice(("0", "0", "12.50", "4.90"))), Decimal(int(net / 4)) if luck.random() < 0.2 and not credit else Decimal(0), columns, digits,
        {"sign": luck.random() < 0.4, "ship": luck.random() < 0.3, "carried": luck.random() < 0.5, "code": luck.random() < 0.4,
         "high": luck.random() < 0.25, "centre": luck.random() < 0.3, "contact": luck.random() < 0.4, "payable": luck.random() < 0.5,
         "colon": luck.random() < 0.5, "break": luck.random() < 0.3, "gap": luck.random() < 0.5},
    )  # fmt: skip


_KEPT = ("head", "meta", "sums", "lines")


def _company(luck: random.Random, place: Place, name: str) -> Company:
    form = luck.choice(place.forms)
    iban = {"de": "DE89370400440532013000", "fr": "FR7630006000011234567890189", "nl": "NL91ABNA0417164300"}.get(place.language, "GB29NWBK60161331926819")  # fmt: skip
    return Company(
        f"{name} {form}".strip(), luck.choice(place.streets), luck.choice(place.towns), place.vat, iban
    )


def _number(luck: random.Random) -> str:
    count = luck.randrange(10, 99999)
    return luck.choice((f"{count}", f"2026-{count:05d}", f"RE{count:06d}", f"F{count}/26", f"INV-{count}", f"{count:08d}", f"A.{count}-2"))  # fmt: skip


def _line(luck: random.Random, place: Place, rates: tuple[str, ...], discounts: bool, style: str, digits: int) -> Line:  # fmt: skip
    quantity = Decimal(
        luck.choice(("1", "2", "3", "5", "10", "12", "25", "100", "1000", "2.5", "0.75", "1200"))
    )
    price = Decimal(luck.randrange(5, 250000 if quantity < 20 else 4000)).scaleb(-2)
    if digits == 4 and luck.random() < 0.5:
        price += Decimal(luck.randrange(1, 99)).scaleb(-4)
    discount = luck.choice((0, 5, 10, 20)) if discounts else 0
    amount = (quantity * price * (100 - discount) / 100).quantize(_CENT, ROUND_HALF_UP)
    item = luck.choice((f"{luck.randrange(1000, 999999)}", f"A-{luck.randrange(100, 9999)}", f"HX{luck.randrange(10, 99)}.{luck.randrange(10, 99)}", f"{luck.randrange(1000, 9999)}-BK"))  # fmt: skip
    text = luck.choice(place.goods)
    more = " ".join(luck.sample(place.goods, 3)) if style == "long texts" and luck.random() < 0.6 else ""
    return Line(
        item, text, more, quantity, luck.choice(place.units), price, discount, luck.choice(rates), amount
    )


def _columns(luck: random.Random, style: str, discounts: bool) -> list[str]:
    """The table's columns from left to right."""
    if style == "services":
        return luck.choice(
            (["description", "amount"], ["pos", "description", "amount"], ["description", "tax", "amount"])
        )
    columns = [name for name, share in (("pos", 0.6), ("item", 0.6)) if luck.random() < share]
    if style in ("code beneath", "code before"):
        columns = [name for name in columns if name != "item"]
    numbers = ["quantity", "unit", "price"] if style == "unit apart" else ["quantity", "price"]
    if luck.random() < 0.2:
        columns += [*numbers[:-1], "description", "price"]
    else:
        columns += ["description", *numbers]
    columns += ["discount"] if discounts else []
    columns += luck.choice(([], [], ["tax"]))
    return [*columns, "amount", *(["gross"] if style == "gross too" else [])]
