"""A challenger beside the champion: figures on the same rows, kept by its hash, promoted by Odoo's word alone."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sidecar.governance.changes import mark_of
from sidecar.jobs import retrain as job
from sidecar.jobs.retrain import CANDIDATES, promote, retrain
from sidecar.training import run
from sidecar.training.registry import manifest_of
from sidecar.training.sources import normalise
from tests.unit.sidecar.company import WEEKS, trade
from tests.unit.sidecar.test_patterns import weeks

TODAY = datetime.now(UTC).replace(tzinfo=None)


def history(seed: int, prefix: str = "I") -> pd.DataFrame:
    """Sales of 400 days in which each item has its prices."""
    rng = np.random.default_rng(seed)
    count = 4000
    items = rng.integers(0, 25, count)
    price = np.round(np.exp(1.0 + items / 8.0), 2)
    return normalise(
        pd.DataFrame({
            "item": [f"{prefix}{number}" for number in items], "customer": [f"partner:{n}" for n in rng.integers(1, 20, count)],
            "quantity": rng.integers(1, 30, count), "list_price": price, "unit_price": price,
            "discount": rng.choice([0.0, 5.0, 8.0], count),
            "date": [TODAY - timedelta(days=float(day)) for day in rng.uniform(0.0, 400.0, count)],
        }),
        "discounts",
    )  # fmt: skip


class Odoo:
    """Odoo's word on changes."""

    def __init__(self, *signed: str) -> None:
        self.signed = signed

    def execute_kw(
        self, model: str, method: str, args: list[Any], kwargs: dict[str, Any]
    ) -> list[dict[str, str]]:
        asked = {name: value for name, _, value in args[0]}
        assert (model, method, asked["kind"]) == ("gatehouse.change", "search_read", "model")
        return [{"name": "CH/1"}] if asked["mark"] in self.signed else []


def instead_of_odoo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A history in place of Odoo's."""
    frame = history(1)

    def read(
        client: Any, subject: str, say: Any = None, since: Any = None, until: Any = None
    ) -> pd.DataFrame:
        kept = frame[frame["date"] >= since] if since else frame
        return kept[kept["date"] < until] if until else kept

    monkeypatch.setattr(job, "read_odoo", read)
    monkeypatch.setattr(run, "read_odoo", read)
    monkeypatch.setattr(run, "connect", lambda *_: None)
    monkeypatch.setattr(run, "odoo_settings", lambda: ())


