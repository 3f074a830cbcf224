"""The text of a PDF as rows of words with their places, from top to bottom."""

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import pdfplumber

from sidecar.documents.notation import GAP
from sidecar.documents.xml import Unreadable

MOST_PAGES = 30
#: Fonts of one line may differ in height a little; a gap this wide is one between columns.
_LINE, _COLUMN = 4.0, 12.0
#: The widest blank between thousands, in heights of letters.
_THOUSANDS = 0.4
#: Hyphens, minus signs and joined letters as keyboards write them.
_PLAIN = str.maketrans(
    {
        "\u2010": "-",
        "\u2011": "-",
        "\u2212": "-",
        "\u00ad": "-",
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
    }
)
#: Characters of a page that is more than a picture with a stamp.
_FEW = 40
#: What a character is called whose font does not say which letter it draws: a number, a private sign, a mark of replacement.
_NAMELESS = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff\ufffd\x00-\x08]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its left and right edge and its height, in points; `sure` is 0..1, and 1 unless it was recognized."""

    text: str
    x0: float
    x1: float
    size: float
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of text of a page: its words from left to right, and its foot in points from the top."""

    page: int
    bottom: float
    words: tuple[Word, ...]

    @property
    def cells(self) -> list[tuple[Word, ...]]:
        """The words in groups that a wide gap parts, as between columns."""
        groups: list[list[Word]] = []
        for word in self.words:
            if groups and word.x0 - groups[-1][-1].x1 <= _COLUMN:
                groups[-1].append(word)
            else:
                groups.append([word])
        return [tuple(group) for group in groups]

    @property
    def text(self) -> str:
        """The row's text; columns are parted by two blanks."""
        return "  ".join(joined(cell) for cell in self.cells)

    def between(self, start: int, end: int) -> list[Word]:
        """The words of which `text` shows something from `start` to `end`."""
        at, held = 0, []
        for cell in self.cells:
            for word in cell:
                if at < end and at + len(word.text) > start:
                    held.append(word)
                at += len(word.text) + 1  # a blank
            at += 1  # the second one between columns
        return held

    @property
    def place(self) -> str:
        """How a field's position names the row."""
        return f"page {self.page}: {self.text[:60]}"


def joined(words: tuple[Word, ...]) -> str:
    """Words as a text."""
    return " ".join(word.text for word in words).strip()


def read_rows(content: bytes) -> tuple[list[Row], list[int]]:
    """The rows of upright text of every page, and the numbers of the pages that are pictures, or whose letters can only be seen.

    Raises Unreadable for a PDF that is too long.
    """
    with pdfplumber.open(io.BytesIO(content)) as file:
        if len(file.pages) > MOST_PAGES:
            raise Unreadable(f"the PDF has {len(file.pages)} pages; at most {MOST_PAGES} are read")
        rows: list[Row] = []
        pictures: list[int] = []
        for number, page in enumerate(file.pages, 1):
            stamped = len(page.chars) < _FEW and (page.images or page.curves)
            if stamped or _is_drawn(page.chars):
                pictures.append(number)  # a stamp or a page's number on a scan is not its text
            else:
                upright = page.filter(lambda thing: thing.get("upright", True))
                rows += [_row(number, words) for words in _clustered(upright.extract_words())]
            page.close()  # or every page's characters stay in memory
        return rows, pictures


def _is_drawn(chars: list[Any]) -> bool:
    """Whether most letters can be seen and not read: only recognizing them helps."""
    nameless = sum(bool(_NAMELESS.fullmatch(char["text"])) for char in chars)
    return nameless > len(chars) / 2


def _clustered(words: list[Any]) -> list[list[Any]]:
    lines: list[list[Any]] = []
    for word in sorted(words, key=lambda word: (word["bottom"], word["x0"])):
        if lines and word["bottom"] - lines[-1][0]["bottom"] <= _LINE:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _row(page: int, words: list[Any]) -> Row:
    placed = [Word(word["text"], word["x0"], word["x1"], word["bottom"] - word["top"]) for word in words]
    return row_of(page, words[0]["bottom"], placed)


def row_of(page: int, bottom: float, words: Iterable[Word]) -> Row:
    """The row of words in any order; `1 234,56` that stands closer together than words do becomes one of them."""
    placed: list[Word] = []
    plain = (replace(word, text=word.text.translate(_PLAIN)) for word in words)
    for word in sorted(plain, key=lambda word: word.x0):
        before = placed[-1] if placed else None
        if before is not None and word.x0 - before.x1 < _THOUSANDS * word.size and _is_grouped(before, word):
            text = f"{before.text}{GAP}{word.text}"
            placed[-1] = Word(text, before.x0, word.x1, word.size, min(before.sure, word.sure))
        else:
            placed.append(word)
    return Row(page, bottom, tuple(placed))


def _is_grouped(before: Word, word: Word) -> bool:
    """Whether one word is the thousands of the other, which has decimals or goes on as thousands do."""
    return bool(
        re.fullmatch(rf"[^\w\s]?\d{{1,3}}(?:{GAP}\d{{3}})*", before.text)
        and re.fullmatch(r"\d{3}[.,]\d{2,4}\D?|\d{3}", word.text)
    )
