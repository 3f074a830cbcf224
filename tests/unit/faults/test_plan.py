"""Strikes are drawn from a seed, so that a run can be repeated."""

from __future__ import annotations

from stack.faults.plan import SCALED, catalogue, plan

PATHS = (
    "odoo-n8n", "n8n-odoo", "n8n-sidecar", "n8n-partners", "n8n-mail", "odoo-postgres", "n8n-postgres", "sidecar-postgres",
)  # fmt: skip


def test_the_same_seed_gives_the_same_strikes() -> None:
    assert plan(7, 300, 5) == plan(7, 300, 5)
    assert plan(7, 300, 5) != plan(8, 300, 5)


def test_a_long_run_strikes_with_every_fault_there_is() -> None:
    struck = {(strike.kind, strike.target, strike.how) for strike in plan(1, 600, 5)}
    assert struck == set(catalogue())


def test_strikes_lie_within_the_run() -> None:
    assert all(0 <= strike.second < 60 for strike in plan(3, 60, 2))


def test_the_profile_scale_is_struck_in_each_of_its_processes_too() -> None:
    more = set(catalogue(scale=True)) - set(catalogue())
    assert more == {("kill", name, "main") for name in SCALED}
    assert {"n8n_worker_1", "n8n_worker_2", "n8n_webhook"} <= set(SCALED)


def test_every_path_between_two_services_is_cut_and_slowed() -> None:
    struck = {
        target: {how for kind, name, how in catalogue() if (kind, name) == ("link", target)}
        for target in PATHS
    }
    assert all({"cut", "slow"} <= how for how in struck.values())
