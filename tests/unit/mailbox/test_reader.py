"""Rounds over a mailbox: seen only after it was taken, one bad mail holds up no other."""

from __future__ import annotations

from sidecar.mailbox.message import read
from sidecar.mailbox.reader import FAILURES_IN_A_ROW, TRIES_BEFORE_A_PERSON, NotTaken, Reader
from sidecar.mailbox.service import PURPOSE

BAD = b"Subject: no sender\r\n\r\n"


def raw(number: int) -> bytes:
    """A small mail."""
    return f"From: a@b.example\r\nMessage-ID: <{number}@x>\r\n\r\nhi".encode()


class FakeBox:
    """A mailbox in memory."""

    validity = 7

    def __init__(self, *mails: bytes) -> None:
        self.mails = dict(enumerate(mails, 1))
        self.flags: dict[int, set[str]] = {uid: set() for uid in self.mails}

    def unseen(self) -> list[int]:
        return [uid for uid in self.mails if "\\Seen" not in self.flags[uid]]

    def size(self, uid: int) -> int:
        return len(self.mails[uid])

    def content(self, uid: int) -> bytes:
        return self.mails[uid]

    def mark(self, uid: int, *flags: str) -> None:
        self.flags[uid] |= set(flags)


class World:
    """n8n and Odoo as a reader meets them, and a clock."""

    def __init__(self) -> None:
        self.down = self.odoo_down = False
        self.refuse = ""
        self.taken: list[str] = []
        self.reports: list[dict[str, str]] = []
        self.now = 0.0
        self.reader = Reader(self.hand_over, self.report, pause=1, purpose=PURPOSE, clock=lambda: self.now)

    def hand_over(self, content: bytes) -> None:
        message = read(content)
        if self.down or message["message_id"] == self.refuse:
            raise NotTaken("n8n answered 500")
        self.taken.append(message["message_id"])

    def report(self, row: dict[str, str]) -> None:
        if self.odoo_down:
            raise NotTaken("Odoo does not answer")
        self.reports.append(row)


def test_what_was_taken_is_seen_and_not_taken_again() -> None:
    world, box = World(), FakeBox(raw(1), raw(2))
    assert str(world.reader.round(box)) == "2 stored, 0 to the exception queue, 0 left unseen"
    world.reader.round(box)
    assert world.taken == ["<1@x>", "<2@x>"]


def test_an_unreadable_mail_becomes_an_exception_flagged_and_the_others_go_on() -> None:
    world, box = World(), FakeBox(raw(1), BAD, raw(3))
    world.reader.round(box)
    assert world.taken == ["<1@x>", "<3@x>"]
    assert box.flags[2] == {"\\Seen", "\\Flagged"}
    [report] = world.reports
    assert "names no sender" in report["detail"]


def test_an_unreadable_mail_stays_unseen_until_odoo_has_its_exception() -> None:
    world, box = World(), FakeBox(BAD)
    world.odoo_down = True
    world.reader.round(box)
    assert box.unseen() == [1]
    world.odoo_down, world.now = False, 5.0
    world.reader.round(box)
    assert box.unseen() == []


def test_with_n8n_down_everything_stays_unseen_and_comes_later() -> None:
    world, box = World(), FakeBox(*(raw(number) for number in range(5)))
    world.down = True
    assert world.reader.round(box).waiting == 5
    world.down, world.now = False, 5.0
    assert world.reader.round(box).stored == 5
    assert len(world.taken) == 5


def test_a_receiver_that_is_down_is_not_asked_for_every_mail_of_the_box() -> None:
    world, box = World(), FakeBox(*(raw(number) for number in range(50)))
    asked: list[str] = []

    def count(content: bytes) -> None:
        asked.append(read(content)["message_id"])
        raise NotTaken("down")

    world.reader.hand_over = count
    world.reader.round(box)
    assert len(asked) == FAILURES_IN_A_ROW


def test_one_mail_that_is_never_taken_holds_up_no_other_and_is_told_to_a_person() -> None:
    world, box = World(), FakeBox(raw(1), raw(2))
    world.refuse = "<1@x>"
    for _round in range(TRIES_BEFORE_A_PERSON):
        world.reader.round(box)
        world.now += 3600
    assert world.taken == ["<2@x>"]
    assert box.unseen() == [1]
    assert [row["key"] for row in world.reports] == ["mail:<1@x>:waits"]
    world.refuse = ""
    world.reader.round(box)
    assert box.unseen() == []
