"""Histories as people export them: columns that are there and hold nothing."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from sidecar.training.csv_files import read_frame
from sidecar.training.records import records_of
from sidecar.training.run import Span, _lines
from sidecar.training.sources import read_history
from sidecar.training.weeks import weeks_of


@pytest.fixture
def empty_columns(tmp_path: Path) -> Path:
    """Two purchase lines without a category, a place or a document."""
    path = tmp_path / "history.csv"
    path.write_text(
        "item,vendor,quantity,unit_price,date,category,place,document\n"
        "A,7,2,10.0,2026-01-05,,,\nB,,3,11.0,2026-01-06,,,\n"
    )
    return path


def test_an_empty_column_is_empty_text_and_warns_of_nothing(empty_columns: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lines = read_history(empty_columns, "purchases")
        records, _ = records_of("lead-times", read_frame(empty_columns))
        weeks = weeks_of(read_frame(empty_columns))
    assert lines[["party", "category", "place"]].to_numpy().tolist() == [["7", "", ""], ["", "", ""]]
    assert [(record["vendor"], record["category"]) for record in records] == [("7", "")]
    assert weeks["party"].tolist() == ["7"]


def test_lines_of_several_files_stand_in_the_order_of_their_days(tmp_path: Path) -> None:
    for name, days in (("new", ("2026-03-01", "2026-01-15")), ("old", ("2026-02-01", "2026-01-01"))):
        rows = "".join(f"{name},7,2,10.0,{day}\n" for day in days)
        (tmp_path / name).write_text(f"item,vendor,quantity,unit_price,date\n{rows}")
    frame = _lines("purchases", [tmp_path / "new", tmp_path / "old"], False, Span(), print)
    assert list(frame["item"]) == ["old", "new", "old", "new"]
