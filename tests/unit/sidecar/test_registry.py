"""Promotion, rollback and evaluation of models, by the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sidecar.adapters.model_store import ModelStore
from sidecar.cli import main
from sidecar.config import BUNDLED_MODELS
from sidecar.training.peers import peers
from sidecar.training.run import train_model
from sidecar.training.table import main as measure_all


def run(*words: object):
    return CliRunner().invoke(main, ["models", *map(str, words)])


def orders(rows: int, seed: int, learnable: bool) -> pd.DataFrame:
    """Orders of which the large ones of odd customers go wrong, or any at random."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "customer": [f"C{n}" for n in rng.integers(0, 30, rows)],
            "value": rng.lognormal(5, 1, rows).round(2),
            "date": pd.date_range("2025-01-01", periods=rows, freq="3h"),
        }
    )
    odd = frame["customer"].str[1:].astype(int) % 2 == 1
    wrong = odd & (frame["value"] > 120) if learnable else pd.Series(rng.random(rows) < 0.3)
    return frame.assign(y=wrong.astype(int))


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models, one of which learned something, and rows from later."""
    folder = tmp_path_factory.mktemp("models")
    for name, learnable, seed in (("good", True, 1), ("poor", False, 2)):
        orders(1500, seed, learnable).to_csv(folder / f"{name}.csv", index=False)
        train_model("orders", [folder / f"{name}.csv"], folder / name, version=name, say=lambda _: None)
    later = orders(600, 3, True)
    later["date"] += pd.Timedelta(days=400)
    later.to_csv(folder / "later.csv", index=False)
    return folder


def test_a_worse_challenger_is_refused_with_the_figures_and_changes_nothing(
    trained: Path, tmp_path: Path
) -> None:
    first = run("promote", "orders", "--challenger", trained / "good", "--models", tmp_path, "--reason", "first",
                "--input", trained / "later.csv")  # fmt: skip
    assert first.exit_code == 0, first.output
    before = (tmp_path / "orders" / "manifest.json").read_bytes()
    refused = run("promote", "orders", "--challenger", trained / "poor", "--models", tmp_path, "--reason", "x",
                  "--input", trained / "later.csv")  # fmt: skip
    assert refused.exit_code == 1
    assert "the challenger is worse on these rows, average_precision" in refused.output
    assert (tmp_path / "orders" / "manifest.json").read_bytes() == before


def test_a_forced_promotion_is_on_record_and_rolled_back_in_one_command(
    trained: Path, tmp_path: Path
) -> None:
    for name in ("good", "poor"):
        done = run("promote", "orders", "--challenger", trained / name, "--models", tmp_path, "--reason", name,
                   "--force")  # fmt: skip
        assert done.exit_code == 0, done.output
    clock = [0.0]
    store = ModelStore(tmp_path, tmp_path, clock=lambda: clock[0])
    assert store.get("orders").version == "poor"
    back = run("rollback", "orders", "--models", tmp_path, "--reason", "worse in use")
    assert back.exit_code == 0, back.output
    clock[0] = 10.0
    assert store.get("orders").version == "good"
    entries = [
        json.loads(line) for line in (tmp_path / ".versions" / "history.jsonl").read_text().splitlines()
    ]
    assert [entry["reason"] for entry in entries] == ["good", "poor", "worse in use"]
    assert entries[1]["figures"] == {"forced": True}
    assert "worse in use" in run("history", "--models", tmp_path).output


def test_the_bundled_model_is_the_champion_of_an_empty_folder_and_comes_back(
    trained: Path, tmp_path: Path
) -> None:
    done = run("promote", "orders", "--challenger", trained / "good", "--models", tmp_path, "--reason", "own data",
               "--input", trained / "later.csv")  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "champion" in done.output
    back = run("rollback", "orders", "--models", tmp_path, "--reason", "not yet")
    assert back.exit_code == 0, back.output
    bundled = (BUNDLED_MODELS / "orders" / "manifest.json").read_bytes()
    assert (tmp_path / "orders" / "manifest.json").read_bytes() == bundled


def test_without_rows_to_measure_on_nothing_is_promoted(trained: Path, tmp_path: Path) -> None:
    refused = run(
        "promote", "orders", "--challenger", trained / "good", "--models", tmp_path, "--reason", "x"
    )
    assert (refused.exit_code, "--input names the rows" in refused.output) == (1, True)


def test_nothing_to_roll_back_to_is_said(tmp_path: Path) -> None:
    refused = run("rollback", "orders", "--models", tmp_path, "--reason", "x")
    assert (refused.exit_code, "no earlier version of orders" in refused.output) == (1, True)


def test_evaluation_shows_both_models_with_intervals_by_group(trained: Path, tmp_path: Path) -> None:
    target = tmp_path / "figures.json"
    shown = run("evaluate", "orders", "--model", trained / "good", "--model", trained / "poor",
                "--input", trained / "later.csv", "--json", target)  # fmt: skip
    assert shown.exit_code == 0, shown.output
    found = json.loads(target.read_text())
    good, poor = (
        next(rows[0] for name, rows in found.items() if name.startswith(mark)) for mark in ("good", "poor")
    )
    assert good["value"] > poor["value"]
    assert good["low"] <= good["value"] <= good["high"]
    assert {row["group"] for rows in found.values() for row in rows} == {
        "all",
        "small customer",
        "large customer",
    }


def test_a_file_without_outcomes_is_refused_by_name(trained: Path, tmp_path: Path) -> None:
    frame = pd.read_csv(trained / "later.csv").drop(columns="y")
    frame.to_csv(tmp_path / "bare.csv", index=False)
    refused = run("evaluate", "orders", "--model", trained / "good", "--input", tmp_path / "bare.csv")
    assert (refused.exit_code, "lacks the outcomes: a column y" in refused.output) == (1, True)


def test_evaluate_measures_the_newest_rows_beside_peers_and_the_card_takes_the_table(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "order_risk_train.csv").write_bytes((trained / "good.csv").read_bytes())
    models = shutil.copytree(trained / "good", tmp_path / "models")
    assert measure_all([str(tmp_path / "data"), "--write", str(models), "--only", "orders"]) == 0
    text, card = capsys.readouterr().out, (models / "orders" / "MODEL_CARD.md").read_text()
    found = json.loads((models / "orders" / "manifest.json").read_text())["evaluation"]
    rows = found["newest 15 % of order_risk_train.csv"]
    value = {row["who"]: row["value"] for row in rows if row["group"] == "all" and row["name"] == "auroc"}
    assert value["gatehouse"] > value["order value"]
    assert set(value) == {"gatehouse", "order value", "customer's own rate", "boosted trees, raw columns"}
    assert {row["rows"] for row in rows if row["group"] == "all"} == {225}
    assert "| order value | all (225) | auroc |" in text
    assert "| rows | gatehouse | order value | customer's own rate | boosted trees, raw columns |" in card
    assert "| boosted trees | AUROC 0.647, average precision 0.149 |" in card
    assert "| all (225) | " in card
    assert run("verify", models / "orders").exit_code == 0


@pytest.mark.parametrize(("subject", "columns"), [
    ("discounts", {"list_price": 10.0, "customer": "C"}), ("purchases", {"vendor": "V", "lead_days": 3.0}),
    ("stock-moves", {"y": 0}), ("lead-times", {"vendor": "V", "lead_days": 4.0}),
    ("payments", {"customer": "C", "amount": 9.0, "due": "2026-02-01", "paid": "2026-02-03"}),
])  # fmt: skip
def test_each_subject_has_peers_that_answer_every_row(subject: str, columns: dict[str, object]) -> None:
    base = pd.DataFrame({"item": ["A", "B"] * 20, "quantity": range(1, 41), "unit_price": range(1, 41),
                         "date": pd.date_range("2026-01-01", periods=40)})  # fmt: skip
    frame = base.assign(**columns)
    found = peers(subject, frame[:30], frame[30:])
    assert found
    for answers in found.values():
        assert all(series.notna().all() and len(series) == 10 for series in answers.values())


def test_a_peer_learns_nothing_from_what_was_not_known_yet() -> None:
    days = pd.date_range("2026-01-01", periods=40)
    frame = pd.DataFrame({"customer": "C", "amount": 9.0, "date": days, "due": days + pd.Timedelta(days=10)})
    late = frame["due"] + pd.Timedelta(days=5)
    known = frame.assign(paid=late.where(days < "2026-01-10", days + pd.Timedelta(days=60)))
    open_yet = frame.assign(paid=late.where(days < "2026-01-10"))
    rates = [
        peers("payments", each[:30], each[30:])["customer's own late rate"]["score"]
        for each in (known, open_yet)
    ]
    assert rates[0].tolist() == rates[1].tolist() == [1.0] * 10
