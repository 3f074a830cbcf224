"""Incoming webhooks of Slack and Teams: takes what they would take, and keeps it.

Contracts: Slack's "Sending messages using incoming webhooks" (text, answer ``ok``); Teams' Workflows trigger "When a Teams webhook
request is received" (a message with one Adaptive Card, answer 202 without a body). The address is the secret.
"""

from __future__ import annotations

import threading
from typing import Any

SLACK, TEAMS = "slack", "teams"
CARD = "application/vnd.microsoft.card.adaptive"


class Hooks:
    """What was posted since the start, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._posts: list[dict[str, Any]] = []

    def keep(self, channel: str, body: Any) -> None:
        """Write one post down."""
        with self._lock:
            self._posts.append({"channel": channel, "body": body})

    def listed(self) -> list[dict[str, Any]]:
        """Every post that was taken."""
        with self._lock:
            return list(self._posts)


def refusal(channel: str, body: Any) -> str | None:
    """Why the service would not take this post; None when it would."""
    if not isinstance(body, dict):
        return "invalid_payload"
    if channel == SLACK:
        return None if isinstance(body.get("text"), str) and body["text"].strip() else "no_text"
    cards = body.get("attachments")
    if body.get("type") != "message" or not isinstance(cards, list) or len(cards) != 1:
        return "a message with one attachment is wanted"
    card = cards[0] if isinstance(cards[0], dict) else {}
    content = card.get("content")
    if (
        card.get("contentType") != CARD
        or not isinstance(content, dict)
        or content.get("type") != "AdaptiveCard"
    ):
        return "the attachment is no Adaptive Card"
    return None
