"""Stock moves, orders, payments and lead times: flat trees, memory, the time order, and files in and out."""

import json
from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sidecar.adapters.model_store import read_model
from sidecar.cli import main
from sidecar.scoring import lead_times, stock_moves
from sidecar.scoring.boosting import BoostedTrees
from sidecar.scoring.keyed_rows import KeyedRows
from sidecar.scoring.memory import Memory
from sidecar.services.predict_records import predict
from sidecar.training.boosting import fit, flatten
from sidecar.training.judge import _late_gap
from sidecar.training.late import choose_late, vendor_days
from sidecar.training.run import train_model
from sidecar.training.tabular import _Output, walk


@pytest.mark.parametrize("quantile", [None, 0.9])
def test_flat_trees_give_the_sums_of_the_trees_they_came_from(quantile):
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(600, 4))
    target = (rows[:, 0] + rng.normal(size=600) > 0).astype(float) if quantile is None else rows[:, 0] ** 2
    model = fit(rows, target, quantile, 20, {"max_depth": 4})
    arrays = flatten(model, "score")
    parts = (arrays[f"trees_score_{name}"] for name in ("feature", "threshold", "leaf"))
    flat = BoostedTrees(*parts, float(arrays["trees_score_base"]), 4)
    expected = model.decision_function(rows) if quantile is None else model.predict(rows)
    assert np.abs(flat.raw(rows) - expected).max() < 1e-12
    alone = [flat.raw(rows[at : at + 1])[0] for at in range(50)]
    assert np.abs(np.array(alone) - expected[:50]).max() < 1e-12


def test_trees_refuse_a_row_with_a_missing_value():
    trees = BoostedTrees(np.zeros((1, 1), np.uint8), np.zeros((1, 1)), np.zeros((1, 2)), 0.0, 1)
    with pytest.raises(ValueError, match="missing or infinite"):
        trees.raw(np.array([[np.nan]]))


def test_memory_comes_back_from_its_arrays_and_refuses_damaged_ones():
    memory = Memory()
    for value in (1.0, 2.0, 6.0):
        memory.add("lead", "V1", value)
    again = Memory.read(memory.arrays())
    assert again.mean("lead", "V1", 0.0) == 3.0
    assert again.count("lead", "V1") == 3.0
    broken = memory.arrays()
    broken["memory_lead_rows"][0, 0] = np.nan
    with pytest.raises(ValueError, match="damaged"):
        Memory.read(broken)


def test_a_delivery_teaches_nothing_before_its_day():
    start = datetime(2026, 1, 1)
    texts = dict.fromkeys(("item", "country", "mode", "category", "terms", "route"), "x")
    orders = [
        {**texts, "vendor": "V", "quantity": 1.0, "value": 1.0, "outcome": 10.0,
         "date": start + timedelta(days=day), "known": start + timedelta(days=day + 10)}
        for day in (0, 5, 12)
    ]  # fmt: skip
    rows, _, memory = walk(lead_times, orders)
    seen = rows[:, lead_times.FEATURES.index("vendor_orders")]
    assert np.allclose(seen, np.log1p([0, 0, 1]))
    assert memory.count("lead_vendor", "V") == 3.0


def test_a_single_line_document_knows_its_neighbours_in_time():
    moment = datetime(2026, 3, 2, 12, 0)
    move = {"item": "A", "place": "W", "quantity": -4.0}
    moves = [{**move, "document": str(100 + n), "date": moment + timedelta(minutes=n)} for n in range(3)]
    moves.append({**move, "document": "200", "date": moment + timedelta(hours=3)})
    assert [entry["near"] for entry in stock_moves.prepare(moves)] == [3, 3, 3, 1]


def _invoices(count: int) -> pd.DataFrame:
    """Half of the customers pay late by habit, except small invoices."""
    rng = np.random.default_rng(5)
    customer, amount = rng.integers(0, 40, count), rng.lognormal(5, 1, count)
    date = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(count) * 6, unit="h")
    late = (customer % 2 == 1) & (amount > 80) & (rng.random(count) < 0.9)
    due = date + pd.Timedelta(days=30)
    paid = due + pd.to_timedelta(np.where(late, 12, -3), unit="D")
    return pd.DataFrame(
        {"id": [f"INV/{n}" for n in range(count)], "customer": [f"C{c}" for c in customer], "amount": amount,
         "invoice_date": date, "due_date": due, "paid_date": paid}
    )  # fmt: skip


