"""The flat forest is scikit-learn's forest."""

import numpy as np
import pytest
from sklearn.ensemble import IsolationForest

from sidecar.scoring.arrays import read_forest
from sidecar.training.forests import flatten


@pytest.fixture(scope="module")
def pair():
    rows = np.random.default_rng(3).normal(size=(2000, 6))
    forest = IsolationForest(n_estimators=60, random_state=3).fit(rows)
    return forest, read_forest(flatten(forest))


@pytest.mark.parametrize("count", [1, 7, 64, 500])
def test_scores_equal_sklearn(pair, count):
    rows = np.random.default_rng(count).normal(scale=2, size=(count, 6))
    assert np.abs(pair[1].score(rows) + pair[0].score_samples(rows)).max() < 1e-12


def test_values_at_the_thresholds_go_the_same_way(pair):
    cuts = np.concatenate([tree.tree_.threshold[tree.tree_.feature >= 0] for tree in pair[0].estimators_])[
        :1200
    ]
    rows = cuts.reshape(-1, 6)
    assert np.abs(pair[1].score(rows) + pair[0].score_samples(rows)).max() < 1e-12


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e300])
def test_missing_and_infinite_values_are_refused(pair, bad):
    rows = np.zeros((2, 6))
    rows[1, 3] = bad
    with pytest.raises(ValueError, match="missing or infinite"), np.errstate(over="ignore"):
        pair[1].score(rows)


def test_wrong_width_is_refused(pair):
    with pytest.raises(ValueError, match="6 features"):
        pair[1].score(np.zeros((1, 5)))


def test_attribution_names_the_odd_feature(pair):
    row = np.zeros((1, 6))
    row[0, 4] = 9.0
    assert pair[1].explain(row)[1][0].argmax() == 4


@pytest.mark.parametrize("count", [1, 3, 130])
def test_attributions_add_up_to_the_way_from_the_usual_path_to_the_rows(pair, count):
    rows = np.random.default_rng(count).normal(scale=2, size=(count, 6))
    scores, shares = pair[1].explain(rows)
    assert np.array_equal(scores, pair[1].score(rows))
    arrays = flatten(pair[0])
    usual = arrays["forest_value"][:, 0].mean()
    paths = -np.log2(scores) * arrays["forest_norm"] / len(arrays["forest_value"])
    assert np.abs(usual - shares.sum(1) - paths).max() < 1e-9


def test_a_row_alone_gets_what_it_gets_among_others(pair):
    cuts = np.concatenate([tree.tree_.threshold[tree.tree_.feature >= 0] for tree in pair[0].estimators_])
    rows = np.vstack([np.random.default_rng(9).normal(scale=3, size=(40, 6)), cuts[:240].reshape(-1, 6)])
    scores, shares = pair[1].explain(rows)
    alone = [pair[1].explain(row[None]) for row in rows]
    assert np.abs(np.concatenate([score for score, _ in alone]) - scores).max() < 1e-12
    assert np.abs(np.vstack([share for _, share in alone]) - shares).max() < 1e-12
    assert [pair[1].score(row[None])[0] for row in rows] == [score[0] for score, _ in alone]


def test_damaged_arrays_are_refused(pair):
    arrays = flatten(pair[0])
    arrays["forest_feature"] = arrays["forest_feature"] + 200
    with pytest.raises(ValueError, match="out of range"):
        read_forest(arrays)


def test_a_refit_is_equal(sales, arrays):
    from sidecar.training.line_models import train_lines

    again = train_lines("discounts", sales)
    assert all(np.array_equal(arrays[name], again[name]) for name in arrays)
