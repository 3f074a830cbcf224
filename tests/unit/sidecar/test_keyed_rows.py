"""Tables of a worker: every identifier finds its own row, and nothing else does."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sidecar.scoring.arrays import LEVELS, percentile
from sidecar.scoring.keyed_rows import KeyedRows

NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)


@given(st.sets(NAMES, max_size=30), st.sets(NAMES, max_size=10))
def test_each_identifier_finds_its_own_row_and_another_none(known, asked):
    ids = ["", *known]
    rows = np.arange(len(ids) * 2.0).reshape(-1, 2)
    table = KeyedRows(np.array(ids, np.str_), rows)
    assert [table.get(key) for key in ids] == rows.tolist()
    assert table.items() == list(zip(ids, rows.tolist(), strict=True))
    assert [key for key in asked if table.get(key) is not None] == [key for key in asked if key in known]
    assert table.get("x" * 500) is None


@pytest.mark.parametrize(
    ("ids", "rows", "message"),
    [
        (["a", "b"], [[1.0], [2.0]], "no row of all"),
        ([], np.empty((0, 3)), "no row of all"),
        (["", "a", "a"], [[1.0], [2.0], [3.0]], "occurs twice"),
        (["", "a"], [[1.0], [float("nan")]], "a number is missing"),
        (["", "a"], [[1.0]], "do not fit"),
    ],
)
def test_a_damaged_table_is_refused(ids, rows, message):
    with pytest.raises(ValueError, match=message):
        KeyedRows(np.array(ids, np.str_), np.array(rows))


def test_a_score_that_much_of_the_history_shares_ranks_the_same_on_every_machine():
    quantiles = np.concatenate([np.full(50, 0.3), np.linspace(0.31, 0.9, len(LEVELS) - 50)])
    at = percentile(quantiles, 0.3)
    assert at == pytest.approx(LEVELS[49], abs=1e-9)
    assert percentile(quantiles, 0.3 - 1e-15) == pytest.approx(at, abs=1e-9)
    assert percentile(quantiles, 0.29) == 0.0
