"""A mail's draft is approved by a person, sent once by n8n, and a corrected class reaches the sidecar."""

from __future__ import annotations

import hashlib
from typing import Any
from uuid import uuid4

import pytest
import requests
import sqlalchemy as sa

from stack.client import Stack, wait_until

pytestmark = pytest.mark.e2e


def ticket(stack: Stack, email: str, order: str, subject: str = "Late delivery") -> dict[str, Any]:
    """The ticket of a mail that came in by the webhook."""
    message = {
        "message_id": f"<{uuid4()}@customer.example>",
        "sender": f"Jo <{email}>",
        "recipient": "service@shop.example",
        "subject": subject,
        "text": f"My order {order} is late, where is the delivery? It was promised for Monday and has not arrived.",
    }
    answer = requests.post(
        f"{stack.url('n8n')}/webhook/gatehouse/mail",
        json=message,
        headers={"X-Gatehouse-Token": stack.data["mail_token"]},
        timeout=90,
    )
    answer.raise_for_status()
    names = ["gatehouse_class", "gatehouse_draft_id", "gatehouse_message_id"]
    row: dict[str, Any] = stack.call("admin", "helpdesk.ticket", "read", [answer.json()["ticket_id"]], names)[
        0
    ]
    return row


@pytest.fixture
def order(partners: Stack) -> dict[str, Any]:
    """An order of a customer with an address of his own."""
    email = f"{uuid4().hex[:12]}@customer.example"
    customer = partners.call("admin", "res.partner", "create", {"name": "Reply customer", "email": email})
    number = partners.call("admin", "sale.order", "create", {"partner_id": customer})
    name = partners.call("admin", "sale.order", "read", [number], ["name"])[0]["name"]
    return {"name": name, "email": email}


def reply(stack: Stack, number: int) -> dict[str, Any]:
    names = ["state", "subject", "body", "unchanged", "to"]
    row: dict[str, Any] = stack.call("admin", "gatehouse.reply", "read", [number], names)[0]
    return row


def drafted(stack: Stack, row: dict[str, Any], right: str = "delivery_delay") -> int:
    """The draft of a ticket; a person says the class where the classifier did not."""
    if row["gatehouse_class"] != right or not row["gatehouse_draft_id"]:
        stack.call("admin", "helpdesk.ticket", "gatehouse_review", [row["id"]], right)
    return int(
        stack.call("admin", "helpdesk.ticket", "read", [row["id"]], ["gatehouse_draft_id"])[0][
            "gatehouse_draft_id"
        ][0]
    )


def test_an_approved_draft_is_sent_once_as_it_stands(partners: Stack, order: dict[str, Any]) -> None:
    row = ticket(partners, order["email"], order["name"])
    number = drafted(partners, row)
    draft = reply(partners, number)
    assert (draft["state"], draft["to"]) == ("draft", order["email"])
    assert order["name"] in draft["body"]
    assert partners.partner_saw("mails", to=order["email"]) == []
    partners.call("admin", "helpdesk.ticket", "action_gatehouse_approve", [row["id"]])
    wait_until(lambda: reply(partners, number)["state"], lambda state: state == "sent")
    [mail] = partners.partner_saw("mails", to=order["email"])
    assert mail["subject"] == draft["subject"]
    assert order["name"] in mail["text"]
    assert reply(partners, number)["unchanged"] is True


def test_a_stranger_is_told_nothing_and_an_edited_draft_leaves_as_edited(
    partners: Stack, order: dict[str, Any]
) -> None:
    stranger = f"{uuid4().hex[:12]}@elsewhere.example"
    row = ticket(partners, stranger, order["name"])
    number = drafted(partners, row)
    assert order["name"] not in reply(partners, number)["body"]
    partners.call(
        "admin", "gatehouse.reply", "write", [number], {"body": "<p>Please tell us your customer number.</p>"}
    )
    partners.call("admin", "gatehouse.reply", "action_approve", [number])
    wait_until(lambda: reply(partners, number)["state"], lambda state: state == "sent")
    [mail] = partners.partner_saw("mails", to=stranger)
    assert "Please tell us your customer number." in mail["text"]
    assert order["name"] not in mail["text"]
    assert reply(partners, number)["unchanged"] is False


def test_with_the_mail_server_down_the_reply_leaves_later_and_once(
    partners: Stack, order: dict[str, Any]
) -> None:
    row = ticket(partners, order["email"], order["name"])
    number = drafted(partners, row)
    partners.partner_mode("mail", "down")
    partners.call("admin", "gatehouse.reply", "action_approve", [number])
    domain = [("res_model", "=", "gatehouse.reply"), ("res_id", "=", number)]

    def effects() -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = partners.call(
            "admin", "gatehouse.effect", "search_read", domain, ["state", "event_id"]
        )
        return rows

    [failed] = wait_until(effects, lambda rows: bool(rows) and rows[0]["state"] == "failed")
    partners.partner_mode("mail", "ok")
    partners.call("admin", "gatehouse.event", "action_requeue", failed["event_id"][0])
    wait_until(lambda: reply(partners, number)["state"], lambda state: state == "sent")
    assert len(partners.partner_saw("mails", to=order["email"])) == 1


def test_a_corrected_class_is_feedback_joined_to_what_the_classifier_said(
    partners: Stack, order: dict[str, Any]
) -> None:
    row = ticket(partners, order["email"], order["name"])
    said = row["gatehouse_class"]
    right = "other" if said != "other" else "return"
    partners.call("admin", "helpdesk.ticket", "gatehouse_review", [row["id"]], right)
    mark = hashlib.sha256(row["gatehouse_message_id"].encode()).hexdigest()
    engine = sa.create_engine(partners.data["sidecar_env"]["GATEHOUSE_DATABASE_URL"])

    def feedback() -> list[Any]:
        with engine.connect() as connection:
            query = sa.text("SELECT check_name, outcome, comment FROM feedback WHERE event_id = :mark")
            return [tuple(found) for found in connection.execute(query, {"mark": mark})]

    assert wait_until(feedback, bool) == [("email_class", "rejected", right)]
    with engine.connect() as connection:
        query = sa.text("SELECT count(*) FROM prediction WHERE document = :mark")
        assert connection.execute(query, {"mark": mark}).scalar() == 1
    engine.dispose()
