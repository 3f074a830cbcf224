"""Drift of single features: bins fixed by training, counted in service without keeping what was asked."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from sidecar.adapters.database import Database
from sidecar.adapters.feature_counts import Seen, moved, tally
from sidecar.adapters.model_figures import ModelFigures
from sidecar.adapters.model_store import Loaded, ModelStore
from sidecar.adapters.prediction_log import Answered, Batch, PredictionLog
from sidecar.adapters.tables import FEATURE_COUNT, METADATA
from sidecar.config import BUNDLED_MODELS
from sidecar.scoring.bins import Bins, read_bins
from sidecar.training.bins import bins_of
from sidecar.training.life import drift
from tests.unit.sidecar.conftest import sale

NAMES = ("price", "lead", "month")
TODAY = datetime.now(UTC)


def history(rows: int = 1000) -> np.ndarray:
    """A price spread evenly, a lead time that is not known of most, a month."""
    price = np.linspace(0.0, 1.0, rows)
    return np.column_stack([price, np.where(price > 0.75, price, 0.0), price * 12])


@pytest.fixture
def bins() -> Bins:
    found = read_bins(bins_of(NAMES, history()), NAMES)
    assert found
    return found


def test_features_fall_into_deciles_and_what_is_not_known_into_a_bin_of_its_own(bins: Bins) -> None:
    assert [count for _, count in sorted(bins.history("price").items())] == pytest.approx([100] * 10, abs=2)
    [unknown] = bins.count(np.array([[0.5, 0.0, 1.0]])).keys() - {("price", 5), ("price", 4)}
    assert bins.history("lead")[unknown[1]] == 750
    assert ("lead", unknown[1]) not in bins.count(np.array([[0.5, 1e-12, 1.0], [0.5, -1e-12, 1.0]]))


def test_the_calendar_is_not_watched(bins: Bins) -> None:
    assert bins.names == ["price", "lead"]
    assert bins.history("month") == {}


def test_a_value_on_a_cut_falls_where_training_counted_it(bins: Bins) -> None:
    rows = history()
    found = bins.count(rows)
    assert {place: n for (name, place), n in found.items() if name == "price"} == bins.history("price")


def test_damaged_bins_are_refused() -> None:
    arrays = bins_of(NAMES, history())
    with pytest.raises(ValueError, match="not there"):
        read_bins(arrays | {"bins_columns": np.array([0, 9])}, NAMES)
    with pytest.raises(ValueError, match="damaged"):
        read_bins(arrays | {"bins_cuts": arrays["bins_cuts"][:, ::-1]}, NAMES)
    assert read_bins({}, NAMES) is None


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    address = f"sqlite:///{tmp_path / 'side.db'}"
    monkeypatch.setenv("GATEHOUSE_DATABASE_URL", address)
    return address


def counted(url: str) -> Counter[tuple[str, str, str]]:
    """{(subject, model, feature): total} of the table."""
    found: Counter[tuple[str, str, str]] = Counter()
    with Database(url).begin() as connection:
        for row in connection.execute(sa.select(FEATURE_COUNT)):
            found[row.subject, row.model, row.feature] += row.total
    return found


def test_what_is_asked_over_http_is_counted_once_a_line_and_feature(make, auth, models, url: str) -> None:
    app = make()
    for number in range(3):
        document = sale(discount=float(number)) | {"id": f"e{number}"}
        unjudged = document["lines"][0] | {"id": "line:bad", "quantity": -1.0}
        document["lines"].append(unjudged)
        answer = app.test_client().post(
            "/v1/discounts/score", json={"documents": [document, document]}, headers=auth
        )
        assert answer.status_code == 200
        app.extensions["answers"].flush()
    mark = ModelStore(models, None).get("discounts").mark
    found = counted(url)
    assert {key[:2] for key in found} == {("discounts", mark)}
    assert set(found.values()) == {6}
    assert len(found) == 7


@pytest.mark.parametrize(
    ("subject", "record"),
    [
        ("orders", {"customer": "17850", "value": "12.50", "date": "2011-06-01"}),
        ("lead-times", {"vendor": "V", "item": "kit", "date": "2014-03-01"}),
        ("stock-moves", {"item": "22086", "quantity": 6, "date": "2011-06-01 10:00"}),
    ],
)
def test_records_are_counted_by_the_bundled_models(make, auth, url: str, subject: str, record) -> None:
    app = make(models_dir=BUNDLED_MODELS)
    asked = [record | {"id": "a"}, record | {"id": "b"}, record | {"id": "c", "date": "2011-02-30"}]
    app.test_client().post(f"/v1/{subject}/score", json={"records": asked}, headers=auth)
    app.extensions["answers"].flush()
    assert set(counted(url).values()) == {2}


def test_of_a_mail_its_length_familiarity_and_language_are_counted(make, auth, url: str) -> None:
    app = make(models_dir=BUNDLED_MODELS)
    mails = [
        {"id": "m1", "subject": "", "text": "Where is my order? It has not arrived and we need it today."},
        {"id": "m2", "subject": "", "text": "Wann kommt unsere Bestellung, und wo ist der Rest der Ware?"},
    ]
    app.test_client().post("/v1/emails/classify", json={"messages": mails}, headers=auth)
    app.extensions["answers"].flush()
    found = counted(url)
    assert {feature: total for (_, _, feature), total in found.items()} == {
        "words": 2,
        "known_words": 2,
        "language": 2,
    }
    with Database(url).begin() as connection:
        languages = sa.select(FEATURE_COUNT.c.bin).where(FEATURE_COUNT.c.feature == "language")
        assert sorted(connection.execute(languages).scalars()) == [1, 2]


def test_answers_and_counts_of_many_requests_are_one_transaction(url: str, bins: Bins) -> None:
    log = PredictionLog(Database(url), 180)
    begun = []
    sa.event.listen(log._database._engine, "begin", lambda _: begun.append(1))
    log.write([batch(bins, history(5), name="a"), batch(bins, history(5), name="b")])
    assert begun == [1]
    assert set(counted(url).values()) == {10}


def batch(bins: Bins, rows: np.ndarray, days_ago: int = 0, name: str = "d", model: str = "v1-0") -> Batch:
    seen = Seen(model, bins, [rows])
    at = TODAY - timedelta(days=days_ago)
    return Batch(at, "purchases", "v1", False, [Answered(name, 0.5, False)], None, seen)


def test_counts_of_workers_add_up_and_each_model_counts_for_itself(url: str, bins: Bins) -> None:
    for _ in range(2):
        PredictionLog(Database(url), 180).write([batch(bins, history(5))])
    PredictionLog(Database(url), 180).write([batch(bins, history(5), model="v1-1")])
    found = counted(url)
    assert found["purchases", "v1-0", "price"] == 10
    assert found["purchases", "v1-1", "price"] == 5


def test_workers_add_to_the_same_rows_in_one_order(bins: Bins) -> None:
    asked = [
        (TODAY.date() - timedelta(days=ago), subject, Seen(model, bins, [history(50)]))
        for ago in (0, 1)
        for subject in ("purchases", "discounts")
        for model in ("v2", "v1")
    ]
    names = ("day", "subject", "model", "feature", "bin")
    keys = [tuple(row[name] for name in names) for row in tally(asked)]
    assert keys == sorted(keys)
    assert tally(asked) == tally(reversed(asked))


def test_counts_older_than_the_limit_go_and_zero_days_keep_none(url: str, bins: Bins) -> None:
    PredictionLog(Database(url), 365).write([batch(bins, history(5), days_ago=200)])
    PredictionLog(Database(url), 0).write([batch(bins, history(5))])
    assert sum(counted(url).values()) == 10
    PredictionLog(Database(url), 180).write([batch(bins, history(3))])
    assert set(counted(url).values()) == {3}


def test_the_table_has_no_place_for_what_was_asked() -> None:
    columns = {column.name: type(column.type) for column in METADATA.tables["feature_count"].columns}
    assert set(columns) == {"day", "subject", "model", "feature", "bin", "total"}


class Store:
    """The model in service."""

    def __init__(self, bins: Bins) -> None:
        self.loaded = Loaded(type("Model", (), {"bins": bins})(), "v1", "0")

    def get(self, subject: str) -> Loaded | None:
        return self.loaded if subject == "purchases" else None


@pytest.fixture
def shifted(url: str, bins: Bins) -> PredictionLog:
    """Prices that doubled this week; lead times as they were."""
    log = PredictionLog(Database(url), 180)
    late = history()
    late[:, 0] = np.minimum(1.0, late[:, 0] * 2.0)
    log.write([batch(bins, history(), days_ago=10), batch(bins, late)])
    return log


def test_a_feature_that_moved_is_told_and_one_that_did_not_is_stable(
    shifted: PredictionLog, bins: Bins
) -> None:
    end = TODAY.date() + timedelta(days=1)
    middle = end - timedelta(days=7)
    before, late = shifted.feature_counts(date.min, middle), shifted.feature_counts(middle, end)
    lead, price = moved(before, late, Store(bins).get)
    assert (lead.feature, price.feature) == ("lead", "price")
    assert price.before > 0.25
    assert price.training > 0.25
    assert lead.before == pytest.approx(0.0, abs=1e-9)
    assert lead.training == pytest.approx(0.0, abs=1e-9)


def test_another_model_is_not_compared_with_the_one_before(url: str, bins: Bins) -> None:
    log = PredictionLog(Database(url), 180)
    log.write([batch(bins, history(), days_ago=10, model="old"), batch(bins, history())])
    end = TODAY.date() + timedelta(days=1)
    late = log.feature_counts(end - timedelta(days=7), end)
    before = log.feature_counts(date.min, end - timedelta(days=7))
    assert [(entry.model, entry.before) for entry in moved(before, late, Store(bins).get)] == [
        ("v1-0", None)
    ] * 2


def test_the_command_names_the_feature_and_exits_1(shifted: PredictionLog, models, monkeypatch) -> None:
    monkeypatch.setenv("GATEHOUSE_MODELS_DIR", str(models))
    found = CliRunner().invoke(drift)
    assert found.exit_code == 1, found.output
    lines = {
        line.split("\t")[1]: line.split("\t")
        for line in found.output.splitlines()
        if line.startswith("purchases\tf")
    }
    assert lines["feature price"][3] == "shifted"
    assert lines["feature lead"][2:4] == ["0.000", "stable"]


def test_without_counts_the_command_says_that_they_are_too_few(url: str) -> None:
    found = CliRunner().invoke(drift)
    assert found.exit_code == 0, found.output
    assert "features\t–\ttoo few answers" in found.output


def test_a_scrape_shows_the_features(shifted: PredictionLog, bins: Bins) -> None:
    text = ModelFigures(shifted, Store(bins)).text().decode()
    name = (
        'gatehouse_model_feature_stability{against="before",feature="price",model="v1-0",subject="purchases"}'
    )
    [value] = [line.rpartition(" ")[2] for line in text.splitlines() if line.startswith(name)]
    assert float(value) > 0.25
    assert 'against="training",feature="lead"' in text
