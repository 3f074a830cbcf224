"""The words of a line: which of them name the item, describe it, or say its unit, by the columns that they stand in."""

import re
from collections.abc import Sequence

from sidecar.documents.figures import MEASURE, Reading
from sidecar.documents.headings import Column
from sidecar.documents.rows import Row, Word, joined

#: Words of one cell stand closer together, in heights of letters; a cell that begins at a heading's edge, in points, is its column's.
_CELL, _BLANK, _EDGE = 1.0, 0.4, 2.0
_CODE = re.compile(r"([A-Z0-9][A-Z0-9./-]*\d[A-Z0-9./-]*)\s+(.+)")
_CODE_LABEL = re.compile(
    r"\(?(?<!\w)(?:art(?:ikel|icle)?\.?|item|sku|part|material|product|r[ée]f(?:[ée]rence|erencia)?\.?|c[óo]d(?:igo|ice|e)?\.?)[\s.-]*(?:nr|no|nummer|number|code|art|n[°º])?\.?(?:\s+\w{1,8})?\s*[:\s]\s*(?P<code>(?:[A-Z]{2,}-)?[\w./-]*\d[\w./-]*|[A-Z]{2,}(?:-[A-Z0-9]{2,})+)\)?",
    re.I,
)
#: What is no part of a description: signs of a column of numbers that stand on a row of their own, and what an invoice refers to.
_SIGN = re.compile(r"[€$£%.\s]+|EUR|CHF|USD|GBP|(?:je|per|pro|par|por|/)\s*[\d.,]+", re.I)
_REFERS = re.compile(
    r"\W*(?:s/\s*)?(?:lieferschein|ihre?\s+bestellung|auftrag|delivery\s+note|your\s+order|bon\s+de\s+livraison|votre\s+commande|albar[áa]n|su\s+pedido|d\.?d\.?t\.?|vs\.?\s+ordine|pakbon|uw\s+order)\b.*\d",
    re.I,
)
_LONGEST = 300
_TEXTS = ("description", "item", "position", "unit", "date", "other", "quantity", "ordered", "tax", "base")


def texts(words: Sequence[Word], taken: set[int], columns: Sequence[Column]) -> dict[str, list[str]]:
    """{column: its texts}; `taken` are the ids of the words that are numbers of the line."""
    out: dict[str, list[str]] = {}
    for group, after in _groups(words, taken, columns):
        text = joined(tuple(group))
        if not _SIGN.fullmatch(text):
            out.setdefault(after or _column(group, columns), []).append(text)
    return out


def _groups(
    words: Sequence[Word], taken: set[int], columns: Sequence[Column]
) -> list[tuple[list[Word], str]]:
    """Cells of the words that are not taken, each with "quantity" where it goes on right behind the number of that column."""
    groups: list[tuple[list[Word], str]] = []
    before: Word | None = None
    for word in words:
        if id(word) in taken:
            before = word
            continue
        gap = word.x0 - before.x1 if before else 9999.0
        behind = before is not None and id(before) in taken
        starts = gap > _BLANK * word.size and any(
            abs(word.x0 - c.left) <= _EDGE for c in columns if c.name in _TEXTS
        )
        if groups and not behind and gap <= _CELL * word.size and not starts:
            groups[-1][0].append(word)
        else:
            of_quantity = behind and gap <= _CELL * word.size and not starts and before is not None
            groups.append(
                (
                    [word],
                    "quantity"
                    if of_quantity and _nearest(before, columns) in ("quantity", "ordered")
                    else "",
                )
            )
        before = word
    return groups


def _nearest(word: Word | None, columns: Sequence[Column]) -> str:
    return min(columns, key=lambda column: column.distance(word)).name if word else ""


def _column(group: Sequence[Word], columns: Sequence[Column]) -> str:
    """The column of a cell of text: of the headings over it the one that begins nearest to its left edge, else the nearest."""
    left, right = group[0].x0, group[-1].x1
    over = [column for column in columns if column.left < right and column.right > left]
    whole = Word("", left, right, group[0].size)
    nearest = min(
        over or columns, key=lambda column: abs(column.left - left) if over else column.distance(whole)
    )
    if nearest.name in _TEXTS:
        return nearest.name
    # a word in a column of numbers says nothing of the goods; a text that runs into it from the left does
    return "other" if over and len(group) == 1 else "description"


