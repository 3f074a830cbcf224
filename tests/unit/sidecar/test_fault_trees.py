"""The trees that know faults: what is put in, what they add to the forest, and what a person reads."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import average_precision_score

from sidecar.domain.lines import Line
from sidecar.scoring.evidence import Evidence, slip
from sidecar.scoring.lines import LineModel
from sidecar.scoring.memory import Memory
from sidecar.training.faults import KINDS, inject
from sidecar.training.forests import lines_of, train_forest
from sidecar.training.line_models import train_lines
from sidecar.training.record import record_of


@pytest.fixture(scope="module")
def trade() -> pd.DataFrame:
    """4,000 sales of 40 items: the list price, a fifth off from 24 units on, and now and then a tenth off."""
    rng = np.random.default_rng(11)
    item, many = rng.integers(0, 40, 4000), rng.random(4000) < 0.3
    price = np.round(3.0 + item * 0.75, 2)
    share = np.where(many, 0.8, np.where(rng.random(4000) < 0.1, 0.9, 1.0))
    return pd.DataFrame(
        {"item": [f"I{n}" for n in item], "party": [f"C{n}" for n in rng.integers(0, 60, 4000)], "category": "",
         "tier": "", "quantity": np.where(many, rng.integers(24, 60, 4000), rng.integers(1, 12, 4000)).astype(float),
         "list_price": price, "net": np.round(price * share, 2), "lead_days": np.nan,
         "date": pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(4000), unit="h")}
    )  # fmt: skip


def test_fault_trees_rank_unearned_and_mistyped_prices_above_what_the_forest_alone_does(trade, monkeypatch):
    past, later = trade[:3000], lines_of(trade[3000:])
    models = {
        "forest": LineModel("discounts", train_forest("discounts", past)),
        "trees": LineModel("discounts", train_lines("discounts", past)),
    }
    found = {name: [] for name in models}
    # a draw holds some forty faults, so one alone says little: each kind by itself, three times
    for kind in KINDS["discounts"]:
        monkeypatch.setitem(KINDS, "discounts", (kind,))
        for seed in (77, 78, 79):
            lines, marks = inject("discounts", later, 0.05, seed)
            for name, model in models.items():
                scores = [entry.score for entry in model.score(lines)]
                found[name].append(average_precision_score(marks, scores))
    assert min(found["trees"]) > 0.9, found
    assert np.mean(found["trees"]) > np.mean(found["forest"]), found


@pytest.mark.parametrize("subject", sorted(KINDS))
def test_inject_marks_exactly_the_lines_it_changed(subject):
    lines = [
        Line(str(n), f"I{n % 3}", f"V{n % 2}", quantity=float(n % 9 + 1), list_price=9.0, unit_price=5.0 + n % 4, lead_days=7.0)
        for n in range(300)
    ]  # fmt: skip
    spoilt, marks = inject(subject, lines, 0.3, 5)
    assert [a != b for a, b in zip(lines, spoilt, strict=True)] == marks.astype(bool).tolist()
    assert 30 < marks.sum() < 120


def test_the_record_says_what_an_item_goes_at(trade):
    evidence = Evidence("discounts", Memory.read(record_of("discounts", trade)))
    line = Line("x", "I4", "C1", quantity=2.0, list_price=6.0, unit_price=4.8)
    assert "4.80 a unit for 2 units; most often it goes at 6.00 (about" in evidence.text(line)
    assert "no record" in evidence.text(Line("x", "never sold", unit_price=1.0))


def test_a_dozenfold_price_is_no_distance_from_a_slip():
    assert slip(np.log(12.0)) == pytest.approx(0.0)
    assert slip(0.0) == pytest.approx(np.log(10.0))
