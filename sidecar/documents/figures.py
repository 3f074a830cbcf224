"""The numbers of a table's row: which of them is the quantity, the price and the amount, so that they make each other.

Numbers are set flush right and headings often are not, so they are given to the columns in their order from left to right, as
near as can be.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations

from sidecar.documents import labels
from sidecar.documents.headings import NUMERIC, Column
from sidecar.documents.notation import GAPS, Notation
from sidecar.documents.rows import Word, joined

STOP = re.compile("|".join(labels.TOTALS[kind] for kind in ("payable", "gross", "net", "subtotal", "tax", "total")), re.I)  # fmt: skip
#: Beside its heading by more points than this a number is another column's; more numbers of a row are not tried.
FAR, _MOST_NUMBERS = 75.0, 12
_CENT = Decimal("0.02")
_PER = re.compile(r"(?:/|\bper\b|\bpro\b|\bje\b|\bpar\b|\bpor\b)\s*(10{1,4}|1[.,]000)\b", re.I)
MEASURE = r"[^\W\d_]{1,6}[²³.]?"
_NUMBER = re.compile(
    rf"(?:[€$£]|US\$|EUR|USD|GBP|CHF)?(?P<number>[-+−–]?[\d.,{GAPS}]*\d-?)(?:%|[€$£]|EUR|x|{MEASURE}|/{MEASURE})?"
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a row, and the word that it is or begins."""

    value: Decimal
    word: Word


@dataclass(frozen=True, slots=True)
class Reading:
    """What a row's numbers are, how many units the price is for, and how well they stand under their headings (less is better)."""

    held: dict[str, Number]
    base: Decimal
    cost: float


def numbers(words: Sequence[Word], notation: Notation) -> Iterator[Number]:
    """The words that are numbers, with or without a sign of a currency, a percentage or a unit at their end."""
    for word in words:
        found = _NUMBER.fullmatch(word.text)
        value = notation.decimal(found["number"]) if found else None
        if value is not None:
            yield Number(value, word)


def read(
    words: Sequence[Word], columns: Sequence[Column], notation: Notation, beneath: str = ""
) -> Reading | None:
    """The best way to give a row's numbers to quantity, price and amount; None when no way adds up.

    `beneath` is the text of the row under it, which may say how many units the price is for.
    A table may have a column for what was ordered and one for what comes; the first of them that adds up counts.
    """
    for way in _ways(columns):
        reading = _read(words, way, notation, beneath)
        if reading is not None:
            return reading
    return None


def _ways(columns: Sequence[Column]) -> Iterator[Sequence[Column]]:
    names = [column.name for column in columns]
    if "quantity" in names:
        yield columns
    if "ordered" in names:
        renamed = {"quantity": "other", "ordered": "quantity"}
        yield [replace(column, name=renamed.get(column.name, column.name)) for column in columns]
    elif "quantity" not in names:
        yield columns


def _read(
    words: Sequence[Word], columns: Sequence[Column], notation: Notation, beneath: str
) -> Reading | None:
    wanted = [column for column in columns if column.name in ("quantity", "price", "amount")]
    there = sorted(numbers(words, notation), key=lambda number: number.word.x0)[-_MOST_NUMBERS:]
    best: Reading | None = None
    #: each number right under its heading: a line too, whose check says that it does not add up
    aligned: Reading | None = None
    for some in combinations(there, len(wanted)):
        away = [column.distance(number.word) for column, number in zip(wanted, some, strict=True)]
        cost = sum(away)
        if any(distance > FAR for distance in away) or (best is not None and cost >= best.cost):
            continue
        held = {column.name: number for column, number in zip(wanted, some, strict=True)}
        rest = [number for number in there if number not in some]
        held |= _beside(rest, columns, held)
        bases = _bases(held, f"{joined(tuple(words))}\n{beneath}", columns)
        base = next((base for base in bases if _adds_up(held, base, words, columns)), None)
        if base is not None:
            best = Reading(held, base, cost)
        elif cost == 0 and len(wanted) == 3 and aligned is None and _says_what(words, columns):
            aligned = Reading(held, bases[0], cost)
    return best or aligned


def _beside(rest: Sequence[Number], columns: Sequence[Column], held: dict[str, Number]) -> dict[str, Number]:
    """The numbers of discount, tax and the like, each between those of the columns beside it."""
    out: dict[str, Number] = {}
    for at, column in enumerate(columns):
        if column.name not in NUMERIC or column.name in held:
            continue
        left = max((held[c.name].word.x1 for c in columns[:at] if c.name in held), default=0.0)
        right = min((held[c.name].word.x0 for c in columns[at + 1 :] if c.name in held), default=9999.0)
        near = [n for n in rest if left <= n.word.x0 and n.word.x1 <= right and column.distance(n.word) < FAR]
        if near:
            out[column.name] = min(near, key=lambda number: column.distance(number.word))
    return out


def _adds_up(
    held: dict[str, Number], base: Decimal, words: Sequence[Word], columns: Sequence[Column]
) -> bool:
    """Whether the numbers are a line's: the sums' rows beneath a table have numbers in its columns too."""
    amount, price = held.get("amount"), held.get("price")
    if amount is None or price is None:
        return bool(price or _says_what(words, columns))
    quantity = held["quantity"].value if "quantity" in held else Decimal(1)
    rest = (
        Decimal(1) if "list" in held else 1 - discount(held) / 100
    )  # beside a list price stands the net one
    digits = max(0, -int(price.value.as_tuple().exponent))
    rounded = abs(quantity) / base * Decimal("0.5").scaleb(-digits) if digits > 2 else Decimal(0)
    return abs(quantity * price.value / base * rest - amount.value) <= _CENT + rounded


def discount(held: dict[str, Number]) -> Decimal:
    """Percent off; none where the column holds an amount."""
    found = abs(held["discount"].value) if "discount" in held else Decimal(0)
    return found if found < 100 else Decimal(0)


def _bases(held: dict[str, Number], text: str, columns: Sequence[Column]) -> list[Decimal]:
    """How many units the price may be for, the likeliest first."""
    if "base" in held and held["base"].value > 0:
        return [held["base"].value, Decimal(1)]
    heading = next((column.heading for column in columns if column.name == "price"), "")
    said = _PER.search(heading) or _PER.search(text)
    return [Decimal(re.sub(r"\D", "", said.group(1))), Decimal(1)] if said else [Decimal(1)]


def _says_what(words: Sequence[Word], columns: Sequence[Column]) -> bool:
    """Whether a row says what it is of, and is no sum."""
    text = joined(tuple(word for word in words if _is_of_text(word, columns)))
    coded = any(column.name == "item" and not column.distance(word) for column in columns for word in words)
    return (coded or bool(re.search(r"[^\W\d_]{3}", text))) and not STOP.search(joined(tuple(words)))


def _is_of_text(word: Word, columns: Sequence[Column]) -> bool:
    nearest = min(columns, key=lambda column: column.distance(word))
    return nearest.name in ("description", "item") or nearest.distance(word) > FAR or nearest.name in NUMERIC
