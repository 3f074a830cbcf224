"""The sidecar's tables, and the log of answers."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from click.testing import CliRunner

from sidecar.adapters.database import Database
from sidecar.adapters.migrate import HEAD
from sidecar.adapters.model_figures import ModelFigures
from sidecar.adapters.model_store import ModelStore
from sidecar.adapters.prediction_log import Answered, Batch, PredictionLog
from sidecar.adapters.tables import FEEDBACK, METADATA, PREDICTION
from sidecar.config import BUNDLED_MODELS
from sidecar.domain.drift import ENOUGH, mix_stability, stability, word
from sidecar.training.life import database, drift, reviewed

VERSIONS = Path(__file__).resolve().parents[3] / "sidecar" / "adapters" / "migrations" / "versions"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database of its own, that the commands use too."""
    address = f"sqlite:///{tmp_path / 'sidecar.db'}"
    monkeypatch.setenv("GATEHOUSE_DATABASE_URL", address)
    return address


def batch(subject: str, *answers: Answered) -> Batch:
    return Batch(datetime.now(UTC), subject, "v1", False, answers)


def write(url: str, subject: str, scores: list[float], days_ago: float = 0, label: str = "") -> PredictionLog:
    store = Database(url)
    log = PredictionLog(store, 180)
    log.write([batch(subject, *(Answered(f"d{n}", score, False, label) for n, score in enumerate(scores)))])
    with store.begin() as connection:
        moved = sa.update(PREDICTION).where(PREDICTION.c.at > datetime.now(UTC) - timedelta(minutes=5))
        connection.execute(moved.values(at=datetime.now(UTC) - timedelta(days=days_ago, minutes=10)))
    return log


def test_the_newest_migration_is_the_one_the_program_knows() -> None:
    assert (
        max(path.stem.rsplit("_", 1)[1] for path in VERSIONS.glob("*_*.py") if path.stem != "__init__")
        == HEAD
    )


def test_a_database_made_before_there_were_migrations_keeps_its_feedback(url: str) -> None:
    path = sa.make_url(url).database
    assert path
    with sqlite3.connect(path) as old:
        old.execute(
            "CREATE TABLE feedback (id INTEGER PRIMARY KEY, event_id VARCHAR(64) NOT NULL, check_name VARCHAR(64) NOT NULL,"
            " outcome VARCHAR(16) NOT NULL, comment TEXT NOT NULL, given_by VARCHAR(100) NOT NULL, given_at DATETIME NOT NULL)"
        )
        old.execute("CREATE INDEX ix_feedback_event_id ON feedback (event_id)")
        old.execute("INSERT INTO feedback VALUES (1, 'e', 'c', 'confirmed', '', 'n8n', '2026-11-01')")
    store = Database(url)
    assert store.before is None
    with store.begin() as connection:
        assert connection.execute(sa.select(FEEDBACK.c.event_id)).scalars().all() == ["e"]
    assert Database(url).before == HEAD


def test_migrated_tables_are_those_of_an_empty_database(url: str) -> None:
    path = sa.make_url(url).database
    assert path
    with sqlite3.connect(path) as old:
        old.execute("CREATE TABLE somebody_elses (id INTEGER)")  # not empty: the migrations run
    with Database(url).begin() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), METADATA)
    assert [entry for entry in differences if "somebody_elses" not in str(entry)] == []


def test_newer_tables_are_left_alone(url: str) -> None:
    with Database(url).begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    found = CliRunner().invoke(database, ["upgrade"])
    assert found.exit_code == 1
    assert "use the newer program" in found.output


@pytest.mark.parametrize("since_boot", [5.0, 90_000.0])
def test_answers_older_than_the_limit_go(
    url: str, since_boot: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sidecar.adapters.prediction_log.time.monotonic", lambda: since_boot)
    write(url, "discounts", [0.5] * 3, days_ago=200)
    store = Database(url)
    PredictionLog(store, 180).write([batch("discounts", Answered("new", 0.1, False))])
    with store.begin() as connection:
        assert connection.execute(sa.select(PREDICTION.c.document)).scalars().all() == ["new"]


def test_zero_days_keep_nothing(url: str) -> None:
    store = Database(url)
    PredictionLog(store, 0).write([batch("discounts", Answered("x", 0.1, False))])
    with store.begin() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(PREDICTION)).scalar() == 0


