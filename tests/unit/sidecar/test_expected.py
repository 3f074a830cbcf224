"""Every model is held to the answers that it shipped with."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from sidecar.adapters.model_store import ModelStore, read_model
from sidecar.cli import main
from sidecar.config import BUNDLED_MODELS
from sidecar.scoring.memory import Memory
from sidecar.scoring.tabular import MODULES
from sidecar.training.run import train_model

BUNDLED = sorted(path.parent.name for path in BUNDLED_MODELS.glob("*/manifest.json"))


@pytest.mark.parametrize("subject", BUNDLED)
def test_a_bundled_model_gives_the_answers_it_ships_with(subject: str) -> None:
    manifest = json.loads((BUNDLED_MODELS / subject / "manifest.json").read_text())
    expected = json.loads((BUNDLED_MODELS / subject / "expected.json").read_text())
    assert len(manifest["expected_sha256"]) == 64
    assert len(expected["rows"]) >= 6
    assert read_model(BUNDLED_MODELS / subject, subject).version == manifest["version"]


@pytest.mark.parametrize("subject", ["orders", "stock-moves"])
def test_features_do_not_depend_on_the_machines_time_zone(
    subject: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The night that clocks change: the same record is as far from the last one everywhere."""
    kind, found = MODULES[subject], []
    record = {
        "item": "I", "quantity": 1.0, "document": "", "place": "", "outcome": None, "lines": None, "units": None,
        "customer": "C", "country": "", "value": 10.0, "largest_line": None,
    }  # fmt: skip
    earlier, later = (record | {"date": datetime(2026, 3, day, 9, 0)} for day in (7, 9))
    for zone in ("UTC", "America/Los_Angeles"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        memory = Memory()
        for entry in kind.prepare([earlier]):
            kind.learn(entry, memory)
        found.append(kind.features(next(iter(kind.prepare([later]))), memory))
    monkeypatch.undo()
    time.tzset()
    assert found[0] == found[1]


def other_answer(folder: Path) -> None:
    """A model of `orders` whose expected answers, and their hash, were written by another program."""
    shutil.copytree(BUNDLED_MODELS / "orders", folder / "orders")
    path = folder / "orders" / "expected.json"
    expected = json.loads(path.read_text())
    expected["answers"][2]["score"] += 1e-6
    path.write_text(json.dumps(expected))
    manifest = json.loads((folder / "orders" / "manifest.json").read_text())
    manifest["expected_sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    (folder / "orders" / "manifest.json").write_text(json.dumps(manifest))


def test_a_model_that_answers_otherwise_is_refused_with_the_row(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other_answer(tmp_path)
    store = ModelStore(tmp_path, BUNDLED_MODELS)
    assert store.get("orders") is None
    assert "the model of orders answers score" in capsys.readouterr().out
    refused = CliRunner().invoke(main, ["models", "verify", str(tmp_path / "orders")])
    assert refused.exit_code == 1
    assert "to expected row 2, training said" in refused.output


@pytest.mark.parametrize("change", ["missing", "tampered"])
def test_expected_answers_that_are_gone_or_changed_refuse_the_model(tmp_path: Path, change: str) -> None:
    shutil.copytree(BUNDLED_MODELS / "orders", tmp_path / "orders")
    path = tmp_path / "orders" / "expected.json"
    path.unlink() if change == "missing" else path.write_text("{}")
    refused = CliRunner().invoke(main, ["models", "verify", str(tmp_path / "orders")])
    assert (refused.exit_code, "expected.json" in refused.output) == (1, True)


def test_training_ships_answers_for_its_own_rows_without_outcomes(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "item": [f"I{n % 7}" for n in range(120)],
            "vendor": [f"V{n % 3}" for n in range(120)],
            "quantity": [float(1 + n % 9) for n in range(120)],
            "unit_price": [10.0 + n % 7 for n in range(120)],
            "order_date": pd.date_range("2026-01-01", periods=120).astype(str),
        }
    )
    frame.to_csv(tmp_path / "history.csv", index=False)
    folder, manifest = train_model(
        "purchases", [tmp_path / "history.csv"], tmp_path / "models", say=lambda _: None
    )
    expected = json.loads((folder / "expected.json").read_text())
    assert [row["id"] for row in expected["rows"]][-2:] == ["slip", "unknown"]
    assert [row["item"] for row in expected["rows"]][:2] == ["I0", "I6"]
    assert expected["answers"][-1]["abstained"] is True
    assert expected["answers"][-1]["reasons"] == ["not_judged"]
    assert read_model(folder, "purchases").version == manifest["version"]


def test_mails_of_people_are_not_among_the_expected_rows() -> None:
    expected = json.loads((BUNDLED_MODELS / "emails" / "expected.json").read_text())
    assert {row["text"].split()[0] for row in expected["rows"]} == {
        "Where", "Die", "Je", "Por", "Buongiorno,", "Bedankt",
    }  # fmt: skip
