"""What stands beside a label or under it, row by row."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sidecar.documents.rows import Row

_BETWEEN = re.compile(r"[\s:#.)]*")
#: How far under its label a value may stand, in heights of the label's letters, and how many rows.
_UNDER, _ROWS_UNDER = 3.5, 2
#: Labels of a row of them stand further apart than words, in heights of letters; right of every page.
_APART, _EDGE = 0.8, 9999.0
#: No row has a label more often: it keeps the work on a hostile page small.
_MOST = 20
#: A label over two cells: a title and, at the page's other edge, the word for number.
_OVER_CELLS = re.compile(
    r"\s\s(?!\W*(?:nummer|number|nr|no|num(?:[eé]ro)?|n[uú]mero|n\.?[°º]|n\.|#)\W*$)", re.I
)

#: A second label in the cell, as in "number / date".
_SECOND = re.compile(r"\s?/\s?[^\W\d_]+\.?(?:\s[^\W\d_]+\.?){0,2}(?=\s\s|\s?:|$|\s\S*\d)")


@dataclass(frozen=True, slots=True)
class Near:
    """A text by a label, from where a value may begin to the end of its row or cell.

    `row`: where it stands; `label`: what matched, in the row with the index `at`; `beneath`: rows under the label, 0 beside it;
    `over`: the text between the label and a value two rows under it.
    """

    text: str
    row: Row
    label: re.Match[str]
    at: int
    beneath: int = 0
    over: str = ""

    @property
    def before(self) -> str:
        """What the label's cell has before the label."""
        return self.label.string[: self.label.start()].rsplit("  ", 1)[-1]


def near(rows: Sequence[Row], label: re.Pattern[str]) -> Iterator[Near]:
    """Texts that follow a label: first those beside it, then those under it."""
    under: list[Near] = []
    for at, row in enumerate(rows):
        for match in islice(label.finditer(row.text), _MOST):
            end = match.start() + len(match.group().rstrip())
            second = _SECOND.match(row.text, end)
            end = second.end() if second else end
            if _OVER_CELLS.search(row.text[match.start() : end]):
                continue
            rest = row.text[end:]
            between = _BETWEEN.match(rest)
            beside = rest[between.end() if between else 0 :]
            if beside:
                yield Near(beside, row, match, at)
            words = row.between(match.start(), end)
            after = next((word.x0 for word in row.words if word.x0 > words[-1].x0), _EDGE)
            ends = after - words[-1].x1 > _APART * words[-1].size
            if re.match(r"\s?[:.]?\s?(?:\s\s|$)", rest) or not beside or ends:
                under += _under(rows, at, match, (words[0].x0, words[-1].x1, after))
    yield from under


def _under(
    rows: Sequence[Row], at: int, label: re.Match[str], edges: tuple[float, float, float]
) -> Iterator[Near]:
    """What stands under a stretch of a row, from its first word to the end of its cell or to where the next label begins; where
    nothing stands right under it, the last cell of the next row, which may be set flush right.

    `edges`: the stretch's left and right, and the left of the next label, in points.
    """
    row, (left, right, after), over = rows[at], edges, ""
    for number, below in enumerate(rows[at + 1 : at + 1 + _ROWS_UNDER], 1):
        if below.page != row.page or below.bottom - row.bottom > _UNDER * row.words[0].size:
            return
        for cell in below.cells:
            first = next((n for n, word in enumerate(cell) if word.x1 > left and word.x0 < right), None)
            if first is not None:
                words = [word for n, word in enumerate(cell[first:]) if not n or word.x0 < after - 1]
                text = " ".join(word.text for word in words)
                yield Near(text, below, label, at, number, over)
                over = text
                break
        else:
            if number == 1 and below.cells[-1][0].x0 > left:
                yield Near(" ".join(word.text for word in below.cells[-1]), below, label, at, number)
