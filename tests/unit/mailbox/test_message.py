"""What a message is made of: whatever people's mail programs send."""

from __future__ import annotations

import base64
import json
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sidecar.mailbox.message import MOST_INLINE, Unreadable, read

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[3] / "docs/contracts/mail-message.schema.json").read_text()
)


def mail(**headers: str) -> EmailMessage:
    """A mail with the usual headers."""
    message = EmailMessage()
    usual = {
        "From": "Jo <jo@customer.example>",
        "To": "service@shop.example",
        "Subject": "Where?",
        "Message-ID": "<1@x>",
    }
    for name, value in {**usual, **headers}.items():
        message[name.replace("_", "-")] = value
    return message


def checked(raw: bytes) -> dict[str, Any]:
    """The message, after the contract took it."""
    message = read(raw)
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(message)] == []
    return message


def test_a_plain_mail_in_another_zone() -> None:
    message = mail(Date="Mon, 23 Nov 2026 10:00:00 +0100", Subject="Größe  fehlt")
    message.set_content("Wo ist S00042?\n")
    assert checked(message.as_bytes()) == {
        "message_id": "<1@x>",
        "sender": "Jo <jo@customer.example>",
        "recipient": "service@shop.example",
        "subject": "Größe fehlt",
        "text": "Wo ist S00042?\n",
        "received_at": "2026-11-23T09:00:00+00:00",
        "attachments": [],
    }


def test_html_alone_is_read_as_text_and_plain_text_wins_beside_it() -> None:
    message = mail()
    message.set_content("<p>The <b>desk</b> is late</p><script>x()</script>", subtype="html")
    assert checked(message.as_bytes())["text"] == "The desk is late"
    both = mail()
    both.set_content("plain words\n")
    both.add_alternative("<p>other words</p>", subtype="html")
    assert checked(both.as_bytes())["text"] == "plain words\n"


def test_a_file_that_is_too_large_to_travel_is_named_and_left_behind() -> None:
    message = mail()
    message.set_content("two files")
    message.add_attachment(b"x" * 10, maintype="image", subtype="png", filename="small/photo.png")
    message.add_attachment(
        b"y" * (MOST_INLINE + 1), maintype="application", subtype="pdf", filename="large.pdf"
    )
    small, large = checked(message.as_bytes())["attachments"]
    assert (small["name"], small["size"], base64.b64decode(small["content"])) == (
        "small_photo.png",
        10,
        b"x" * 10,
    )
    assert (large["name"], large["size"], large["content"]) == ("large.pdf", MOST_INLINE + 1, None)


def test_a_mail_inside_a_mail_is_one_file() -> None:
    inner, outer = mail(Subject="inner"), mail()
    inner.set_content("inner text")
    outer.set_content("see below")
    outer.add_attachment(inner)
    message = checked(outer.as_bytes())
    assert message["text"] == "see below\n"
    assert [(file["name"], file["content_type"]) for file in message["attachments"]] == [
        ("attachment-1.eml", "message/rfc822")
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: no sender\r\n\r\nhi",
        b"From: nobody\r\n\r\nhi",
        b"\x00\xff\xfe garbage",
        b"",
    ],
)
def test_what_names_no_sender_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="sender"):
        read(raw)


def test_an_unknown_character_set_a_bad_date_and_no_message_id_are_read_all_the_same() -> None:
    raw = (
        b'From: a@b.example\r\nDate: soon\r\nContent-Type: text/plain; charset="x-none"\r\n\r\nhallo \xe4\r\n'
    )
    message = checked(raw)
    assert message["text"].startswith("hallo")
    assert "received_at" not in message
    assert message["message_id"] == read(raw)["message_id"]
    assert message["message_id"].endswith("@no-message-id.invalid>")


def test_a_mail_of_parts_within_parts_beyond_reason_is_unreadable_or_read_and_never_a_crash() -> None:
    head = b"From: a@b.example\r\n"
    for at in range(3000):
        head += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (at, at)
    answer(head + b"Content-Type: text/plain\r\n\r\nhi")


def answer(raw: bytes) -> None:
    """Read it, or say why not; nothing else."""
    try:
        checked(raw)
    except Unreadable as error:
        assert str(error)  # noqa: PT017


_LINES = st.sampled_from(
    [
        b"From: a@b.example", b"From: =?utf-8?q?=ff=fe?= <a@b.example>", b"From: a@b.example, c@d.example", b"Sender: x@y.example", b"Subject: =?x-none?b?AAA?=",
        b"Subject: \x00\xff", b"Date: Mon, 99 Foo 2026 99:99:99 +9999", b"Date: Mon, 23 Nov 0001 10:00:00 +2359", b"Message-ID:", b"Message-ID: <\xff>",
        b"MIME-Version: 1.0", b'Content-Type: multipart/mixed; boundary="b"', b"Content-Type: text/html; charset=utf-7", b"Content-Type: message/rfc822",
        b"Content-Type: text/plain; charset=\xff", b'Content-Type: image/png; name="../../\x00a"', b"Content-Disposition: attachment; filename*=x'y'%FF%00",
        b"Content-Disposition: attachment; filename=\xff/..", b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: uuencode",
        b"Content-Transfer-Encoding: quoted-printable", b"", b"--b", b"--b--", b"=FF=00", b"begin 666 x\n%%%", b"QUJD=", b"\xff\x00<html><b",
    ]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.one_of(_LINES, st.binary(max_size=40)), max_size=25))
def test_whatever_a_mail_program_sends_is_a_message_or_unreadable(lines: list[bytes]) -> None:
    answer(b"\r\n".join([b"From: a@b.example", *lines]))
    answer(b"\r\n".join(lines))
