"""The people of a run come to an end, and what is held for good hides nothing else."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from stack.faults import handling, selling
from stack.faults.people import Company, Refused, Work


class Odoo:
    """Answers of a person's calls, in place of Odoo: `holds` are open, `shipped` what left."""

    def __init__(self, holds: list[dict[str, Any]]) -> None:
        self.holds, self.released, self.asked = holds, [], []

    def person(self, work: Work) -> type:
        odoo = self

        class Person:
            def __init__(self, login: str) -> None:
                self.login, self.broken = login, Counter[str]()

            def try_once(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
                return odoo.answer(work, method, *args, **kwargs)

        return Person

    def answer(self, work: Work, method: str, *args: Any, **kwargs: Any) -> Any:
        if method == "search_read":
            left = next(value for name, operator, value in args[0] if operator == "not in")
            open_ = [hold for hold in self.holds if hold["id"] not in left]
            if not [hold for hold in open_ if hold["res_id"] % 4]:
                work.over.set()
            return open_[: kwargs["limit"]]
        if method == "release":
            [number] = args[0]
            self.released.append(number)
            self.holds = [hold for hold in self.holds if hold["id"] != number]
            return None
        if method == "action_recheck":
            self.asked.append(args[0])
            return True
        raise Refused("held")


@pytest.fixture
def work() -> Work:
    return Work(Company("M", [], {}), seed=1, orders=0, pause=0.0, again=12, again_every=0.0)


def test_holds_that_stay_do_not_hide_those_behind_them(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    held = [{"id": number, "res_id": 4 * number} for number in range(1, 41)]
    odoo = Odoo([*held, {"id": 41, "res_id": 161}])
    work.confirmed = {str(hold["res_id"]): hold["res_id"] for hold in odoo.holds}
    monkeypatch.setattr(handling, "Person", odoo.person(work))
    monkeypatch.setattr(work.over, "wait", lambda seconds: work.over.is_set())
    handling.release(work)
    assert odoo.released == [41]


def test_what_is_held_for_good_is_tried_again_ever_later_and_once_more_at_the_end(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    odoo, clock = Odoo([]), [0.0]

    def wait(seconds: float) -> bool:
        clock[0] += seconds
        if clock[0] > 300:
            work.over.set()
        return work.over.is_set()

    monkeypatch.setattr(handling, "Person", odoo.person(work))
    monkeypatch.setattr(handling.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(work.over, "wait", wait)
    work.to_ship = [7]
    handling.ship(work)
    # at 0, 0.5, 1.5, 3.5, 7.5, … 63.5, then once a minute until 300, and at the end
    assert sum(work.refusals.values()) == 8 + 3 + 1


def test_checks_are_asked_for_again_until_the_number_is_reached(
    work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    odoo = Odoo([])
    work.confirmed = {str(number): number for number in range(30)}
    monkeypatch.setattr(selling, "Person", odoo.person(work))
    selling.ask_again(work)
    assert [len(handful) for handful in odoo.asked] == [5, 5, 2]
    assert work.asked_again == 12
