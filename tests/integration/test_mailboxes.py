"""The mailboxes of the stack are those of a real IMAP server."""

from __future__ import annotations

import imaplib
import smtplib
from email.message import EmailMessage
from urllib.parse import urlsplit

import pytest

from stack.client import Stack, stopped

pytestmark = pytest.mark.integration


def mail(number: int) -> bytes:
    """A small mail."""
    message = EmailMessage()
    message["Message-ID"] = f"<mailbox-{number}@example.com>"
    message["From"], message["Subject"] = "vendor@example.com", f"delivery note {number}"
    message.set_content("enclosed")
    return message.as_bytes()


def test_a_mail_comes_in_by_lmtp_and_by_append_and_keeps_its_flags(stack: Stack) -> None:
    # whoever reads the mailbox stands still, and finds none of it afterwards
    with stopped("mailbox"):
        try:
            _goes_in_and_keeps_its_flags(stack)
        finally:
            with stack.mailbox("documents") as box:
                box.select()
                for uid in box.uid("search", "FROM", "vendor@example.com")[1][0].split():
                    box.uid("store", uid, "+FLAGS", "(\\Deleted)")
                box.expunge()


def _goes_in_and_keeps_its_flags(stack: Stack) -> None:
    address = urlsplit(stack.url("lmtp"))
    with smtplib.LMTP(str(address.hostname), int(address.port or 0)) as lmtp:
        assert lmtp.sendmail("vendor@example.com", ["documents@shop.example"], mail(1)) == {}
    stack.put_mail("documents", mail(2))
    with stack.mailbox("documents") as box:
        box.select()
        found = box.uid("search", None, "UNSEEN", "FROM", "vendor@example.com")[1][0].split()
        subjects = [box.uid("fetch", uid, "(BODY.PEEK[HEADER.FIELDS (SUBJECT)])")[1][0][1] for uid in found]
        assert [text.split(b": ")[1].strip() for text in subjects[-2:]] == [
            b"delivery note 1",
            b"delivery note 2",
        ]
        box.uid("store", found[-2], "+FLAGS", "(\\Seen)")
    with stack.mailbox("documents") as box:
        box.select()
        unseen = box.uid("search", None, "UNSEEN", "FROM", "vendor@example.com")[1][0].split()
        assert found[-1] in unseen
        assert found[-2] not in unseen


def test_a_wrong_password_and_the_other_mailboxs_password_are_refused(stack: Stack) -> None:
    address = urlsplit(stack.url("imap"))
    for word in ("wrong", stack.data["imap_passwords"]["service"]):
        box = imaplib.IMAP4(str(address.hostname), int(address.port or 0))
        with pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"):
            box.login("documents", word)
        box.shutdown()
