"""A hardened XML tree without namespaces, and picking by paths."""

from decimal import Decimal
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from sidecar.documents.document import number


class Unreadable(ValueError):
    """A file that no reader understands; the text says why and what to do."""


def parse(content: bytes) -> Element:
    """The root with local names as tags. Raises Unreadable for malformed XML, entities and DTDs."""
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(f"the XML cannot be read: {error}") from error
    for node in root.iter():
        node.tag = node.tag.rpartition("}")[2]
    return root


def pick(node: Element | None, *paths: str) -> tuple[str, str]:
    """(text, path) of the first of `paths` that has a text, blanks and line breaks joined; ('', '') without."""
    if node is None:
        return "", ""
    for path in paths:
        found = node.find(path)
        if found is not None and (found.text or "").strip():
            return " ".join((found.text or "").split()), path
    return "", ""


def text(node: Element | None, *paths: str) -> str:
    """The text alone."""
    return pick(node, *paths)[0]


def adjustment(node: Element | None, name: str, indicator: str, amount: str) -> str:
    """Charges less allowances among the children `name`, as a decimal string; empty without any."""
    entries = [] if node is None else node.findall(name)
    total = Decimal(0)
    for entry in entries:
        value = number(text(entry, amount)) or Decimal(0)
        total += value if text(entry, indicator) == "true" else -value
    return str(total) if entries else ""
