"""A purchase through its gate and back; a customer's mail until it is a ticket."""

from __future__ import annotations

import pytest
import requests

from stack.client import Stack
from stack.demo import mails, purchases
from stack.demo.anomalies import MAILS, MISTYPED_PURCHASE, ORDINARY_PURCHASE


def test_an_ordinary_purchase_is_checked_and_free_to_receive(stack: Stack) -> None:
    order = purchases.make_order(stack, ORDINARY_PURCHASE)
    purchases.confirm(stack, order)
    purchases.wait_for(stack, order, "clear")
    assert purchases.checks(stack, order)["purchase_anomaly"]["verdict"] == "pass"


def test_a_mistyped_purchase_price_is_held_with_reasons(stack: Stack) -> None:
    order = purchases.make_order(stack, MISTYPED_PURCHASE)
    purchases.confirm(stack, order)
    purchases.wait_for(stack, order, "held")
    check = purchases.checks(stack, order)["purchase_anomaly"]
    assert check["verdict"] == "fail"
    assert any("114.00" in reason["text"] and "usually" in reason["text"] for reason in check["reasons"])


def test_a_mail_becomes_one_ticket_however_often_it_is_sent(stack: Stack) -> None:
    mail = {**MAILS[0], "message_id": "<e2e-once@example.com>"}
    mails.send(stack, mail)
    mails.send(stack, mail)
    ticket = mails.read_ticket(stack, mail["message_id"])
    assert ticket["gatehouse_class"] == "delivery_delay"
    assert ticket["gatehouse_degraded"] is False


def test_a_mail_without_the_token_is_refused_and_stored_nowhere(stack: Stack) -> None:
    mail = {**MAILS[0], "message_id": "<e2e-refused@example.com>"}
    with pytest.raises(requests.HTTPError, match="403"):
        mails.send(stack, mail, token="wrong")
    with pytest.raises(ValueError, match="0 tickets"):
        mails.read_ticket(stack, mail["message_id"])
