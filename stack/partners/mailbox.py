"""A real mail server for demo and tests: takes every mail, delivers none, and can misbehave on command."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the containers' image has no mail server: the partners run there without one
    from aiosmtpd.controller import Controller
    from aiosmtpd.smtp import SMTP, Envelope, Session

MODES = ("ok", "slow", "down", "garbage", "denied")
MAILS_KEPT = 1000
LARGEST_MAIL = 10 * 1024 * 1024


class Mailbox:
    """What arrived, and how the server behaves: an aiosmtpd handler.

    `slow` waits before it takes a mail; `down` refuses every command for the moment (421); `denied` refuses every
    receiver for good (550); `garbage` takes the mail and hangs up without an answer, so that the sender cannot know.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._mails: deque[dict[str, Any]] = deque(maxlen=MAILS_KEPT)
        self._count = 0
        self.mode, self.delay_ms = "ok", 0

    def set(self, mode: str, delay_ms: int) -> None:
        """Behave like this until the next change."""
        with self._lock:
            self.mode, self.delay_ms = mode, delay_ms

    def mails(self, receiver: str | None = None, since: int = 0) -> dict[str, Any]:
        """The kept mails, oldest first."""
        with self._lock:
            kept = [
                mail
                for mail in self._mails
                if mail["number"] > since and (receiver is None or receiver in mail["receivers"])
            ]
            return {"count": self._count, "kept": MAILS_KEPT, "mails": kept}

    # The names and arguments are aiosmtpd's.
    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse one receiver."""
        if self.mode == "down":
            return "421 4.3.2 the mail server is down"
        if self.mode == "denied":
            return "550 5.1.1 no such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one mail."""
        if self.delay_ms:
            await asyncio.sleep(self.delay_ms / 1000)
        self._keep(envelope)
        if self.mode == "garbage" and server.transport is not None:
            server.transport.abort()
        return "250 2.0.0 taken"

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = message_from_bytes(content, policy=policy.default)
        text, html = message.get_body(("plain",)), message.get_body(("html",))
        with self._lock:
            self._count += 1
            self._mails.append(
                {
                    "number": self._count,
                    "at": datetime.now(UTC).isoformat(),
                    "sender": envelope.mail_from,
                    "receivers": list(envelope.rcpt_tos),
                    "message_id": str(message["message-id"] or ""),
                    "from": str(message["from"] or ""),
                    "to": str(message["to"] or ""),
                    "reply_to": str(message["reply-to"] or ""),
                    "subject": str(message["subject"] or ""),
                    "text": text.get_content() if text else "",
                    "html": html.get_content() if html else "",
                    "attachments": [
                        {"name": part.get_filename(), "type": part.get_content_type()}
                        for part in message.walk()
                        if part.get_filename()
                    ],
                }
            )


def serve(mailbox: Mailbox, host: str, port: int) -> Controller:
    """Start the server in a thread of its own; `stop()` ends it."""
    from aiosmtpd.controller import Controller

    controller = Controller(
        mailbox, hostname=host, port=port, data_size_limit=LARGEST_MAIL, ident="gatehouse test mail server"
    )
    controller.start()
    return controller
