"""A customer's mail handed to n8n, and the ticket that Odoo made of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import requests

from stack.client import Stack

FIELDS = [
    "number",
    "name",
    "gatehouse_class",
    "gatehouse_confidence",
    "gatehouse_abstained",
    "gatehouse_degraded",
    "gatehouse_order_id",
]


def fresh(mail: dict[str, Any]) -> dict[str, Any]:
    """The mail as one that nobody has seen: with a Message-ID of its own, from its sender's domain."""
    return {**mail, "message_id": f"<{uuid4()}@{mail['sender'].rpartition('@')[2]}>"}


def send(stack: Stack, mail: dict[str, Any], token: str | None = None) -> str:
    """Post a mail to the intake of n8n; answers its message id once Odoo has stored it.

    Raises requests.HTTPError when n8n refuses it or Odoo could not store it.
    """
    answer = requests.post(
        f"{stack.url('n8n')}/webhook/gatehouse/mail",
        json=mail,
        headers={"X-Gatehouse-Token": token or stack.data["mail_token"]},
        timeout=60,
    )
    answer.raise_for_status()
    return str(mail["message_id"])


def read_ticket(stack: Stack, message_id: str) -> dict[str, Any]:
    """The one ticket made of a message, as the operations manager sees it."""
    rows = stack.call(
        "operations", "helpdesk.ticket", "search_read", [("gatehouse_message_id", "=", message_id)], FIELDS
    )
    if len(rows) != 1:
        raise ValueError(f"{len(rows)} tickets for message {message_id}, expected one")
    return dict(rows[0])
