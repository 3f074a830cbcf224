"""One mail as it came, in the form of docs/contracts/mail-message.schema.json."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from datetime import UTC
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage, MIMEPart
from email.utils import parsedate_to_datetime
from typing import Any

from sidecar.domain.mail_text import plain

#: Bytes of attachments that travel inside a message to n8n, which takes 2 MB, of which base64 costs a third.
MOST_INLINE = 1_000_000
MOST_ATTACHMENTS = 50
#: Nobody reads more in a ticket.
LONGEST_TEXT = 200_000
#: What the standard library raises for headers and bodies that break the rules.
_BROKEN = (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError)


class Unreadable(Exception):
    """A mail that no message can be made of; its text says why."""


def read(raw: bytes, most_inline: int = MOST_INLINE) -> dict[str, Any]:
    """The message of a mail's bytes; files beyond `most_inline` bytes in all are named without their content.

    Raises Unreadable where it has no sender or breaks the reader.
    """
    try:
        mail = message_from_bytes(raw, policy=policy.default)
        sender = _header(mail, "from") or _header(mail, "sender")
        if "@" not in sender:
            raise Unreadable("it names no sender with an e-mail address")
        message = {
            "message_id": message_id(raw),
            "sender": sender[:320],
            "recipient": _header(mail, "to")[:320],
            "subject": _header(mail, "subject")[:2000],
            "text": _text(mail)[:LONGEST_TEXT],
            "attachments": _attachments(mail, most_inline),
        }
        received = _received(mail)
        return {**message, "received_at": received} if received else message
    except _BROKEN as error:
        raise Unreadable(f"it breaks the rules of e-mail: {type(error).__name__}: {error}") from error


def message_id(raw: bytes) -> str:
    """The Message-ID; for a mail without one the hash of its bytes, so that the same mail has the same."""
    head = raw.split(b"\r\n\r\n", 1)[0].split(b"\n\n", 1)[0]
    for line in head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ").splitlines():
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"message-id" and value.strip():
            return value.strip().decode("ascii", "replace")[:998]
    return f"<{hashlib.sha256(raw).hexdigest()}@no-message-id.invalid>"


def _header(mail: EmailMessage, name: str) -> str:
    return " ".join(str(mail[name] or "").replace("\x00", "").split())


def _text(mail: EmailMessage) -> str:
    """The plain text; without one, the text of the HTML."""
    for kind in ("plain", "html"):
        part = mail.get_body((kind,))
        if part is not None:
            text = _content(part)
            text = plain(f"<html>{text}") if kind == "html" else text
            if text.strip():
                return text.replace("\x00", "")
    return ""


def _content(part: MIMEPart) -> str:
    try:
        return str(part.get_content())
    except LookupError:  # a character set that nobody knows
        return _bytes(part).decode("utf-8", "replace")


def _bytes(part: MIMEPart) -> bytes:
    if part.get_content_type() == "message/rfc822":
        return b"".join(bytes(inner) for inner in part.iter_parts())
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _received(mail: EmailMessage) -> str:
    """The mail's date in UTC; empty where it has none or one of the far past or future."""
    try:
        at = parsedate_to_datetime(str(mail["date"]))
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC).replace(microsecond=0).isoformat()
    except (ValueError, TypeError, OverflowError):
        return ""


def _files(mail: MIMEPart) -> Iterator[MIMEPart]:
    """The parts that are files; a mail inside a mail is one file."""
    body = {id(mail.get_body((kind,))) for kind in ("plain", "html")}
    for part in mail.iter_parts() if mail.is_multipart() else []:
        if part.get_content_maintype() == "multipart":
            yield from _files(part)
        elif id(part) not in body and (part.get_filename() or part.get_content_type() not in _BODIES):
            yield part


_BODIES = ("text/plain", "text/html")


def _attachments(mail: EmailMessage, left: int) -> list[dict[str, Any]]:
    """[{"name", "content_type", "size", "sha256", "content"}]; content is base64, None where it stays in the mailbox."""
    found: list[dict[str, Any]] = []
    for number, part in enumerate(_files(mail), 1):
        if number > MOST_ATTACHMENTS:
            raise Unreadable(f"it has more than {MOST_ATTACHMENTS} attachments")
        content = _bytes(part)
        fits = len(content) <= left
        left -= len(content) if fits else 0
        suffix = ".eml" if part.get_content_type() == "message/rfc822" else ""
        name = " ".join(str(part.get_filename() or f"attachment-{number}{suffix}").split())
        found.append(
            {
                "name": name.replace("/", "_")[:200],
                "content_type": part.get_content_type()[:200],
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
                "content": base64.b64encode(content).decode() if fits else None,
            }
        )
    return found
