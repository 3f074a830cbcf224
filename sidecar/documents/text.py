"""A document's rows of words, read by labels, layout and arithmetic; where the words came from is all the same."""

from collections.abc import Sequence
from typing import Any

from sidecar.documents import certainty, fields, kinds, lines, parties, tax_numbers, template, totals
from sidecar.documents.candidates import candidates
from sidecar.documents.document import Document, number
from sidecar.documents.notation import Notation
from sidecar.documents.rows import Row


def read(placed: list[Row], source: str, templates: Sequence[dict[str, Any]] = ()) -> Document:
    """The document that the rows are, by the vendor's template where there is one. `source` names how the rows were got.

    A field of words that were recognized is as sure as the field's pattern and its least sure word together.
    """
    rows = [(row.page, row.text) for row in placed]
    whole = "\n".join(text for _, text in rows)
    notation = Notation.of(whole)
    document = Document(source=source)
    document.type = kinds.of(placed)
    fields.find(document, placed, notation)
    parties.find(document, placed)
    tax_numbers.find(document, placed)
    by_heading, by_product = lines.ways(placed, notation)
    totals.find(document, placed, notation, [lines.total(by_heading), lines.total(by_product)])
    document.lines = lines.choose(by_heading, by_product, number(document.totals.net))
    values = candidates(rows, notation)
    known = template.choose(templates, whole)
    if known:
        template.apply(known, document, values)
    document.candidates = [value.as_dict() for value in values]
    certainty.weigh(document, placed)
    return document