def test_the_same_scores_are_stable_and_other_ones_shifted() -> None:
    even = dict.fromkeys(range(0, 1000, 5), 1)
    assert stability(even, dict(reversed(even.items()))) == pytest.approx(0.0)
    assert word(stability(even, {950: 200})) == "shifted"
    assert word(stability({1: 900, **dict.fromkeys(range(100, 200), 1)}, {1: 1000})) != "stable"
    assert stability(dict.fromkeys(range(ENOUGH - 1), 1), even) is None
    assert word(mix_stability({"return": 150, "other": 50}, {"return": 148, "other": 52})) == "stable"
    assert word(mix_stability({"return": 150, "other": 50}, {"other": 200})) == "shifted"


#: Subjects, their checks, and what people said of four answers: the outcome, and whether the answer had warned.
SAID: list[tuple[str, str, list[tuple[str, bool]]]] = [
    ("orders", "order_risk", [("confirmed", True), *[("rejected", True)] * 3]),
    (
        "lead-times",
        "late_probability",
        [("rejected", False), ("rejected", True), ("rejected", True), ("confirmed", False)],
    ),
    ("stock-moves", "stock_moves", [("confirmed", True), *[("rejected", True)] * 3]),
    ("payments", "payments", [("confirmed", True), *[("rejected", True)] * 3]),
    ("emails", "email_class", [("confirmed", True), *[("rejected", True)] * 3]),
]


def test_the_figures_of_a_scrape_show_drift_overrides_and_calibration(url: str) -> None:
    write(url, "discounts", [n / 200 for n in range(200)], days_ago=10)
    write(url, "discounts", [0.95] * 200)
    store = Database(url)
    log = PredictionLog(store, 180)
    for subject, check, said in SAID:
        log.write([batch(subject, *(Answered(f"{check}{n}", 0.5, False) for n in range(len(said))))])
        with store.begin() as connection:
            connection.execute(sa.insert(FEEDBACK), [
                {"event_id": f"{check}{n}", "check_name": check, "outcome": outcome, "warned": warned, "comment": "",
                 "given_by": "n8n", "given_at": datetime.now(UTC)}
                for n, (outcome, warned) in enumerate(said)
            ])  # fmt: skip
    shown = {}
    for line in ModelFigures(log, ModelStore(BUNDLED_MODELS, None)).text().decode().splitlines():
        name, _, value = line.rpartition(" ")
        if not line.startswith("#"):
            shown[name] = float(value)
    assert shown.pop('gatehouse_model_score_stability{subject="discounts"}') > 0.25
    for subject, _check, said in SAID:
        found = {
            name.partition("{")[0]: value for name, value in shown.items() if f'subject="{subject}"' in name
        }
        assert found == {
            "gatehouse_model_reviews": len(said),
            "gatehouse_model_override_ratio": 0.75,
            # one of four came true: the warning that was right, or what was let pass and should not have been
            "gatehouse_model_calibration_gap": 0.25,
        }


def test_figures_are_left_out_while_the_database_is_away_and_come_back(url: str, monkeypatch) -> None:
    log = PredictionLog(Database(url), 180)
    figures, ask = ModelFigures(log, ModelStore(BUNDLED_MODELS, None)), log.reviewed

    def away(since: datetime) -> None:
        raise sa.exc.OperationalError("select", {}, Exception("away"))

    monkeypatch.setattr(log, "reviewed", away)
    assert figures.text() == b""
    monkeypatch.setattr(log, "reviewed", ask)
    assert b"gatehouse_model_reviews" in figures.text()


def test_a_shift_is_told_by_the_exit_code(url: str) -> None:
    write(url, "discounts", [n / 200 for n in range(200)], days_ago=10)
    write(url, "discounts", [0.95] * 200)
    found = CliRunner().invoke(drift)
    assert found.exit_code == 1, found.output
    assert "discounts\tscores" in found.output
    assert "shifted" in found.output
    assert "purchases\tscores\t–\ttoo few answers" in found.output


def test_what_people_said_is_joined_to_the_answer_and_their_last_word_counts(url: str) -> None:
    write(url, "discounts", [0.9, 0.8])
    store = Database(url)
    for number, (document, outcome) in enumerate(
        [("d0", "rejected"), ("d0", "confirmed"), ("d1", "rejected")]
    ):
        values = {"event_id": document, "check_name": "discount_anomaly", "outcome": outcome, "comment": ""}
        store.add_feedback("n8n", f"k{number}", "0" * 64, values)
    found = CliRunner().invoke(reviewed)
    assert found.output.splitlines()[1] == "discounts\tv1\t2\t1\t50%\t0.85"
