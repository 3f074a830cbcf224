"""A purchase through its gate and back; a customer's mail until it is a ticket."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import requests
import sqlalchemy as sa

from stack.client import Stack, wait_until
from stack.demo import documents, mails, purchases, sales
from stack.demo.anomalies import (
    MAIL_OUTCOMES,
    MAILS,
    MISTYPED_PURCHASE,
    ORDINARY_ORDER,
    ORDINARY_PURCHASE,
    OVER_BAND_ORDER,
)


@pytest.mark.covers("20-check-purchase-order", "ordinary")
def test_an_ordinary_purchase_is_scored_once_and_free_to_receive(stack: Stack) -> None:
    order = purchases.make_order(stack, ORDINARY_PURCHASE)
    purchases.confirm(stack, order)
    purchases.wait_for(stack, order, "clear")
    check = purchases.checks(stack, order)["purchase_anomaly"]
    assert check["verdict"] == "pass"
    [event] = documents.events(stack, purchases.MODEL, order)
    [(version, score)] = wait_until(lambda: scored(stack, "purchases", event["event_id"]), bool)
    assert check["model"] == f"purchases {version}"
    assert check["score"] == pytest.approx(score, abs=1e-4), "Odoo keeps four digits"


def scored(stack: Stack, subject: str, document: str) -> list[Any]:
    """What the sidecar noted of its answers about a document."""
    engine = sa.create_engine(stack.data["sidecar_env"]["GATEHOUSE_DATABASE_URL"])
    text = sa.text("SELECT version, score FROM prediction WHERE subject = :subject AND document = :document")
    with engine.connect() as connection:
        rows = connection.execute(text, {"subject": subject, "document": document}).all()
    engine.dispose()
    return list(rows)


def test_a_mistyped_purchase_price_is_held_with_reasons(stack: Stack) -> None:
    order = purchases.make_order(stack, MISTYPED_PURCHASE)
    purchases.confirm(stack, order)
    purchases.wait_for(stack, order, "held")
    check = purchases.checks(stack, order)["purchase_anomaly"]
    assert check["verdict"] == "fail"
    assert any("114.00" in reason["text"] and "usually" in reason["text"] for reason in check["reasons"])


@pytest.mark.covers("50-triage-inbound-email", "ordinary again")
@pytest.mark.parametrize(
    ("mail", "outcome"), list(zip(MAILS, MAIL_OUTCOMES, strict=True)), ids=[word for word, _ in MAIL_OUTCOMES]
)
def test_a_mail_becomes_one_ticket_of_its_class_and_order_however_often_it_is_sent(
    stack: Stack, mail: dict[str, Any], outcome: tuple[str, str]
) -> None:
    mail = mails.fresh(mail)
    mails.send(stack, mail)
    mails.send(stack, mail)
    ticket = mails.read_ticket(stack, mail["message_id"])
    assert (ticket["gatehouse_class"], ticket["gatehouse_abstained"]) == (outcome[0], False)
    assert 0.9 < ticket["gatehouse_confidence"] <= 1
    assert ticket["gatehouse_degraded"] is False
    asked = stack.call("operations", "sale.order", "search", [("name", "=", outcome[1])])
    assert (ticket["gatehouse_order_id"] or [False])[0] == (asked[0] if outcome[1] else False)


def test_a_mail_that_names_several_orders_belongs_to_its_senders_own(stack: Stack) -> None:
    foreign, own = (sales.make_order(stack, case) for case in (OVER_BAND_ORDER, ORDINARY_ORDER))
    names = [sales.read(stack, order)["name"] for order in (foreign, own)]
    text = MAILS[0]["text"].replace("order S12450 was", f"orders S99999, {names[0]} and {names[1]} were")
    mail = mails.fresh({**MAILS[0], "subject": "Where are our orders?", "text": text})
    mails.send(stack, mail)
    assert mails.read_ticket(stack, mail["message_id"])["gatehouse_order_id"] == [own, names[1]]


@pytest.mark.covers("50-triage-inbound-email", "ordinary again")
def test_a_disputed_bill_is_one_activity_of_finance_on_the_order_however_often_it_is_sent(
    stack: Stack,
) -> None:
    email = f"{uuid4().hex[:12]}@customer.example"
    customer = documents.create(stack, "admin", "res.partner", {"name": "Disputes a bill", "email": email})
    order = documents.create(stack, "admin", "sale.order", {"partner_id": customer})
    text = MAILS[1]["text"].replace(
        "invoice INV/2026/00871 bills", f"your invoice for our order {sales.read(stack, order)['name']} bills"
    )
    mail = mails.fresh({**MAILS[1], "sender": email, "text": text})
    mails.send(stack, mail)
    mails.send(stack, mail)
    ticket = mails.read_ticket(stack, mail["message_id"])
    assert (ticket["gatehouse_class"], ticket["gatehouse_order_id"][0]) == ("billing_dispute", order)
    about = [("res_model", "=", "sale.order"), ("res_id", "=", order)]
    [activity] = stack.call("admin", "mail.activity", "search_read", about, ["summary", "note", "user_id"])
    assert activity["summary"] == f"Disputed in ticket {ticket['number']}"
    assert mail["subject"] in activity["note"]
    invoicing = stack.call(
        "admin", "ir.model.data", "check_object_reference", "account", "group_account_invoice"
    )[1]
    someone = [("id", "=", activity["user_id"][0]), ("all_group_ids", "in", [invoicing])]
    assert stack.call("admin", "res.users", "search_count", someone) == 1


def test_a_mail_without_the_token_is_refused_and_stored_nowhere(stack: Stack) -> None:
    mail = mails.fresh(MAILS[0])
    with pytest.raises(requests.HTTPError, match="403"):
        mails.send(stack, mail, token="wrong")
    with pytest.raises(ValueError, match="0 tickets"):
        mails.read_ticket(stack, mail["message_id"])
