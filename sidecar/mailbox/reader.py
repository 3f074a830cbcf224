"""Rounds over a mailbox: a mail is marked seen when Odoo has it, as a ticket, a document or an exception, and not before."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from sidecar.mailbox.message import Unreadable, message_id

LARGEST_MAIL = 40_000_000
MOST_A_ROUND = 100
#: Mails in a row that are not taken end the round: the receiver is down, not the mail wrong.
FAILURES_IN_A_ROW = 3
#: After so many tries of one mail a person is told; it stays unseen and is tried on, at least every five minutes.
TRIES_BEFORE_A_PERSON = 5
LONGEST_PAUSE = 300
Report = Callable[[dict[str, str]], None]


class Inbox(Protocol):
    """What a round needs of a mailbox."""

    validity: int

    def unseen(self) -> list[int]: ...
    def size(self, uid: int) -> int: ...
    def content(self, uid: int) -> bytes: ...
    def mark(self, uid: int, *flags: str) -> None: ...


@dataclass
class Round:
    """What became of the mails of one round."""

    stored: int = 0
    exceptions: int = 0
    waiting: int = 0

    def __str__(self) -> str:
        return f"{self.stored} stored, {self.exceptions} to the exception queue, {self.waiting} left unseen"


@dataclass
class _Trouble:
    tries: int = 0
    again_at: float = 0.0


class NotTaken(Exception):
    """The receiver did not take a mail; try again later."""


@dataclass(frozen=True)
class Purpose:
    """What a mailbox is for, as its exceptions tell it: their title, its name, what a person is to do, and where it belongs."""

    title: str
    mailbox: str
    advice: str
    workflow: str
    category: str = "other"

    def exception(self, name: str, mark: str, why: str) -> dict[str, str]:
        """The exception of a mail that waits for a person."""
        return {
            "key": f"mail:{mark}"[:500],
            "category": self.category,
            "title": self.title,
            "detail": f"The mail {name} stays in the {self.mailbox}: {why}.\n{self.advice}",
            "workflow": self.workflow,
        }


@dataclass
class Reader:
    """Hands unseen mails over, round after round.

    hand_over: gives a mail's bytes on and returns once Odoo has it, or raises NotTaken to try it again, Unreadable to leave it
    to a person; report: opens an exception in Odoo, or raises NotTaken; pause: seconds until a mail that was not taken is
    tried again, doubled each time.
    """

    hand_over: Callable[[bytes], None]
    report: Report
    pause: float
    purpose: Purpose
    clock: Callable[[], float] = time.monotonic
    _trouble: dict[tuple[int, int], _Trouble] = field(default_factory=dict)

    def round(self, box: Inbox) -> Round:
        """Go through the unseen mails once."""
        done, failures = Round(), 0
        unseen = box.unseen()
        due = [uid for uid in unseen if self._is_due((box.validity, uid))][:MOST_A_ROUND]
        for uid in due:
            try:
                self._one(box, uid, done)
                failures = 0
                self._trouble.pop((box.validity, uid), None)
            except NotTaken as error:
                failures += 1
                self._put_off(box, uid, str(error))
                if failures == FAILURES_IN_A_ROW:
                    break
        done.waiting = len(unseen) - done.stored - done.exceptions
        return done

    def _one(self, box: Inbox, uid: int, done: Round) -> None:
        size = box.size(uid)
        name, mark = f"uid {box.validity}/{uid}", f"{box.validity}-{uid}"
        try:
            if size > LARGEST_MAIL:
                raise Unreadable(f"it is larger than {LARGEST_MAIL // 1_000_000} MB")
            raw = box.content(uid)
            name = mark = message_id(raw)
            self.hand_over(raw)
        except Unreadable as error:
            self.report(self.purpose.exception(name, mark, str(error)))
            box.mark(uid, "\\Seen", "\\Flagged")
            done.exceptions += 1
        else:
            box.mark(uid, "\\Seen")
            done.stored += 1

    def _is_due(self, key: tuple[int, int]) -> bool:
        return key not in self._trouble or self._trouble[key].again_at <= self.clock()

    def _put_off(self, box: Inbox, uid: int, why: str) -> None:
        trouble = self._trouble.setdefault((box.validity, uid), _Trouble())
        trouble.tries += 1
        trouble.again_at = self.clock() + min(self.pause * 2 ** (trouble.tries - 1), LONGEST_PAUSE)
        if trouble.tries < TRIES_BEFORE_A_PERSON:
            return
        name = message_id(box.content(uid))
        try:
            why = f"it was not taken {trouble.tries} times: {why}"
            self.report(self.purpose.exception(name, f"{name}:waits", why))
        except NotTaken:
            return  # Odoo does not answer: the next try tells it
