"""The last lines of a run name what failed, whoever ran the suite."""

from __future__ import annotations

from stack.failures import LINES, failures, reruns

PYTEST = """
....F.                                                                   [100%]
=================================== FAILURES ===================================
    def test_a_transfer_waits() -> None:
        form = asker.form(case.model, document.id)
>       expect(form.banner).to_contain_text("Held for review")
E       AssertionError: Locator expected to contain text 'Held for review'
E       Actual value: None

tests/e2e/screens/test_held.py:88: AssertionError
============================= slowest 12 durations =============================
120.02s call     tests/e2e/screens/test_held.py::test_a_transfer_waits[bill_match]
=========================== short test summary info ============================
FAILED tests/e2e/screens/test_held.py::test_a_transfer_waits[bill_match] - AssertionError: Locator expected
1 failed, 39 passed in 342.00s (0:05:42)
"""


def test_of_a_pytest_run_the_failed_test_the_place_and_the_message_are_told() -> None:
    told = failures(PYTEST)
    assert told[0].startswith("E       AssertionError: Locator expected to contain text")
    assert "tests/e2e/screens/test_held.py:88: AssertionError" in told
    assert told[-1].startswith("FAILED tests/e2e/screens/test_held.py::test_a_transfer_waits[bill_match]")
    assert not any("39 passed" in line or "durations" in line for line in told)


def test_of_odoos_runner_and_of_nodes_the_failed_tests_are_told() -> None:
    odoo = "[ 1.0 s] Odoo's tests: 803 run, 1 failed, 0 errors; log x\n  FAIL: TestKpi.test_a_held_order_counts\n"
    node = "ok 1 - signs\nnot ok 2 - refuses a wrong signature\n✖ failing tests:\n"
    assert failures(odoo) == ["  FAIL: TestKpi.test_a_held_order_counts"]
    assert failures(node) == ["not ok 2 - refuses a wrong signature", "✖ failing tests:"]


def test_a_suite_that_names_nothing_tells_its_last_lines() -> None:
    assert failures("begun\nreading\nKilled\n\n") == ["begun", "reading", "Killed"]


def test_many_failures_leave_the_summary() -> None:
    many = "\n".join(
        f"FAILED tests/unit/test_{n}.py::test_x - AssertionError: {'long ' * 99}" for n in range(99)
    )
    told = failures(many)
    assert len(told) == LINES
    assert told[-1].startswith("FAILED tests/unit/test_98.py")
    assert max(map(len, told)) <= 200


def test_a_test_that_passed_at_its_second_try_is_told_though_its_suite_passed() -> None:
    log = "...R.\nRERUN tests/e2e/screens/test_held.py::test_a_transfer_waits[bill_match]\n5 passed, 1 rerun in 9.00s\n"
    assert reruns(log) == ["tests/e2e/screens/test_held.py::test_a_transfer_waits[bill_match]"]
    assert reruns(PYTEST) == []