def test_payments_go_through_files_with_their_order_and_ids_and_beat_the_baseline(tmp_path):
    frame = _invoices(2400)
    frame[:2000].to_csv(tmp_path / "history.csv", index=False)
    late = frame[2000:].sample(frac=1.0, random_state=1)
    asked = late.drop(columns="paid_date")
    asked.iloc[3, asked.columns.get_loc("due_date")] = None
    asked.to_csv(tmp_path / "open.csv", index=False)
    run = CliRunner().invoke
    trained = run(
        main,
        ["models", "train", "payments", "--history", f"{tmp_path}/history.csv", "--output", f"{tmp_path}"],
    )
    assert trained.exit_code == 0, trained.output
    files = ["--model", str(tmp_path), "--input", f"{tmp_path}/open.csv", "--output", f"{tmp_path}/out.csv"]
    scored = run(main, ["models", "score", "payments", *files])
    assert scored.exit_code == 0, scored.output
    out = pd.read_csv(tmp_path / "out.csv")
    assert out["id"].tolist() == late["id"].tolist()
    assert out["abstained"].sum() == 1
    assert out.loc[3, "score"] == 0.0
    truly = (late["paid_date"] > late["due_date"]).to_numpy()
    judged = ~out["abstained"].to_numpy()
    assert out["score"][judged & truly].mean() > 0.6 > 0.2 > out["score"][judged & ~truly].mean()
    manifest = json.loads((tmp_path / "payments" / "manifest.json").read_text())
    assert manifest["metrics"]["score"]["ships"] == "model"
    assert "| **model** (ships)" in (tmp_path / "payments" / "MODEL_CARD.md").read_text()


def test_a_history_without_a_needed_column_is_refused_by_name(tmp_path):
    (tmp_path / "history.csv").write_text("customer,value\nA,1\n")
    found = CliRunner().invoke(
        main, ["models", "train", "orders", "--history", f"{tmp_path}/history.csv", "--output", f"{tmp_path}"]
    )
    assert found.exit_code == 1
    assert "lacks the column date" in found.output


@pytest.mark.parametrize(("output", "level"), [("p50", 0.5), ("p90", 0.9)])
def test_a_quantile_that_ships_holds_on_the_newest_rows_of_its_history(output, level):
    rng = np.random.default_rng(8)
    rows = rng.normal(size=(1200, len(lead_times.FEATURES)))
    target = 3.0 + rows[:, 1] + rng.normal(size=1200) - np.linspace(0.0, 1.5, 1200)
    arrays, figures = _Output("lead-times", output, rows, target).train()
    assert figures["ships"] == "model"
    parts = (arrays[f"trees_{output}_{name}"] for name in ("feature", "threshold", "leaf"))
    trees = BoostedTrees(*parts, float(arrays[f"trees_{output}_base"]), rows.shape[1])
    slope, shift = arrays[f"link_{output}"]
    newest = slice(int(1200 * 0.85), None)
    held = np.mean(target[newest] <= slope * trees.raw(rows[newest]) + shift + 1e-9)
    assert level <= held <= level + 0.01


def test_the_gap_of_the_late_probability_is_small_where_lines_are_late_as_often_as_said():
    spread = 0.5 * np.random.default_rng(9).normal(size=4000)
    frame = pd.DataFrame(
        {"p50": 40.0, "p90": 41.0 * np.exp(0.5 * 1.2816) - 1.0, "truth": 41.0 * np.exp(spread) - 1.0}
    )
    assert _late_gap(frame)(None) < 0.02
    assert _late_gap(frame.assign(truth=2.0 * frame["truth"]))(None) > 0.2
    only_early = (frame["truth"] < 40.0).to_numpy().astype(int)
    assert _late_gap(frame)(only_early) > 0.1


def _deliveries(count: int, own: bool) -> list[dict]:
    """Lines of ten vendors; with `own` each vendor's days tell them, else the way of transport does."""
    rng, start = np.random.default_rng(4), datetime(2024, 1, 1)
    texts = dict.fromkeys(("item", "country", "category", "terms", "route"), "x")
    lines = []
    for at in range(count):
        vendor, mode = int(rng.integers(10)), int(rng.integers(2))
        usual = 4.0 + 6.0 * vendor if own else 4.0 + 40.0 * mode
        date, days = start + timedelta(hours=9 * at), float(np.round(usual * rng.lognormal(0.0, 0.3)))
        lines.append(
            {**texts, "vendor": f"V{vendor}", "mode": f"M{mode}", "quantity": 1.0, "value": 1.0, "outcome": days,
             "date": date, "known": date + timedelta(days=days)}
        )  # fmt: skip
    return lines


