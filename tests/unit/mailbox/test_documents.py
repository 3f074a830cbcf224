"""Vendors' mails: each file goes to Odoo once, what is no document goes to a person, nothing is lost."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from typing import Any

import click
import pytest

from sidecar.mailbox.documents import LARGEST_FILE, PURPOSE, to_odoo
from sidecar.mailbox.message import Unreadable
from sidecar.mailbox.reader import NotTaken, Reader

from .test_reader import FakeBox


class Odoo:
    """Odoo as the mailbox meets it: keeps files by Message-ID and content."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, bytes], dict[str, Any]] = {}
        self.down, self.refuses = False, ""

    def __call__(self, model: str, method: str, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        assert (model, method) == ("gatehouse.document", "intake")
        if self.down:
            raise click.ClickException("Odoo does not answer")
        [entry] = entries
        if entry["file_name"] == self.refuses:
            return [{"status": "refused", "detail": "no thanks"}]
        key = (entry["message_id"], base64.b64decode(entry["content"]))
        known = key in self.kept
        self.kept[key] = entry
        return [{"status": "known" if known else "stored", "id": 1, "detail": "received"}]

    @property
    def names(self) -> list[str]:
        return [entry["file_name"] for entry in self.kept.values()]


def mail(*files: tuple[str, str, bytes], number: int = 1) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Message-ID"] = "Vera <vera@vendor.example>", f"<{number}@vendor>"
    message["Subject"] = "Rechnung"
    message.set_content("see the file")
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return message


PDF = ("bill.pdf", "application/pdf", b"%PDF-1.4 one")
LOGO = ("logo.png", "image/png", b"\x89PNG small")


def test_every_file_goes_to_odoo_with_its_sender_and_a_logo_does_not() -> None:
    odoo = Odoo()
    large = ("large.pdf", "application/pdf", b"%PDF" + b"x" * 3_000_000)
    photo = ("photo.jpg", "image/jpeg", b"\xff\xd8\xff" + b"y" * 50_000)
    to_odoo(odoo)(mail(PDF, LOGO, large, photo).as_bytes())
    assert odoo.names == ["bill.pdf", "large.pdf", "photo.jpg"]
    entry = odoo.kept["<1@vendor>", b"%PDF-1.4 one"]
    assert (entry["source"], entry["sender"]) == ("mailbox", "Vera <vera@vendor.example>")


def test_a_mail_that_was_passed_on_as_a_file_gives_the_files_inside() -> None:
    odoo, outer = Odoo(), mail(number=2)
    outer.add_attachment(mail(PDF))
    to_odoo(odoo)(outer.as_bytes())
    assert [
        (name, entry["message_id"]) for (name, _), entry in zip(odoo.kept, odoo.kept.values(), strict=True)
    ] == [("<2@vendor>", "<2@vendor>")]
    assert odoo.names == ["bill.pdf"]


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ((), "has no file"),
        ((LOGO,), "no file that may be a document"),
        ((("smime.p7m", "application/pkcs7-mime", b"secret"),), "is encrypted"),
    ],
)
def test_a_mail_without_a_document_is_left_to_a_person(files: tuple[Any, ...], why: str) -> None:
    odoo = Odoo()
    with pytest.raises(Unreadable, match=why):
        to_odoo(odoo)(mail(*files).as_bytes())
    assert odoo.names == []


def test_what_is_too_large_or_refused_is_named_and_the_rest_is_kept() -> None:
    odoo = Odoo()
    odoo.refuses = "odd.bin"
    huge = ("huge.pdf", "application/pdf", b"%PDF" + b"x" * LARGEST_FILE)
    odd = ("odd.bin", "application/octet-stream", b"odd")
    with pytest.raises(Unreadable) as caught:
        to_odoo(odoo)(mail(PDF, huge, odd).as_bytes())
    assert "1 of 3 files are in Odoo; huge.pdf has" in str(caught.value)
    assert "Odoo refuses odd.bin: no thanks" in str(caught.value)
    assert odoo.names == ["bill.pdf"]


def test_with_odoo_down_the_mail_stays_unseen_and_a_repeat_changes_nothing() -> None:
    odoo, reports, now = Odoo(), [], [0.0]
    reader = Reader(to_odoo(odoo), reports.append, 1, PURPOSE, clock=lambda: now[0])
    box = FakeBox(mail(PDF).as_bytes(), mail(number=2).as_bytes())
    odoo.down = True
    assert str(reader.round(box)) == "0 stored, 1 to the exception queue, 1 left unseen"
    assert box.unseen() == [1]
    odoo.down, now[0] = False, 5.0
    assert reader.round(box).stored == 1
    assert box.flags == {1: {"\\Seen"}, 2: {"\\Seen", "\\Flagged"}}
    assert [(row["category"], row["key"]) for row in reports] == [("document", "mail:<2@vendor>")]
    assert "“Rechnung” of Vera <vera@vendor.example> has no file" in reports[0]["detail"]
    to_odoo(odoo)(mail(PDF).as_bytes())
    assert odoo.names == ["bill.pdf"]


@pytest.mark.parametrize("said", [None, [], [{}], ["x"], [{"status": "stored"}, {"status": "stored"}]])
def test_an_answer_that_says_nothing_leaves_the_mail(said: Any) -> None:
    with pytest.raises(NotTaken):
        to_odoo(lambda *arguments: said)(mail(PDF).as_bytes())
