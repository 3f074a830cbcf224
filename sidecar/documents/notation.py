"""How a document writes its numbers and dates: which mark is the decimal point, and whether the month goes first."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

#: What parts thousands besides point and comma: the blanks between digits that belong together, and what serves as apostrophe.
GAP = "\u00a0"
GAPS = f"{GAP}\u202f'’‘′´`"
_GROUPED = rf"\d{{1,3}}(?:[.,{GAPS}]\d{{3}})+(?:[.,]\d{{1,4}})?"
#: A number that stands for itself: no part of a code, a date or a percentage; with a minus before or after it.
AMOUNT = re.compile(
    rf"(?<![\w.,/–-])(?:[-+−–](?=\d)|−\s)?(?:{_GROUPED}|\d+(?:[.,]\d{{1,4}})?|\.\d{{2}})(?![\w%/]|\s%|[.,]\d|-\w)-?"
)
DAY = (
    r"(?P<value>\d{1,2}\.\s?\d{1,2}\.\s?\d{2,4}(?!\d)|\d{1,2}/\d{1,2}/\d{2,4}(?!\d)|\d{1,2}-\d{1,2}-\d{2,4}(?!\d)|\d{4}[-/.]\d{2}[-/.]\d{2}|\d{1,2}(?:\.|st|nd|rd|th|er|º)?[ -](?:de\s+|of\s+)?[^\W\d_]{3,10}\.?,?[ -](?:de\s+|del\s+)?(?:\d{4}|\d{2}(?![\d.,:]))(?!\d)"
    r"|[A-Z][a-z]{2,8}\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+\d{4})"
)
_MONTHS = (
    ("jan", "jän", "ene", "gen"), ("feb", "fév", "fev"), ("mär", "mar", "maer", "mrt", "maa"), ("apr", "avr", "abr"), ("mai", "may", "mei", "mag", "maj"),
    ("jun", "juin", "giu"), ("jul", "juil", "lug"), ("aug", "aoû", "aou", "ago"), ("sep", "set"), ("okt", "oct", "ott"), ("nov",),
    ("dez", "dec", "déc", "dic"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Notation:
    """`point` is the decimal mark, empty where the document does not tell; `month_first` reads 3/4/2026 as the 4th of March."""

    point: str = ""
    month_first: bool = False

    @classmethod
    def of(cls, text: str) -> "Notation":
        """What the numbers and dates of a text say that can be read in one way only."""
        marks: Counter[str] = Counter()
        for match in AMOUNT.finditer(text):
            found = re.search(r"([.,])\d{1,2}-?$", match.group())
            if found:
                marks[found.group(1)] += 1
        point = max(marks, key=lambda mark: marks[mark], default="")
        slashed = re.findall(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(?:\d{4}|\d{2})(?!\d)", text)
        days = sum(int(first) > 12 for first, _ in slashed)
        months = sum(int(second) > 12 for _, second in slashed)
        american = bool(re.search(r"\$|\bUSD\b", text)) and point == "."
        return cls(point, months > days or (months == days and american))

    def decimal(self, text: str) -> Decimal | None:
        """`1.234,56`, `1,234.56`, `1 234,56`, `1'234.56`, `-5` or `5-` as a decimal; None for what is none.

        The last mark before 1, 2 or 4 digits is the point; before 3 digits it is when the document's own point says so.
        """
        plain = re.sub(rf"[\s{GAPS}]", "", text).replace("−", "-").replace("–", "-").lstrip("+")
        if plain.endswith("-"):
            plain = f"-{plain[:-1]}"
        found = re.fullmatch(r"(-?)([\d.,]*?)(?:([.,])(\d+))?", plain)
        if not found or not re.search(r"\d", plain):
            return None
        minus, whole, mark, rest = found.groups()
        whole = whole or "0"
        rest = rest or ""
        if len(rest) == 3 and whole != "0" and (mark != self.point or mark in whole):
            whole, rest = f"{whole}{rest}", ""  # thousands
        return Decimal(f"{minus}{re.sub(r'[.,]', '', whole) or '0'}.{rest or '0'}")

    def money(self, text: str) -> Decimal | None:
        """The decimal of a number with two decimals, as amounts are written; None for others."""
        return self.decimal(text) if re.search(r"[.,]\d{2}-?$", text) else None

    def day(self, text: str) -> str:
        """A written date as ISO 8601; in the other order where this document's gives none; empty when it is no date."""
        numbers = [int(part) for part in re.findall(r"\d+", text)]
        word = re.search(r"[^\W\d_]{3,}", re.sub(r"\bdel?\b|(?<=\d)(?:st|nd|rd|th|er)\b", " ", text))
        if word and len(numbers) == 2:
            head = word.group().lower()
            month = next((at + 1 for at, names in enumerate(_MONTHS) if head.startswith(names)), 0)
            return _iso(_whole(numbers[1]), month, numbers[0])
        if len(numbers) != 3:
            return ""
        if numbers[0] > 31:
            return _iso(*numbers)
        first, second, year = numbers
        year = _whole(year)
        ways = [_iso(year, second, first), _iso(year, first, second)]
        return next(filter(None, reversed(ways) if self.month_first and "/" in text else ways), "")


def _whole(year: int) -> int:
    return year + 2000 if year < 100 else year


def _iso(year: int, month: int, number: int) -> str:
    try:
        return date(year, month, number).isoformat() if 1900 < year < 2200 else ""
    except (ValueError, OverflowError):
        return ""