def test_the_days_that_came_late_choose_between_the_model_and_the_vendors_own_record():
    lines = _deliveries(900, own=True)
    since, count = lines[765]["date"], 135
    days = np.array([line["outcome"] for line in lines[-count:]])
    wrong = {"p50": np.full(count, 400.0), "p90": np.full(count, 500.0)}
    arrays, figures = choose_late(lines, since, wrong)
    assert figures["ships"] == "baseline"
    assert figures["baseline"]["late_gap"] < figures["model"]["late_gap"]
    assert arrays["late_ids"].tolist() == ["", *(f"V{at}" for at in range(10))]
    bimodal = _deliveries(900, own=False)
    days = np.array([4.0 + 40.0 * (line["mode"] == "M1") for line in bimodal[-count:]])
    arrays, figures = choose_late(
        bimodal, since, {"p50": days, "p90": (days + 1.0) * np.exp(0.3 * 1.2816) - 1.0}
    )
    assert (arrays, figures["ships"]) == ({}, "model")


def test_what_the_vendors_did_after_the_split_does_not_choose():
    lines = _deliveries(900, own=True)
    since, count = lines[765]["date"], 135
    answers = {"p50": np.full(count, 30.0), "p90": np.full(count, 90.0)}
    _, before = choose_late(lines, since, answers)
    changed = [
        {**line, "outcome": 2000.0} if line["known"] >= since and at < 765 else line
        for at, line in enumerate(lines)
    ]
    assert choose_late(changed, since, answers)[1] == before


def test_a_vendor_with_few_deliveries_is_late_as_all_are():
    ids, rows = vendor_days(
        ["A"] * 5 + ["B"] * 4 + [""], [1.0, 2.0, 3.0, 4.0, 5.0, 90.0, 90.0, np.nan, 90.0, 7.0]
    )
    assert ids.tolist() == ["", "A"]
    assert rows[1].tolist() == [3.0, 4.6]
    model = lead_times.VendorDays(KeyedRows(ids, rows))
    assert model.of("A") == (3.0, 4.6)
    assert model.of("B") == model.of("nobody") == tuple(rows[0].tolist())


def test_a_model_ships_the_vendors_own_days_and_says_so(tmp_path, monkeypatch):
    lines = _deliveries(700, own=True)
    pd.DataFrame(lines).rename(columns={"outcome": "lead_days"}).drop(columns="known").to_csv(
        tmp_path / "history.csv", index=False
    )
    monkeypatch.setattr("sidecar.training.late.late_gap", _prefers_the_second())
    files = ["--history", f"{tmp_path}/history.csv", "--output", str(tmp_path)]
    assert CliRunner().invoke(main, ["models", "train", "lead-times", *files]).exit_code == 0
    model = read_model(tmp_path / "lead-times", "lead-times").model
    [found] = predict(
        [{"id": "1", "vendor": "V3", "item": "x", "date": "2024-09-01", "promised": "2024-09-20"}], model
    )
    middle, high = model.late.of("V3")
    assert found.values["late_probability"] == pytest.approx(
        lead_times.late_probability(middle, high, 19), abs=1e-6
    )
    assert found.reasons[-1].code == "vendor_record"
    assert "| **baseline** (ships)" in (tmp_path / "lead-times" / "MODEL_CARD.md").read_text()
    assert "late_p90" in (tmp_path / "lead-times" / "expected.json").read_text()


def _prefers_the_second():
    """A measure by which the model, asked first, is the worse one."""
    gaps = iter([0.2, 0.1])
    return lambda *_: lambda _times: next(gaps)


def test_an_outcome_that_became_known_after_the_last_day_teaches_nobody(tmp_path):
    frame = _invoices(1200)
    frame["paid_date"] = frame["paid_date"].where(frame["customer"] != "C1", frame["invoice_date"].max())
    frame.to_csv(tmp_path / "history.csv", index=False)
    edge = frame["invoice_date"].iloc[900].normalize().to_pydatetime()

    def taught(until):
        folder, _ = train_model(
            "payments", [tmp_path / "history.csv"], tmp_path, until=until, say=lambda _: None
        )
        with np.load(folder / "model.npz") as arrays:
            count = dict(
                zip(arrays["memory_late_ids"].tolist(), arrays["memory_late_rows"][:, 0], strict=True)
            )
            return count.get("C1", 0.0), count[""], dict.fromkeys(arrays["memory_amount_ids"].tolist())

    own, whole, customers = taught(edge)
    assert own == 0.0
    assert "C1" in customers  # its invoices are known, only not what became of them
    assert whole == (frame["paid_date"] < edge).sum()
    assert taught(None)[0] == (frame["customer"] == "C1").sum()
