"""A mail in the service mailbox becomes a ticket in Odoo and is seen afterwards, whatever was down meanwhile."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from stack.client import Stack, stopped, wait_until
from tests.neighbours import away

pytestmark = pytest.mark.e2e


def mail(name: str, text: str = "Where is my order? It was promised for Monday.") -> EmailMessage:
    """A customer's mail."""
    message = EmailMessage()
    message["Message-ID"] = name
    message["From"], message["To"] = "Jo Buyer <jo@customer.example>", "service@shop.example"
    message["Subject"], message["Date"] = "Delivery is late", "Wed, 25 Nov 2026 10:00:00 +0100"
    message.set_content(text)
    return message


def flags(stack: Stack, name: str) -> list[str]:
    """The flags of each mail of that Message-ID."""
    with stack.mailbox("service") as box:
        box.select(readonly=True)
        uids = box.uid("search", "HEADER", "Message-ID", name)[1][0].split()  # type: ignore[arg-type]
        return [str(box.uid("fetch", uid, "(FLAGS)")[1][0]) for uid in uids]


def tickets(stack: Stack, name: str) -> list[dict[str, Any]]:
    names = ["name", "partner_email", "gatehouse_class", "gatehouse_left_behind", "description"]
    rows: list[dict[str, Any]] = stack.call(
        "admin", "helpdesk.ticket", "search_read", [("gatehouse_message_id", "=", name)], names
    )
    return rows


def seen(stack: Stack, name: str, count: int = 1) -> list[str]:
    return wait_until(
        lambda: flags(stack, name),
        lambda rows: len(rows) == count and all("Seen" in row for row in rows),
        180,
    )


def test_a_mail_becomes_a_ticket_with_its_file_and_is_seen_afterwards(stack: Stack) -> None:
    name = f"<{uuid4()}@customer.example>"
    message = mail(name)
    message.add_attachment(b"\x89PNG small", maintype="image", subtype="png", filename="damage.png")
    message.add_attachment(b"z" * 2_500_000, maintype="application", subtype="pdf", filename="plans.pdf")
    stack.put_mail("service", message.as_bytes())
    seen(stack, name)
    [ticket] = tickets(stack, name)
    assert (ticket["name"], ticket["partner_email"]) == ("Delivery is late", "jo@customer.example")
    assert ticket["gatehouse_left_behind"] == "plans.pdf (2.5 MB)"
    assert "promised for Monday" in ticket["description"]
    domain = [("res_model", "=", "helpdesk.ticket"), ("res_id", "=", ticket["id"])]
    files = stack.call("admin", "ir.attachment", "search_read", domain, ["name", "file_size"])
    assert [(row["name"], row["file_size"]) for row in files] == [("damage.png", 10)]


def test_the_same_message_id_twice_is_one_ticket_and_both_mails_are_seen(stack: Stack) -> None:
    name = f"<{uuid4()}@customer.example>"
    for text in ("once", "twice"):
        stack.put_mail("service", mail(name, text).as_bytes())
    seen(stack, name, count=2)
    assert len(tickets(stack, name)) == 1


def test_html_alone_is_read_and_an_unreadable_mail_beside_it_becomes_an_exception(stack: Stack) -> None:
    broken, name = f"<{uuid4()}@nowhere.example>", f"<{uuid4()}@customer.example>"
    stack.put_mail("service", f"Message-ID: {broken}\r\nSubject: no sender\r\n\r\n\x00\x01".encode())
    message = mail(name)
    message.set_content("<p>The <b>desk</b> never came.</p>", subtype="html")
    stack.put_mail("service", message.as_bytes())
    seen(stack, name)
    assert "The desk never came." in tickets(stack, name)[0]["description"]
    [marks] = seen(stack, broken)
    assert "Flagged" in marks
    domain = [("key", "=", f"mail:{broken}")]
    [row] = stack.call("operations", "gatehouse.exception", "search_read", domain, ["state", "detail"])
    assert row["state"] == "open"
    assert "names no sender" in row["detail"]
    assert tickets(stack, broken) == []


def test_with_odoo_down_a_mail_stays_unseen_and_is_taken_later(stack: Stack) -> None:
    name = f"<{uuid4()}@customer.example>"
    with away(stack, "odoo"):
        stack.put_mail("service", mail(name).as_bytes())
        log = Path(stack.data["logs"]["mailbox"])
        before = log.read_text().count("left unseen")
        wait_until(lambda: log.read_text().count("left unseen"), lambda count: count > before, 120)
        assert "Seen" not in flags(stack, name)[0]
    seen(stack, name)
    assert len(tickets(stack, name)) == 1


def test_with_the_mailbox_down_and_back_nothing_is_lost(stack: Stack) -> None:
    name = f"<{uuid4()}@customer.example>"
    log = Path(stack.data["logs"]["mailbox"])
    before = log.read_text().count("does not answer")
    with stopped("imap"):
        wait_until(lambda: log.read_text().count("does not answer"), lambda count: count > before, 60)
    stack.put_mail("service", mail(name).as_bytes())
    seen(stack, name)
    assert len(tickets(stack, name)) == 1
