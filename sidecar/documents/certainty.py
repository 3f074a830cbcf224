"""How sure recognized words make the fields that were read from them."""

import re
from collections.abc import Iterable, Sequence

from sidecar.documents.document import Document, DocumentLine
from sidecar.documents.rows import Row, Word

#: How sure a line is that was read from a text, before its words are looked at (what Odoo assumes of a line without a word).
_LINE = 0.9


def weigh(document: Document, rows: Sequence[Row]) -> None:
    """Multiply each field's confidence by that of its least sure word, and give each line one; nothing where all words are sure."""
    if all(word.sure >= 1 for row in rows for word in row.words):
        return
    by_place: dict[str, Row] = {}
    for row in rows:
        by_place.setdefault(row.place, row)
    for name, confidence in document.confidence.items():
        held = by_place.get(document.position[name])
        value = _value(document, name)
        sure = _of_value(value, [held]) if held else None
        sure = _of_value(value, rows) if sure is None else sure
        if sure is None:  # such as a date, which is not written as it is kept
            sure = _least(held.words if held else [word for row in rows for word in row.words])
        document.confidence[name] = round(confidence * sure, 3)
    _weigh_lines(document, rows)


def _value(document: Document, name: str) -> str:
    owner, _, leaf = name.rpartition(".")
    return str(getattr(getattr(document, owner) if owner else document, leaf))


def _of_value(value: str, rows: Iterable[Row]) -> float | None:
    """The least sure of the words that make up a value; of several places the surest, None where it stands nowhere."""
    wanted, found = _plain(value), []
    for row in rows:
        words = [word for word in row.words if _plain(word.text)]
        for first in range(len(words)):
            run = ""
            for last in range(first, len(words)):
                run += _plain(words[last].text)
                if wanted and wanted in run:
                    found.append(min(word.sure for word in words[first : last + 1]))
                    break
                if len(run) > 2 * len(wanted) + 20:
                    break
    return max(found, default=None)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold())


def _least(words: Sequence[Word]) -> float:
    """The least sure of the words with a digit, else of all."""
    digits = [word.sure for word in words if re.search(r"\d", word.text)]
    return min(digits or [word.sure for word in words], default=1.0)


def _weigh_lines(document: Document, rows: Sequence[Row]) -> None:
    at = 0  # lines stand in the order of their rows
    for index, line in enumerate(document.lines):
        found = next((place for place in range(at, len(rows)) if _is_of(line, rows[place])), None)
        if found is None:
            continue
        at = found + 1
        document.confidence[f"lines[{index}]"] = round(_LINE * _least(rows[found].words), 3)
        document.position[f"lines[{index}]"] = rows[found].place


def _is_of(line: DocumentLine, row: Row) -> bool:
    """Whether a line was read from a row: its number and its item or price stand there."""
    text = row.text.replace(" ", "")
    digits = re.sub(r"\D", "", text)
    return (
        (not line.item or line.item in text)
        and _digits(line.quantity) in digits
        and _digits(line.price) in digits
    )


def _digits(value: str) -> str:
    """The digits of a decimal string as a document would write them at least: `12.0` may stand there as `12`."""
    whole, _, rest = value.partition(".")
    return re.sub(r"\D", "", whole + rest.rstrip("0"))
