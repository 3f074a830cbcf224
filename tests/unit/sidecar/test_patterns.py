"""Weekly patterns: habits that a made-up company shows, each of which must be found within the alert budget."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from sidecar.cli import main
from sidecar.scoring.patterns import PatternModel, Week, trend, with_pasts
from sidecar.training.patterns import train_patterns
from sidecar.training.weeks import records_of, weeks_of
from tests.unit.sidecar.company import FROM, HABITS, LIMIT, lines, trade

ROLE = {
    "discount_habit": "salesperson",
    "creeping_prices": "vendor",
    "order_splitting": "buyer",
    "just_below_the_limit": "buyer",
    "duplicates": "buyer",
    "off_hours_corrections": "keeper",
    "round_number_corrections": "keeper",
}
WORDS = {
    "discount_habit": "off on average",
    "creeping_prices": "prices creep up by",
    "order_splitting": "parts of one day's purchase",
    "just_below_the_limit": "just below the limit",
    "duplicates": "repeat an item and quantity",
    "off_hours_corrections": "outside working hours",
    "round_number_corrections": "quantities are round",
}


def weeks(frame, role):
    found = weeks_of(lines(frame, role), LIMIT)
    return found[found["role"] == role].reset_index(drop=True)


@pytest.fixture(scope="module")
def model():
    honest = trade(1, 6, 8)
    return PatternModel(
        train_patterns(pd.concat([weeks(honest, role) for role in sorted(set(ROLE.values()))]))
    )


def scored(model, frame):
    found = model.score(with_pasts(records_of(frame)))
    monday = pd.to_datetime(frame["week"])
    return found, (monday - monday.min()).dt.days // 7


@pytest.mark.parametrize("kind", HABITS)
def test_a_habit_is_found_within_two_alerts_a_hundred_weeks(model, kind):
    frame = weeks(HABITS[kind](trade(100, 6, 8), "p1"), ROLE[kind])
    found, week = scored(model, frame)
    scores = np.array([entry.score for entry in found])
    bad = (frame["party"].eq("p1") & week.ge(FROM)).to_numpy()
    edge = np.quantile(scores[~bad], 0.98)
    assert (scores[bad] > edge).sum() >= 3
    worst = found[int(np.flatnonzero(bad)[scores[bad].argmax()])]
    assert any(WORDS[kind] in reason.text for reason in worst.reasons), worst


def test_a_week_is_judged_by_the_weeks_before_it_alone(model):
    frame = weeks(trade(7, 3, 6), "vendor")
    whole, _ = scored(model, frame)
    early = frame[pd.to_datetime(frame["week"]) < pd.Timestamp("2026-05-01")].reset_index(drop=True)
    part, _ = scored(model, early)
    by_week = {(r.party, r.week): e.score for r, e in zip(records_of(frame), whole, strict=True)}
    assert [by_week[r.party, r.week] for r in records_of(early)] == [entry.score for entry in part]


def test_a_week_without_documents_abstains(model):
    [found] = model.score([(Week("w", "buyer", "", "2026-01-05"), [])])
    assert found.abstained
    assert found.reasons[0].text == "no documents in this week"


def test_a_steady_creep_does_not_hide_in_its_own_spread():
    noise = np.random.default_rng(3).normal(0.0, 1.0, 12)
    assert trend([100.0 + each for each in noise], 0.1)[0] < 3.0
    t, slope = trend([100.0 + week + each for week, each in enumerate(noise)], 0.1)
    assert t > 6.0
    assert 0.8 < slope < 1.2


def test_splits_repeats_and_hours_are_counted_from_lines():
    rows = pd.DataFrame(
        [
            ("A", "2026-01-05 10:00", "bolt", 10, 300.0),
            ("B", "2026-01-05 11:00", "nut", 10, 300.0),
            ("C", "2026-01-07 23:30", "nut", 10, 460.0),
            ("D", "2026-01-09 09:00", "cap", 3, 1.0),
        ],
        columns=["document", "date", "item", "quantity", "unit_price"],
    ).assign(buyer="u", vendor="v")
    buyer = weeks_of(rows, 5000.0).set_index("role").loc["buyer"]
    assert buyer[["documents", "split", "below_limit", "repeats", "off_hours", "round"]].tolist() == [
        4,
        2,
        1,
        1,
        1,
        3,
    ]


def test_the_command_line_trains_and_scores_weeks_in_their_order(tmp_path):
    made = weeks(trade(1, 6, 8), "salesperson").assign(id=lambda frame: [f"row{at}" for at in frame.index])
    made.sample(frac=1.0, random_state=1).to_csv(tmp_path / "weeks.csv", index=False)
    run = CliRunner().invoke
    arguments = [
        "models",
        "train",
        "patterns",
        "--history",
        str(tmp_path / "weeks.csv"),
        "--output",
        str(tmp_path),
    ]
    assert run(main, arguments).exit_code == 0
    arguments = [
        "models",
        "score",
        "patterns",
        "--model",
        str(tmp_path),
        "--input",
        str(tmp_path / "weeks.csv"),
    ]
    assert run(main, [*arguments, "--output", str(tmp_path / "out.csv")]).exit_code == 0
    out = pd.read_csv(tmp_path / "out.csv")
    assert out["id"].tolist() == pd.read_csv(tmp_path / "weeks.csv")["id"].tolist()
    assert {"score", "percentile", "reasons", "abstained"} <= set(out.columns)


def test_an_unknown_role_is_refused_by_name(tmp_path):
    (tmp_path / "weeks.csv").write_text("role,party,week\nboss,p1,2026-01-05\n")
    arguments = [
        "models",
        "train",
        "patterns",
        "--history",
        str(tmp_path / "weeks.csv"),
        "--output",
        str(tmp_path),
    ]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1
    assert "unknown role boss" in result.output
