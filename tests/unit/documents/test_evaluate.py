"""How right readings are counted, on made-up documents: nothing is read from a file."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sidecar.documents import evaluate
from sidecar.documents.commands import documents
from sidecar.documents.document import Document, DocumentLine
from sidecar.documents.intervals import interval


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> dict[str, Document]:
    """What each file is read as."""
    documents: dict[str, Document] = {}
    monkeypatch.setattr(evaluate, "_read", lambda path, scan: documents[path.name])
    return documents


def entry(file: str, **fields: Any) -> dict[str, Any]:
    return {"file": file, "lines": [], **fields}


def test_due_date_and_tax_are_counted_only_where_the_gold_says_them(readings: dict[str, Document]) -> None:
    readings["a.pdf"] = Document(number="1", due_date="2026-03-29")
    readings["b.pdf"] = Document(number="2", due_date="2026-04-01")
    gold = [
        entry("a.pdf", invoice_number="1", due_date="20260329", total_tax="19.00"),
        entry("b.pdf", invoice_number="2", due_date="", total_tax=""),
    ]
    table = evaluate.score(gold, Path(), scan=False)
    assert table == {
        "files": "2",
        "invoice_number": "2/2",
        "due_date": "1/1",
        "total_tax": "0/1",
        "fields exact": "0.750",
        "lines F1": "0.000",
    }


def test_prices_of_a_gold_with_bases_are_compared_a_unit(readings: dict[str, Document]) -> None:
    readings["a.pdf"] = Document(
        lines=[
            DocumentLine(quantity="1200", price="0.589"),
            DocumentLine(quantity="5", price="46.00", price_base="100"),
            DocumentLine(quantity="7", price="12.50", price_base="100"),
        ]
    )
    lines = [
        {"qty": "1200", "price": "58.90", "base": "100"},
        {"qty": "5", "price": "46.00", "base": "100"},
        {"qty": "7", "price": "12.50", "base": "1"},
    ]
    assert evaluate.score([entry("a.pdf", lines=lines)], Path(), scan=False)["lines F1"] == "0.667"


def test_prices_of_a_gold_without_bases_are_compared_as_printed(readings: dict[str, Document]) -> None:
    readings["a.pdf"] = Document(lines=[DocumentLine(quantity="5", price="46.00", price_base="100")])
    lines = [{"qty": "5", "price": "46.00"}]
    assert evaluate.score([entry("a.pdf", lines=lines)], Path(), scan=False)["lines F1"] == "1.000"


def test_lines_of_a_paper_without_prices_are_right_by_quantity_alone(readings: dict[str, Document]) -> None:
    readings["a.pdf"] = Document(lines=[DocumentLine(quantity="5"), DocumentLine(quantity="6", price="2.00")])
    lines = [{"qty": "5", "price": "", "base": ""}, {"qty": "6", "price": "", "base": ""}]
    assert evaluate.score([entry("a.pdf", lines=lines)], Path(), scan=False)["lines F1"] == "0.500"


def test_a_gold_of_layouts_gives_the_same_shares_with_an_interval(readings: dict[str, Document]) -> None:
    gold = []
    for layout, read_as in (("boxes", "1"), ("letter", "wrong")):
        for copy in "ab":
            file = f"{layout}-{copy}.pdf"
            readings[file] = Document(number=read_as, lines=[DocumentLine(quantity="3", price="2.00")])
            lines = [{"qty": "3", "price": "2.00", "base": "1"}]
            gold.append(entry(file, layout=layout, invoice_number="1", lines=lines))
    table = evaluate.score_layouts(gold, Path(), scan=False)
    assert table["invoice_number"] == "2/4"
    assert table["fields exact"] == "0.500 (0.000 to 1.000)"  # one of the two layouts may be drawn twice
    assert table["lines F1"] == "1.000 (1.000 to 1.000)"


def test_the_command_prints_one_column_where_every_paper_names_its_layout(
    readings: dict[str, Document], tmp_path: Path
) -> None:
    readings["a.pdf"], readings["b.pdf"] = Document(number="1"), Document(number="2")
    gold = [entry("a.pdf", invoice_number="1"), entry("b.pdf", invoice_number="9")]
    file = tmp_path / "gold.json"

    file.write_text(json.dumps([{**paper, "layout": paper["file"]} for paper in gold]))
    told = CliRunner().invoke(documents, ["evaluate", str(file)]).output.splitlines()
    assert told[:3] == ["| | files |", "|---|---|", "| files | 2 |"]
    assert "| fields exact | 0.500 (0.000 to 1.000) |" in told

    file.write_text(json.dumps(gold))
    told = CliRunner().invoke(documents, ["evaluate", str(file)]).output.splitlines()
    assert told[:2] == ["| | files used while writing | unseen files |", "|---|---|---|"]


def test_interval_draws_layouts_so_that_more_papers_of_the_same_make_it_no_narrower() -> None:
    few, many = [(1, 1), (0, 1), (1, 1), (1, 1)], [(10, 10), (0, 10), (10, 10), (10, 10)]
    assert interval(few) == interval(many) == (0.25, 1.0)


def test_interval_narrows_with_more_layouts_around_the_share() -> None:
    low, high = interval([(8, 10), (9, 10), (10, 10)] * 40)
    assert 0.88 < low < 0.9 < high < 0.92


def test_interval_leaves_out_draws_that_ask_nothing_and_is_nan_where_all_do() -> None:
    assert interval([(3, 4), (0, 0)]) == (0.75, 0.75)
    assert all(math.isnan(end) for end in interval([(0, 0), (0, 0)]))
    assert all(math.isnan(end) for end in interval([]))
