"""The mailbox of supplier documents: each file of a mail becomes a document in Odoo, or a person is told why not.

Files go to Odoo itself and not through n8n, whose messages end at 2 MB (docs/adr/0012).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import click

from sidecar.mailbox.message import Unreadable, read
from sidecar.mailbox.reader import LARGEST_MAIL, NotTaken, Purpose

PURPOSE = Purpose(
    "A mail brought no supplier document",
    "mailbox of supplier documents",
    "Read it there, and take a document in by hand if it holds one.",
    "21-intake-supplier-documents",
    "document",
)
#: A file that Odoo takes.
LARGEST_FILE = 20 * 1024 * 1024
#: A mail inside a mail inside a mail; a deeper one is a file.
_DEEPEST = 3
_MOST_FILES = 50
#: A smaller picture is a logo or the line under a signature.
_SMALLEST_PICTURE = 30_000
#: Parts that belong to a mail and are no document: signatures, cards, invitations, receipts, its own text.
_OF_THE_MAIL = {
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature", "application/pgp-keys", "text/vcard",
    "text/x-vcard", "text/calendar", "message/delivery-status", "message/disposition-notification", "text/rfc822-headers", "text/html",
    "application/ms-tnef",
}  # fmt: skip
_ENCRYPTED = ("application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted")


def to_odoo(odoo: Callable[..., Any]) -> Callable[[bytes], None]:
    """Hands a mail's files to Odoo one by one, each known by the Message-ID and its content, so that a repeat changes nothing."""

    def hand_over(raw: bytes) -> None:
        message = read(raw, LARGEST_MAIL)
        files = list(_files(message, 1))
        if not files:
            raise Unreadable(_why_none(message))
        if len(files) > _MOST_FILES:
            raise Unreadable(f"it has more than {_MOST_FILES} files")
        refused = [why for file in files if (why := _intake(odoo, message, file))]
        if refused:
            raise Unreadable(
                f"{len(files) - len(refused)} of {len(files)} files are in Odoo; " + "; ".join(refused)
            )

    return hand_over


def _intake(odoo: Callable[..., Any], message: dict[str, Any], file: dict[str, Any]) -> str:
    """Why Odoo refuses the file, empty when it keeps it. Raises NotTaken."""
    if not 0 < file["size"] <= LARGEST_FILE:
        return f"{file['name']} has {file['size']} bytes, where 1 to {LARGEST_FILE} are taken"
    entry = {
        "source": "mailbox",
        "message_id": message["message_id"],
        "sender": message["sender"],
        "file_name": file["name"],
        "content": file["content"],
    }
    try:
        [answer] = odoo("gatehouse.document", "intake", [entry])
        status = answer["status"]
    except click.ClickException as error:
        raise NotTaken(error.message) from error
    except (TypeError, KeyError, ValueError) as error:
        raise NotTaken("Odoo's answer says nothing about the file") from error
    return "" if status in ("stored", "known") else f"Odoo refuses {file['name']}: {answer.get('detail')}"


def _files(message: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    """The files that may be documents; those of a mail that was passed on as a file are its own."""
    for file in message["attachments"]:
        inner = _inside(file) if depth < _DEEPEST else None
        if inner is not None:
            yield from _files(inner, depth + 1)
        elif not _is_of_the_mail(file):
            yield file


def _inside(file: dict[str, Any]) -> dict[str, Any] | None:
    """The message of a file that is a mail with files; None for any other."""
    if file["content_type"] != "message/rfc822" and not file["name"].lower().endswith(".eml"):
        return None
    try:
        message = read(base64.b64decode(file["content"] or ""), LARGEST_MAIL)
    except Unreadable:
        return None
    return message if message["attachments"] else None


def _is_of_the_mail(file: dict[str, Any]) -> bool:
    kind = file["content_type"]
    return (
        kind in _OF_THE_MAIL
        or kind in _ENCRYPTED
        or (kind.startswith("image/") and file["size"] < _SMALLEST_PICTURE)
    )


def _why_none(message: dict[str, Any]) -> str:
    kinds = {file["content_type"] for file in message["attachments"]}
    said = f"“{message['subject'][:100]}” of {message['sender'][:100]}"
    if kinds & set(_ENCRYPTED):
        return f"{said} is encrypted; ask the sender for an open one"
    if kinds:
        return f"{said} has no file that may be a document ({', '.join(sorted(kinds))[:200]})"
    return f"{said} has no file"
