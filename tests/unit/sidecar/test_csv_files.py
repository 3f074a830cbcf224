"""CSV files as people export them, through the command line: what is understood, what is refused, and what comes out again."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sidecar.cli import main
from sidecar.config import BUNDLED_MODELS
from sidecar.training.csv_files import moments, numbers, read_frame, texts
from sidecar.training.sources import read_history

ORDERS = (
    "id,customer,value,date,country,note\n"
    "007,17850,120.50,2011-08-01 10:00:00,NA,1.0\n"
    "007,NA,80,2011-08-02T10:00:00Z,France,NaN\n"
    ",12583,1e3,2011-08-03T12:00:00+02:00,,\n"
)


def score(
    folder: Path, content: bytes, subject: str = "orders", model: Path = BUNDLED_MODELS
) -> tuple[Result, list[list[str]]]:
    """What the command said, and the rows it wrote, header first."""
    source, output = folder / "asked.csv", folder / "answers.csv"
    source.write_bytes(content)
    output.unlink(missing_ok=True)
    files = ["--model", str(model), "--input", str(source), "--output", str(output)]
    result = CliRunner().invoke(main, ["models", "score", subject, *files])
    rows = list(csv.reader(output.open(newline=""))) if output.exists() else []
    return result, rows


def test_rows_their_order_and_every_cell_come_out_as_they_went_in(tmp_path: Path) -> None:
    result, rows = score(tmp_path, ORDERS.encode())
    assert result.exit_code == 0, result.output
    asked = list(csv.reader(ORDERS.splitlines()))
    assert [row[:6] for row in rows] == asked
    assert rows[0][6:] == ["score", "abstained", "baseline"]
    assert [row[7] for row in rows[1:]] == ["False"] * 3


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(ORDERS.encode("utf-8-sig"), id="byte-order-mark"),
        pytest.param(ORDERS.encode("utf-16"), id="utf-16"),
        pytest.param(ORDERS.encode("cp1252"), id="windows-1252"),
        pytest.param(gzip.compress(ORDERS.encode()), id="gzip"),
        pytest.param(ORDERS.replace("\n", "\r\n").encode(), id="crlf"),
        pytest.param(ORDERS.replace(",", ";").replace(".50", ",50").encode(), id="semicolons-decimal-comma"),
        pytest.param(ORDERS.replace(",", "\t").encode(), id="tabs"),
        pytest.param(ORDERS.replace("customer,value", "Customer, VALUE").encode(), id="headers-in-capitals"),
        pytest.param(ORDERS.replace("2011-08-01", "01.08.2011").encode(), id="day-first"),
        pytest.param(
            ORDERS.replace("date,country", "date,country,extra,customer")
            .replace("NA,1", "NA,x,y,1")
            .encode(),
            id="columns-more-and-twice",
        ),
    ],
)
def test_an_export_of_another_kind_has_the_same_scores(tmp_path: Path, content: bytes) -> None:
    _, plain = score(tmp_path, ORDERS.encode())
    result, rows = score(tmp_path, content)
    assert result.exit_code == 0, result.output
    place, other = plain[0].index("score"), rows[0].index("score")
    assert [row[other] for row in rows[1:]] == [row[place] for row in plain[1:]]


@pytest.mark.parametrize(
    "cell",
    [
        ("120.50", "inf"), ("120.50", "-inf"), ("120.50", "NaN"), ("120.50", ""), ("120.50", "many"), ("17850", ""),
        ("2011-08-01 10:00:00", "9999-12-31"), ("2011-08-01 10:00:00", "0001-01-01"), ("2011-08-01 10:00:00", "2011-02-30"),
    ],
)  # fmt: skip
def test_a_cell_that_cannot_be_read_costs_its_own_row_alone(tmp_path: Path, cell: tuple[str, str]) -> None:
    result, rows = score(tmp_path, ORDERS.replace(*cell).encode())
    assert result.exit_code == 0, result.output
    place = rows[0].index("score")
    assert [(row[place], row[place + 1]) for row in rows[1:2]] == [("0.0", "True")]
    assert [row[place + 1] for row in rows[2:]] == ["False", "False"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "asked.csv is empty"),
        (b"\n\n", "asked.csv is empty"),
        (b"PK\x03\x04\0\0\0\0", "asked.csv is no text (a spreadsheet? save it as CSV)"),
        (b"\x1f\x8bbroken", "asked.csv is no CSV file"),
        (gzip.compress(b"a,b")[:10] + b"\xff" * 20, "asked.csv is no CSV file"),
        (gzip.compress(ORDERS.encode())[:-20], "asked.csv is no CSV file"),
        (b"id,customer,value\n1,A,2\n", "lacks the column date; it has id, customer, value"),
        (b"Kunde;Wert\nA;2\n", "lacks the columns customer, value, date; it has Kunde, Wert"),
        (b"customer,value,date\nA,1,2011-08-01\nA,1,2011-08-01,5,6\n", "in line 3, saw 5"),
    ],
)
def test_what_is_no_such_file_is_refused_in_one_sentence(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    result, rows = score(tmp_path, content)
    assert (result.exit_code, rows) == (1, [])
    assert sentence in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_a_file_of_a_header_alone_has_no_answers(tmp_path: Path) -> None:
    result, rows = score(tmp_path, b"id,customer,value,date\n")
    assert result.exit_code == 0
    assert rows == [["id", "customer", "value", "date", "score", "abstained", "baseline"]]


def test_items_and_places_may_be_called_na(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text(
        "item,vendor,quantity,price,lead,place,date\nNA,7.0,2,10.0,5,NA,13/01/2026\nN/A,7,2,10.0,5,,1/2/2026\n"
    )
    lines = read_history(path, "purchases")
    assert lines[["item", "party", "place", "lead_days"]].to_numpy().tolist() == [["NA", "7", "NA", 5.0]]
    assert str(lines["date"].iloc[0].date()) == "2026-01-13"


def test_a_purchase_file_that_names_a_customer_too_is_about_its_vendor(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text("customer,vendor,item,quantity,unit_price\nC,V,A,2,10.0\n")
    assert read_history(path, "purchases")["party"].tolist() == ["V"]
    path.write_text("customer,vendor,item,quantity,unit_price,list_price\nC,V,A,2,10.0,10\n")
    assert read_history(path, "discounts")["party"].tolist() == ["C"]


def test_a_mail_in_a_language_that_is_not_read_abstains_in_a_file_too(tmp_path: Path) -> None:
    polish = "Dzień dobry, gdzie jest moja przesyłka? Proszę o pilną odpowiedź, bo czekam już dwa tygodnie."
    content = f'id,subject,text\n1,,"{polish}"\n2,Parcel,"Where is my parcel? It should have been here last week."\n3,,\n'
    result, rows = score(tmp_path, content.encode(), "emails")
    assert result.exit_code == 0, result.output
    assert [row[-1] for row in rows] == ["abstained", "True", "False", "True"]
    assert rows[2][3] == "delivery_delay"


def test_a_history_without_outcomes_is_refused_with_their_column(tmp_path: Path) -> None:
    path = tmp_path / "history.csv"
    path.write_text("vendor,item,date\n" + "V,A,2026-01-05\n" * 300)
    arguments = ["models", "train", "lead-times", "--history", str(path), "--output", str(tmp_path)]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "it stands in the column lead_days" in result.output


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("", "too few mails to train on: none"),
        ("where is it,delivery_delay\n" * 2, "1 of delivery_delay"),
        ("where is it,late\n", "unknown class late"),
    ],
)
def test_too_few_mails_are_refused_with_what_there_is(tmp_path: Path, rows: str, sentence: str) -> None:
    result = train_mails(tmp_path, rows + "hello,NaN\n")
    assert result.exit_code == 1
    assert sentence in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_mails_of_three_classes_are_enough(tmp_path: Path) -> None:
    said = {
        "return": "please take the broken lamp back", "delivery_delay": "where is my parcel, it is late",
        "other": "do you have jobs in the office",
    }  # fmt: skip
    rows = "".join(f'"{text}, number {at}",{name}\n' for name, text in said.items() for at in range(40))
    assert train_mails(tmp_path, rows).exit_code == 0
    _, answers = score(tmp_path, b"text\nwhere is the late parcel number 7\n", "emails", tmp_path)
    assert answers[1][1] == "delivery_delay"


def train_mails(folder: Path, rows: str) -> Result:
    """What training said of a file of these mails and classes."""
    path = folder / "mails.csv"
    path.write_text("sentence,label\n" + rows)
    arguments = ["models", "train", "emails", "--history", str(path), "--output", str(folder)]
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize(
    "subject", ["orders", "lead-times", "stock-moves", "purchases", "discounts", "emails"]
)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cells=st.lists(
        st.lists(
            st.one_of(st.sampled_from(["", "A", "-3", "1e308", "-inf", "1.234,5", "2026-01-05", "NaT", "\0", "=1+1"]), st.text(max_size=8)),
            min_size=9, max_size=9,
        ),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_no_cell_stops_a_file_and_none_is_changed(
    tmp_path: Path, subject: str, cells: list[list[str]]
) -> None:
    header = ["id", "customer", "vendor", "item", "quantity", "unit_price", "list_price", "date", "value"]
    rows = [[cell.encode("utf-8", "replace").decode() for cell in row] for row in cells]
    if subject == "emails":
        header[3] = "text"
    with (tmp_path / "written.csv").open("w", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([header, *rows])
    content = (tmp_path / "written.csv").read_bytes()
    result, answers = score(tmp_path, content, subject)
    if b"\0" in content:
        assert "no text" in result.output
        return
    assert result.exit_code == 0, (result.output, result.exception)
    assert len(answers) == len(rows) + 1
    assert [row[0] for row in answers[1:]] == [row[0] for row in rows]


def test_typed_frames_are_read_as_files_are() -> None:
    frame = pd.DataFrame({
        "item": ["A", None], "quantity": [1.5, float("inf")], "date": [pd.Timestamp("2026-01-05", tz="Europe/Berlin"), pd.NaT],
    })  # fmt: skip
    assert texts(frame, "item").tolist() == ["A", ""]
    assert numbers(frame, "quantity").isna().tolist() == [False, True]
    assert [str(moment) for moment in moments(frame, "date")] == ["2026-01-04 23:00:00", "NaT"]
    assert numbers(frame, "nowhere").isna().all()


def test_a_row_that_ends_early_is_filled_up(tmp_path: Path) -> None:
    (tmp_path / "file.csv").write_text("a,b\n1\n2,3\n")
    assert read_frame(tmp_path / "file.csv").to_numpy().tolist() == [["1", ""], ["2", "3"]]