def describe(
    rows: Sequence[Sequence[Word]], reading: Reading, columns: Sequence[Column]
) -> tuple[str, str, str]:
    """(item, description, unit) of a line's rows from the top, its numbers' row among them."""
    taken = {id(number.word) for number in reading.held.values()}
    held: dict[str, list[str]] = {}
    for words in rows:
        if not _REFERS.match(joined(tuple(words))):
            for name, parts in texts(words, taken, columns).items():
                held.setdefault(name, []).extend(parts)
    item, description = _what(held, {column.name for column in columns})
    label = None if item else _CODE_LABEL.search(description)
    if label:
        item = label["code"]
        description = " ".join((description[: label.start()] + description[label.end() :]).split())
    return item, _shortened(description), _unit(held, reading)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit(" ", 1)[0]


def _unit(held: dict[str, list[str]], reading: Reading) -> str:
    beside = [text for name in ("unit", "quantity", "ordered") for text in held.get(name, ())]
    unit = next((found.group() for text in beside if (found := re.match(r"[^\W\d_]+[²³.]?|\d+$", text))), "")
    if unit:
        return "" if unit.lower() == "x" else unit
    glued = (
        re.search(rf"\d({MEASURE})$", reading.held["quantity"].word.text)
        if "quantity" in reading.held
        else None
    )
    return glued.group(1) if glued and glued.group(1).lower() != "x" else ""


def _what(held: dict[str, list[str]], headed: set[str]) -> tuple[str, str]:
    """(item, description): a code may stand before the text of a table without a column of its own for it."""
    item = " ".join(held.get("item", [])).split()
    description = " ".join(held.get("description", []))
    if item and "description" not in headed and not re.search(r"\d", item[0]):
        return "", " ".join([*item, description]).strip()
    if item:
        return item[0], " ".join(
            [*item[1:], description] if "description" not in headed else [description, *item[1:]]
        ).strip()
    found = _CODE.fullmatch(re.sub(r"^\d{1,3}[.)]?\s+(?=\S+\s)", "", description) if "position" not in headed else description)  # fmt: skip
    return (found.group(1), found.group(2)) if found else ("", description)


def of_lines(parts: Sequence[tuple[Row, int]], head: Row) -> list[list[Row]]:
    """The rows of each line. `parts`: rows of a table from the top, each with the number of the line whose numbers it has, or -1;
    `head` is the last row of its headings.

    What stands between two lines is parted at the widest gap; where all gaps are alike it goes on with the line above. What stands
    over a line's numbers is its own only where it is close, as in a row whose cells are centred.
    """
    lines: list[list[Row]] = []
    between: list[Row] = []
    for row, number in parts:
        if number < 0:
            between.append(row)
            continue
        if number == len(lines):
            above, below = _parted(lines[-1][-1] if lines else head, between, row)
            if lines:
                lines[-1] += above
            lines.append([*below, row])
        else:
            lines[-1].append(row)
        between = []
    if lines:
        lines[-1] += _following(lines[-1][-1], between)
    return lines


#: Rows of one text stand at most so far apart, in heights of letters, and over the numbers that they belong to.
_LEADING, _CENTRED, _WIDER = 2.2, 1.25, 1.15


def _parted(above: Row, between: Sequence[Row], below: Row) -> tuple[list[Row], list[Row]]:
    """(rows that go on with the one above, rows that begin the one below)"""
    if not between:
        return [], []
    rows = [above, *between, below]
    gaps = [later.bottom - row.bottom for row, later in zip(rows, rows[1:], strict=False)]
    widest = max(range(len(gaps)), key=lambda at: gaps[at])
    near = gaps[-1] <= _CENTRED * below.words[0].size
    if above.page != below.page or not near or gaps[widest] < _WIDER * min(gaps):
        return _following(above, between), []
    return _following(above, between[:widest]), list(between[widest:])


def _following(row: Row, more: Sequence[Row]) -> list[Row]:
    """The rows that go on under one, each close under the one before."""
    out: list[Row] = []
    for later in more:
        last = out[-1] if out else row
        if later.page != row.page or later.bottom - last.bottom > _LEADING * max(
            word.size for word in last.words
        ):
            break
        out.append(later)
    return out
