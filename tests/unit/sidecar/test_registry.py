"""Promotion, rollback and evaluation of models, by the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sidecar.adapters.model_store import ModelStore
from sidecar.cli import main
from sidecar.config import BUNDLED_MODELS
from sidecar.training.run import train_model


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
