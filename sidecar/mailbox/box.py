"""A mailbox by IMAP: what is unseen, one mail's bytes, and the flags that say what became of it."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

TIMEOUT = 60
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_VALIDITY = re.compile(rb"(\d+)")


class BoxError(Exception):
    """The mailbox did not answer as it has to; its text says what to look at."""


class Box:
    """An inbox that is open for one round. Mails are known by their UID."""

    def __init__(self, wire: imaplib.IMAP4) -> None:
        self._wire = wire
        self._expect("SELECT", *wire.select("INBOX"))
        found = _VALIDITY.search(b" ".join(part for part in wire.response("UIDVALIDITY")[1] or [] if part))
        self.validity = int(found[1]) if found else 0

    def unseen(self) -> list[int]:
        """The UIDs of the mails that nobody has seen, oldest first."""
        answer = self._expect("SEARCH", *self._wire.uid("SEARCH", "UNSEEN"))
        return sorted(int(uid) for uid in b" ".join(part for part in answer if part).split())

    def size(self, uid: int) -> int:
        """Bytes of a mail."""
        found = _SIZE.search(repr(self._fetch(uid, "(RFC822.SIZE)")).encode())
        return int(found[1]) if found else 0

    def content(self, uid: int) -> bytes:
        """A mail's bytes, read without marking it."""
        for part in self._fetch(uid, "(BODY.PEEK[])"):
            if isinstance(part, tuple):
                return bytes(part[1])
        raise BoxError(f"mail {uid} is gone from the mailbox")

    def mark(self, uid: int, *flags: str) -> None:
        """Add flags, such as \\Seen."""
        self._expect("STORE", *self._wire.uid("STORE", str(uid), "+FLAGS.SILENT", f"({' '.join(flags)})"))

    def _fetch(self, uid: int, what: str) -> list[object]:
        return list(self._expect("FETCH", *self._wire.uid("FETCH", str(uid), what)))

    def _expect(self, command: str, status: str, answer: Sequence[Any]) -> list[Any]:
        if status != "OK":
            raise BoxError(f"{command}: the server says {status} {answer!r}"[:300])
        return list(answer)


@contextmanager
def opened(url: str) -> Iterator[Box]:
    """The inbox of imaps://user:word@host; imap:// goes over to TLS where the server offers it.

    Raises BoxError when the server cannot be reached, refuses the login or breaks off.
    """
    at = urlsplit(url)
    if at.scheme not in ("imap", "imaps") or not at.hostname:
        raise BoxError("the mailbox's address must look like imaps://user:word@host:993")
    where = f"{at.hostname}:{at.port or (993 if at.scheme == 'imaps' else 143)}"
    try:
        with _connect(at.scheme, at.hostname, at.port) as wire:
            wire.login(unquote(at.username or ""), unquote(at.password or ""))
            yield Box(wire)
    except imaplib.IMAP4.error as error:
        raise BoxError(f"{where}: {error}") from error
    except OSError as error:
        raise BoxError(f"{where} does not answer: {error}") from error


@cache
def _authorities() -> ssl.SSLContext:
    """The machine's authorities, read once: reading them takes longer than looking into an empty mailbox."""
    return ssl.create_default_context()


def _connect(scheme: str, host: str, port: int | None) -> imaplib.IMAP4:
    if scheme == "imaps":
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=_authorities(), timeout=TIMEOUT)
    wire = imaplib.IMAP4(host, port or 143, timeout=TIMEOUT)
    if "STARTTLS" in wire.capabilities:
        wire.starttls(ssl_context=_authorities())
    return wire
