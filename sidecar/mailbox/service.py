"""The service mailbox: each mail becomes a message to n8n, which makes a ticket of it."""

from __future__ import annotations

from collections.abc import Callable

import requests

from sidecar.mailbox.message import read
from sidecar.mailbox.reader import NotTaken, Purpose

PURPOSE = Purpose(
    "A mail could not become a ticket",
    "service mailbox",
    "Read it there, and open a ticket by hand if it needs one.",
    "50-triage-inbound-email",
)


def to_n8n(url: str, token: str, timeout: float = 90) -> Callable[[bytes], None]:
    """Posts a mail's message to the mail webhook, which answers 200 only after Odoo has it."""
    target = url.rstrip("/") + "/webhook/gatehouse/mail"

    def hand_over(raw: bytes) -> None:
        message = read(raw)
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
