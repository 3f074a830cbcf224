"""The carrier's booking contract and the mail server of the partner service."""

from __future__ import annotations

import base64
import io
import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pdfplumber
import pytest
from flask.testing import FlaskClient

from stack.partners.app import BOOKING_PATH, create_app
from stack.partners.mailbox import Mailbox, serve

KEY = {"Authorization": "Bearer k"}


def booking(**changes: Any) -> dict[str, Any]:
    recipient = {"name": "Azure", "street": "Way 1", "city": "Bonn", "country": "DE"}
    return {"id": "e1", "reference": "WH/OUT/1", "recipient": recipient, "weight_kg": 2.0} | changes


@pytest.fixture
def client() -> FlaskClient:
    return create_app("k", lambda seconds: None).test_client()


def book(client: FlaskClient, key: str = "k1", **changes: Any) -> Any:
    return client.post(BOOKING_PATH, json=booking(**changes), headers={**KEY, "Idempotency-Key": key})


def booked(client: FlaskClient) -> list[dict[str, Any]]:
    answer: list[dict[str, Any]] = client.get("/bookings", headers=KEY).json["bookings"]  # type: ignore[index]
    return answer


def test_a_repeated_key_is_the_same_booking_and_another_body_is_refused(client: FlaskClient) -> None:
    first = book(client).json
    assert book(client).json == first
    assert book(client, weight_kg=3.0).status_code == 409
    assert [made["key"] for made in booked(client)] == ["k1"]


def test_the_label_is_a_pdf_with_the_address(client: FlaskClient) -> None:
    label = book(client).json["label"]
    with pdfplumber.open(io.BytesIO(base64.b64decode(label["base64"]))) as pdf:
        text = pdf.pages[0].extract_text()
    assert {"Azure", "Bonn", "GHX000000001"} <= set(text.split())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"recipient": {"name": "A", "city": "B", "country": "DE"}}, "recipient.street"),
        ({"recipient": "Azure"}, "recipient"),
        ({"weight_kg": 2000}, "weight_kg"),
        ({"weight_kg": None}, "weight_kg"),
        ({"reference": ""}, "reference"),
    ],
)
def test_a_booking_that_cannot_be_names_its_field(client: FlaskClient, changes: Any, field: str) -> None:
    answer = book(client, **changes)
    assert answer.status_code == 422
    assert field in [error["field"] for error in answer.json["errors"]]
    assert not booked(client)


@pytest.mark.parametrize("mode", ["down", "garbage"])
def test_a_carrier_that_fails_after_booking_gives_the_same_booking_later(
    client: FlaskClient, mode: str
) -> None:
    client.put("/control/booking", json={"mode": mode}, headers=KEY)
    assert "tracking_number" not in (book(client).json or {})
    client.put("/control/booking", json={"mode": "ok"}, headers=KEY)
    assert book(client).json["tracking_number"] == "GHX000000001"
    assert len(booked(client)) == 1


def test_a_call_without_a_key_books_nothing(client: FlaskClient) -> None:
    assert client.post(BOOKING_PATH, json=booking(), headers=KEY).status_code == 422
    assert client.post(BOOKING_PATH, json=booking(), headers={"Idempotency-Key": "a"}).status_code == 401
    assert not booked(client)


@pytest.fixture
def mail_server() -> Iterator[tuple[Mailbox, int]]:
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = serve(mailbox, "127.0.0.1", port)
    yield mailbox, port
    controller.stop()


def send(port: int) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@shop.example", "b@customer.example", "Hallo Grüße"
    mail["Message-ID"] = "<1@shop.example>"
    mail.set_content("plain")
    mail.add_alternative("<p>rich</p>", subtype="html")
    with smtplib.SMTP("127.0.0.1", port, timeout=5) as server:
        server.send_message(mail)


def test_the_mail_server_keeps_what_it_takes(mail_server: tuple[Mailbox, int]) -> None:
    mailbox, port = mail_server
    send(port)
    (mail,) = mailbox.mails("b@customer.example")["mails"]
    assert (mail["subject"], mail["text"].strip(), mail["html"].strip()) == (
        "Hallo Grüße",
        "plain",
        "<p>rich</p>",
    )
    assert mailbox.mails("nobody@customer.example")["mails"] == []


@pytest.mark.parametrize(
    ("mode", "error", "kept"),
    [
        ("down", smtplib.SMTPRecipientsRefused, 0),
        ("denied", smtplib.SMTPRecipientsRefused, 0),
        ("garbage", smtplib.SMTPServerDisconnected, 1),
    ],
)
def test_the_mail_server_misbehaves_on_command(
    mail_server: tuple[Mailbox, int], mode: str, error: type[Exception], kept: int
) -> None:
    mailbox, port = mail_server
    mailbox.set(mode, 0)
    with pytest.raises(error):
        send(port)
    assert len(mailbox.mails()["mails"]) == kept
