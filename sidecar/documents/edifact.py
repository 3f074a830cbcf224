"""Order confirmations as EDIFACT ORDRSP (UN/EDIFACT D.96A and later), read with pydifact."""

import warnings
from typing import Any

from pydifact.exceptions import EDISyntaxError, ValidationError
from pydifact.parser import Parser

from sidecar.documents.document import Document, DocumentLine
from sidecar.documents.xml import Unreadable

_MOST_SEGMENTS = 50_000
_KINDS = {"ORDRSP": "order_confirmation", "INVOIC": "invoice", "PRICAT": "price_list"}
_ROLES = {"SU": "seller", "SE": "seller", "BY": "buyer"}
#: qualifier of a MOA segment after the lines -> total
_TOTALS = {
    "79": "lines",
    "125": "net",
    "124": "tax",
    "176": "tax",
    "77": "gross",
    "86": "gross",
    "9": "payable",
    "39": "payable",
}
#: of a QTY segment: ordered, confirmed, invoiced, to be delivered; the later in the list, the better
_QUANTITIES = ("21", "12", "113", "47")


def is_edifact(content: bytes) -> bool:
    """Whether these bytes begin like an interchange."""
    return content.lstrip()[:3] in (b"UNA", b"UNB")


def _text(segment: Any, element: int, part: int = 0) -> str:
    """A component of a segment as text, empty where it is not there."""
    if element >= len(segment.elements):
        return ""
    value = segment.elements[element]
    if isinstance(value, list):
        value = value[part] if part < len(value) else ""
    elif part:
        return ""
    return str(value or "").strip()


def _day(segment: Any) -> str:
    """An ISO 8601 date of a DTM segment with the formats 102 and 203; empty for others."""
    value = _text(segment, 0, 1)
    if len(value) < 8 or not value[:8].isdigit():
        return ""
    return f"{value[:4]}-{value[4:6]}-{value[6:8]}"


def read(content: bytes) -> Document:
    """The first message of an interchange. Raises Unreadable for other messages and for broken syntax."""
    try:
        text = content.decode("utf-8", "replace").replace("\r", "").replace("\n", "")
        segments = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says for each segment that it has no schema to check it by
            for segment in Parser().parse(text):
                segments.append(segment)
                if len(segments) > _MOST_SEGMENTS:
                    raise Unreadable(
                        f"the interchange has more than {_MOST_SEGMENTS} segments; send it in parts"
                    )
    except (
        EDISyntaxError,
        ValidationError,
        ValueError,
        IndexError,
        TypeError,
        RuntimeError,
        AssertionError,
    ) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(f"the EDIFACT syntax is broken: {error}") from error
    reader = _Reader()
    for number, segment in enumerate(segments, 1):
        if segment.tag == "UNT":
            break
        reader.take(segment, f"segment {number} {segment.tag}")
    if not reader.known:
        raise Unreadable("the interchange holds no ORDRSP, INVOIC or PRICAT message")
    return reader.document


class _Reader:
    """Fills a document segment by segment; what it does not know it leaves out."""

    def __init__(self) -> None:
        self.document = Document(source="edifact")
        self.known = False
        self.line: DocumentLine | None = None
        self.rank = -1

    def take(self, segment: Any, place: str) -> None:
        """One segment."""
        handler = getattr(self, f"_{segment.tag.lower()}", None)
        if handler:
            handler(segment, place)

    def _unh(self, segment: Any, place: str) -> None:
        kind = _text(segment, 1)
        if kind in _KINDS:
            self.known, self.document.type = True, _KINDS[kind]

    def _bgm(self, segment: Any, place: str) -> None:
        self.document.found("number", _text(segment, 1), 1.0, place)

    def _dtm(self, segment: Any, place: str) -> None:
        kind, found = _text(segment, 0), _day(segment)
        if self.line is not None and kind in ("2", "67", "69", "35"):
            self.line.delivery_date = found
        elif self.line is None and kind == "137":
            self.document.found("date", found, 1.0, place)
        elif self.line is None and kind == "13":
            self.document.found("due_date", found, 1.0, place)

    def _rff(self, segment: Any, place: str) -> None:
        if _text(segment, 0) == "ON" and not self.document.order_reference:
            self.document.found("order_reference", _text(segment, 0, 1), 1.0, place)

    def _nad(self, segment: Any, place: str) -> None:
        role = _ROLES.get(_text(segment, 0))
        if role:
            self.document.found(
                f"{role}.name", _text(segment, 3) or _text(segment, 2) or _text(segment, 1), 0.9, place
            )

    def _cux(self, segment: Any, place: str) -> None:
        self.document.found("currency", _text(segment, 0, 1), 1.0, place)

    def _lin(self, segment: Any, place: str) -> None:
        self.line, self.rank = DocumentLine(item=_text(segment, 2)), -1
        self.document.position[f"lines[{len(self.document.lines)}]"] = place
        self.document.confidence[f"lines[{len(self.document.lines)}]"] = 1.0
        self.document.lines.append(self.line)

    def _pia(self, segment: Any, place: str) -> None:
        """The supplier's own number where the line names none."""
        if self.line is not None and not self.line.item:
            self.line.item = _text(segment, 1)

    def _imd(self, segment: Any, place: str) -> None:
        if self.line is not None:
            self.line.description = " ".join(filter(None, (_text(segment, 2, 3), _text(segment, 2, 4))))

    def _qty(self, segment: Any, place: str) -> None:
        kind = _text(segment, 0)
        if self.line is not None and kind in _QUANTITIES and _QUANTITIES.index(kind) > self.rank:
            self.rank = _QUANTITIES.index(kind)
            self.line.quantity, self.line.unit = _text(segment, 0, 1), _text(segment, 0, 2)

    def _pri(self, segment: Any, place: str) -> None:
        if self.line is not None and _text(segment, 0) in ("AAA", "AAB", "CAL", "NTP"):
            self.line.price, self.line.price_base = _text(segment, 0, 1), _text(segment, 0, 4)

    def _uns(self, segment: Any, place: str) -> None:
        self.line = None

    def _moa(self, segment: Any, place: str) -> None:
        kind, value = _text(segment, 0), _text(segment, 0, 1)
        if self.line is not None and kind == "203":
            self.line.amount = value
        elif self.line is None and kind in _TOTALS:
            self.document.found(f"totals.{_TOTALS[kind]}", value, 1.0, place)
