"""Rounds over the mailbox: a mail is marked seen when Odoo has it, as a ticket or as an exception, and not before."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import requests

from sidecar.mailbox.message import Unreadable, message_id, read

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


@dataclass
class Reader:
    """Hands unseen mails over, round after round.

    hand_over: gives a message to n8n and returns once Odoo has it, or raises NotTaken; report: opens an exception in Odoo, or
    raises NotTaken; pause: seconds until a mail that was not taken is tried again, doubled each time.
    """

    hand_over: Callable[[dict[str, Any]], None]
    report: Report
    pause: float
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
        if size > LARGEST_MAIL:
            why = f"it is larger than {LARGEST_MAIL // 1_000_000} MB"
            self.report(_exception(f"uid {box.validity}/{uid}", f"{box.validity}-{uid}", why))
        else:
            raw = box.content(uid)
            try:
                message = read(raw)
            except Unreadable as error:
                self.report(_exception(message_id(raw), message_id(raw), str(error)))
            else:
                self.hand_over(message)
                box.mark(uid, "\\Seen")
                done.stored += 1
                return
        box.mark(uid, "\\Seen", "\\Flagged")
        done.exceptions += 1

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
            self.report(_exception(name, f"{name}:waits", f"it was not taken {trouble.tries} times: {why}"))
        except NotTaken:
            return  # Odoo does not answer: the next try tells it


def _exception(name: str, mark: str, why: str) -> dict[str, str]:
    return {
        "key": f"mail:{mark}"[:500],
        "category": "other",
        "title": "A mail could not become a ticket",
        "detail": f"The mail {name} stays in the service mailbox: {why}.\nRead it there, and open a ticket by hand if it needs one.",
        "workflow": "50-triage-inbound-email",
    }


def to_n8n(url: str, token: str, timeout: float = 90) -> Callable[[dict[str, Any]], None]:
    """Posts a message to the mail webhook, which answers 200 only after Odoo has it."""
    target = url.rstrip("/") + "/webhook/gatehouse/mail"

    def hand_over(message: dict[str, Any]) -> None:
        try:
            answer = requests.post(
                target,
                json=message,
                headers={"X-Gatehouse-Token": token},
                timeout=timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise NotTaken(f"n8n does not answer: {type(error).__name__}") from error
        if answer.status_code != 200:
            raise NotTaken(f"n8n answered {answer.status_code}")
        if not _ticket_of(answer):
            raise NotTaken("n8n's answer names no ticket")

    return hand_over


def _ticket_of(answer: requests.Response) -> bool:
    try:
        body = answer.json()
    except ValueError:
        return False
    return isinstance(body, dict) and isinstance(body.get("ticket_id"), int)
