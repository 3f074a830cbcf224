"""The figures of a ranking agree with scikit-learn's, rows counted any number of times and ties included."""

import math

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from sidecar.training.ranking import Ranking


@pytest.mark.parametrize("seed", range(8))
def test_resampled_rows_with_ties_give_the_librarys_figures(seed):
    rng = np.random.default_rng(seed)
    truth = (rng.random(300) < 0.2).astype(int)
    score = np.round(rng.random(300) + 0.3 * truth, 1 + seed % 3)
    ranking, pick = Ranking(truth, score), rng.integers(0, 300, 300)
    times = np.bincount(pick, minlength=300)
    assert ranking.average_precision() == pytest.approx(average_precision_score(truth, score), abs=1e-12)
    assert ranking.auroc() == pytest.approx(roc_auc_score(truth, score), abs=1e-12)
    again = average_precision_score(truth[pick], score[pick])
    assert ranking.average_precision(times) == pytest.approx(again, abs=1e-12)
    assert ranking.auroc(times) == pytest.approx(roc_auc_score(truth[pick], score[pick]), abs=1e-12)


def test_one_outcome_alone_has_no_figure():
    ranking = Ranking([1, 0], [0.9, 0.1])
    assert (ranking.average_precision(), ranking.auroc()) == (1.0, 1.0)
    assert math.isnan(ranking.auroc(np.array([2, 0])))
    assert math.isnan(Ranking([0, 0], [0.9, 0.1]).average_precision())
