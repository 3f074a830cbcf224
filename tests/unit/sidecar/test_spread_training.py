"""A training spread over a Dask cluster gives the arrays that one process gives."""

import dask
import pytest
from click.testing import CliRunner
from distributed import LocalCluster

from sidecar.cli import main
from sidecar.training.forests import train_forest
from sidecar.training.parallel import each, spread_over


def test_a_cluster_trains_the_same_model_and_its_workers_do_the_work(sales):
    here = train_forest("discounts", sales[:400], trees=8)
    with (
        LocalCluster(
            n_workers=1,
            threads_per_worker=2,
            processes=False,
            protocol="tcp",
            host="127.0.0.1",
            dashboard_address=None,
        ) as cluster,
        spread_over("dask", cluster.scheduler_address),
    ):
        there = train_forest("discounts", sales[:400], trees=8)
        asked = each(_where, [(), ()])
    assert [name for name in here if not (here[name] == there[name]).all()] == []
    assert all(asked)
    assert each(_where, [()]) == [""]


def _where() -> str:
    """The address of the worker that runs it; '' outside of a cluster."""
    from distributed import get_worker

    try:
        return str(get_worker().address)
    except ValueError:
        return ""


def test_a_scheduler_that_is_away_is_named():
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "1s"}),
        pytest.raises(OSError, match=r"127\.0\.0\.1:9"),
        spread_over("dask", "tcp://127.0.0.1:9"),
    ):
        pytest.fail("nothing answers there")


def test_the_command_trains_on_a_cluster_of_its_own_what_it_trains_alone(sales, tmp_path):
    sales[:400].rename(columns={"net": "unit_price", "party": "customer", "date": "order_date"}).to_csv(
        tmp_path / "history.csv", index=False
    )
    arrays = []
    for output, more in (("alone", ()), ("spread", ("--backend", "dask"))):
        words = [
            "models",
            "train",
            "discounts",
            "--history",
            str(tmp_path / "history.csv"),
            "--output",
            str(tmp_path / output),
            *more,
        ]
        done = CliRunner().invoke(main, words)
        assert done.exit_code == 0, done.output
        arrays.append((tmp_path / output / "discounts" / "model.npz").read_bytes())
    assert arrays[0] == arrays[1]
