"""Strikes are drawn from a seed, so that a run can be repeated."""

from __future__ import annotations

from stack.faults.plan import catalogue, plan


def test_the_same_seed_gives_the_same_strikes() -> None:
    assert plan(7, 300, 5) == plan(7, 300, 5)
    assert plan(7, 300, 5) != plan(8, 300, 5)


def test_a_long_run_strikes_with_every_fault_there_is() -> None:
    struck = {(strike.kind, strike.target, strike.how) for strike in plan(1, 600, 5)}
    assert struck == set(catalogue())


def test_strikes_lie_within_the_run() -> None:
    assert all(0 <= strike.second < 60 for strike in plan(3, 60, 2))