@pytest.fixture
def odoo(monkeypatch: pytest.MonkeyPatch) -> None:
    instead_of_odoo(monkeypatch)


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of models in which one of other items serves."""
    folder = tmp_path_factory.mktemp("foreign")
    frame = history(9, "ELSE")
    frame.assign(
        order_date=frame["date"], customer=frame["party"], unit_price=frame["net"], discount=0.0
    ).to_csv(folder / "champion.csv")
    source, models = folder / "champion.csv", folder / "models"
    run.train_model("discounts", [source], models, say=lambda text: None, version="2026.01.01")
    return models


@pytest.fixture(scope="module")
def measured(foreign: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """That folder with a challenger that was measured, and what came of it."""
    models = tmp_path_factory.mktemp("measured") / "models"
    shutil.copytree(foreign, models)
    with pytest.MonkeyPatch.context() as monkeypatch:
        instead_of_odoo(monkeypatch)
        return models, retrain(Odoo(), models, subject="discounts", days=60)


def test_a_challenger_that_knows_the_items_is_better_and_serves_only_when_odoo_says_so(
    tmp_path: Path, foreign: Path, measured: tuple[Path, dict[str, Any]]
) -> None:
    before, found = manifest_of(foreign / "discounts"), measured[1]
    models = shutil.copytree(measured[0], tmp_path / "models")
    assert found["better"] is True, found["why"]
    assert found["champion"].startswith("2026.01.01-")
    figures = {name: rows[0] for name, rows in found["figures"].items()}
    assert figures["champion"]["rows"] == figures["challenger"]["rows"] == found["rows"]
    for name in ("champion", "challenger"):
        assert f"{figures[name]['value']:.4f}" in found["why"]
    candidate = models / CANDIDATES / "discounts" / found["mark"][:16]
    assert mark_of(manifest_of(candidate)) == found["mark"]
    assert manifest_of(models / "discounts") == before
    with pytest.raises(ValueError, match="no signed-off change"):
        promote(Odoo("b" * 64), models, subject="discounts", mark=found["mark"], reason="r")
    assert manifest_of(models / "discounts") == before
    done = promote(
        Odoo(found["mark"]), models, subject="discounts", mark=found["mark"], reason="CH/1 signed off"
    )
    assert (done["before"], done["after"]) == (found["champion"], found["challenger"])
    assert mark_of(manifest_of(models / "discounts")) == found["mark"]
    again = promote(
        Odoo(found["mark"]), models, subject="discounts", mark=found["mark"], reason="CH/1 signed off"
    )
    assert again["after"] == found["challenger"]


def test_a_challenger_changed_after_it_was_measured_is_not_promoted(
    tmp_path: Path, measured: tuple[Path, dict[str, Any]]
) -> None:
    models, mark = shutil.copytree(measured[0], tmp_path / "models"), measured[1]["mark"]
    candidate = models / CANDIDATES / "discounts" / mark[:16]
    text = (candidate / "manifest.json").read_text()
    (candidate / "manifest.json").write_text(text.replace('"source": "Odoo"', '"source": "elsewhere"'))
    with pytest.raises(ValueError, match="is not kept any more"):
        promote(Odoo(mark), models, subject="discounts", mark=mark, reason="r")
    shutil.rmtree(candidate)
    with pytest.raises(ValueError, match="is not kept any more"):
        promote(Odoo(mark), models, subject="discounts", mark=mark, reason="r")


def test_equal_figures_are_no_reason_to_change(tmp_path: Path, odoo: None) -> None:
    models = tmp_path / "models"
    split = TODAY.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=60)
    run.train_model(
        "discounts", [], models, odoo=True, until=split, say=lambda text: None, version="2026.01.01"
    )
    found = retrain(Odoo(), models, subject="discounts", days=60)
    assert found["better"] is False
    assert "not better" in found["why"]


def test_too_few_new_lines_are_said_and_nothing_is_kept(
    tmp_path: Path, odoo: None, foreign: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = shutil.copytree(foreign, tmp_path / "models")
    monkeypatch.setattr(job, "_LEAST_ROWS", 100_000)
    with pytest.raises(ValueError, match="too few to measure discounts on"):
        retrain(Odoo(), models, subject="discounts", days=60)
    assert not (models / CANDIDATES).exists()


def test_orders_are_measured_where_what_became_of_them_is_known_and_open_ones_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng, asked = np.random.default_rng(6), []
    count = 3000
    customer = rng.integers(0, 30, count)
    orders = pd.DataFrame({
        "customer": [f"partner:{number}" for number in customer], "value": rng.lognormal(5.0, 1.0, count),
        "date": [TODAY - timedelta(days=float(day)) for day in rng.uniform(0.0, 500.0, count)],
        "y": ((customer < 6) & (rng.random(count) < 0.6)).astype(float),
    })  # fmt: skip
    orders.loc[rng.random(count) < 0.2, "y"] = np.nan
    orders["known"] = orders["date"] + pd.Timedelta(days=20)

    def read(client: Any, subject: str, since: Any = None, until: Any = None) -> pd.DataFrame:
        asked.append((since, until))
        inside = (orders["date"] >= (since or datetime.min)) & (orders["date"] < until)
        return orders[inside].reset_index(drop=True)

    for place in (job, run):
        monkeypatch.setattr(place, "read_odoo_records", read)
    monkeypatch.setattr(run, "connect", lambda *_: None)
    monkeypatch.setattr(run, "odoo_settings", lambda: ())
    found = retrain(Odoo(), tmp_path / "models", subject="orders", days=60)
    (_, split), (since, until) = asked
    assert split == since
    assert (until - since).days == 60
    assert (TODAY - until).days == 60
    measured = orders[(orders["date"] >= since) & (orders["date"] < until)]
    assert found["rows"] == measured["y"].notna().sum()
    assert found["better"] is True  # the bundled one knows none of these customers
    assert found["until"] == f"{until:%Y-%m-%d}"


def test_patterns_are_measured_on_full_weeks_as_they_were_and_with_habits_put_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monday = (TODAY - timedelta(days=TODAY.weekday())).date()
    lines = trade(11, 10, 8)
    lines["date"] += (
        pd.Timestamp(monday) - pd.Timestamp("2026-01-05") - pd.Timedelta(weeks=WEEKS - 1)
    )  # the last week is not over
    asked = []

    def read(
        client: Any, limit: float, say: Any = None, since: Any = None, until: Any = None
    ) -> pd.DataFrame:
        asked.append((limit, until))
        return weeks(lines[lines["date"] < until], "salesperson")

    for place in (job, run):
        monkeypatch.setattr(place, "read_odoo_weeks", read)
    monkeypatch.setattr(run, "connect", lambda *_: None)
    monkeypatch.setattr(run, "odoo_settings", lambda: ())
    found = retrain(Odoo(), tmp_path / "models", subject="patterns", days=38, limit=5000.0)
    since = monday - timedelta(weeks=6)
    assert asked == [(5000.0, datetime.combine(since, time())), (5000.0, datetime.combine(monday, time()))]
    assert (found["since"], found["until"]) == (str(since), str(monday))
    groups = {row["group"] for row in found["figures"]["challenger"]}
    assert {"all", "kind discount_habit", "kind duplicates"} <= groups
    assert found["figures"]["champion"][0]["rows"] == found["rows"] > 60
