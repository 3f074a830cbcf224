"""A long history is read whole into what is usual, and thinned where trees learn nothing more from all of it."""

import numpy as np
import pandas as pd
import pytest

from sidecar.scoring.memory import Memory
from sidecar.training import forests
from sidecar.training.boosting import thinned
from sidecar.training.forests import train_forest
from sidecar.training.histories import Groups
from sidecar.training.record import record_of


@pytest.fixture
def bought() -> pd.DataFrame:
    rng, count = np.random.default_rng(4), 600
    item, vendor = rng.integers(0, 9, count), rng.integers(0, 5, count)
    return pd.DataFrame(
        {"item": [f"I{n}" for n in item], "party": [f"V{n}" if n else "" for n in vendor], "category": "G", "tier": "",
         "quantity": rng.integers(1, 90, count).astype(float), "list_price": 0.0,
         "net": np.round(2.0 + item + rng.random(count), 2), "place": "W", "date": pd.Timestamp("2026-01-01"),
         "lead_days": np.where(rng.random(count) < 0.2, np.nan, rng.integers(1, 30, count))}
    )  # fmt: skip


def test_a_record_counted_at_once_is_what_the_lines_in_turn_give(bought):
    record, turn = Memory.read(record_of("purchases", bought)), Memory()
    for line in bought.itertuples():
        turn.add("price", line.item, np.log(line.net))
        turn.add("amount", line.party, np.log(line.net) + np.log(line.quantity))
        if not np.isnan(line.lead_days):
            turn.add("lead_place", f"{line.party}|{line.place}", np.log1p(line.lead_days))
    for table in ("price", "amount", "lead_place"):
        wanted = sorted(turn.rows(table))
        assert [row[:2] for row in sorted(record.rows(table))] == [row[:2] for row in wanted]
        assert np.allclose([row[2] for row in sorted(record.rows(table))], [row[2] for row in wanted])
        key = wanted[-1][0]
        assert record.deviation(table, key, 9.0) == pytest.approx(turn.deviation(table, key, 9.0))
    vendors = bought[(bought["item"] == "I3") & (bought["party"] != "")]["party"].nunique()
    assert record.count("vendors", "I3") == vendors


def test_pairs_seen_once_are_left_out_of_a_record_and_still_count_for_all(bought):
    few = bought.drop_duplicates(["item", "party"]).assign(item=lambda f: f["item"] + f.index.astype(str))
    both = pd.concat([bought[bought["party"] != ""], few[few["party"] != ""]])
    record = Memory.read(record_of("discounts", both, least_pairs=2))
    assert record.rows("pair")
    assert not {f"{line.party}|{line.item}" for line in few.itertuples()} & {
        row[0] for row in record.rows("pair")
    }


def test_quantiles_by_key_are_those_that_pandas_gives(bought):
    groups, values = Groups(bought["item"]), bought["net"].to_numpy()
    wanted = bought.groupby("item")["net"].quantile([0.1, 0.5]).unstack()
    assert np.allclose(np.column_stack(groups.quantiles(values, 0.1, 0.5)), wanted.to_numpy())


def test_a_long_history_is_told_whole_and_its_forest_learns_from_part_of_it(bought, monkeypatch):
    whole = train_forest("purchases", bought, trees=5)
    monkeypatch.setattr(forests, "_LONG", 500)
    monkeypatch.setattr(forests, "_MOST_ROWS", 150)
    asked = []
    monkeypatch.setattr(
        forests, "rows_of", lambda *call, own=forests.rows_of: asked.append(len(call[1])) or own(*call)
    )
    thin = train_forest("purchases", bought, trees=5)
    assert asked == [150]
    tables = [name for name in whole if name.startswith("history_")]
    assert all((whole[name] == thin[name]).all() for name in tables)


def test_thinning_keeps_the_rare_outcome_and_weights_make_up_for_the_rest():
    target = (np.arange(10_000) % 500 == 0).astype(float)
    rows, kept, weight = thinned(np.arange(10_000.0)[:, None], target, True, most=2000)
    assert kept.sum() == target.sum()
    assert len(rows) <= 2000
    assert weight[kept == 0].sum() == pytest.approx((target == 0).sum(), rel=0.01)
    assert thinned(rows, kept, True, most=2000)[2] is None
