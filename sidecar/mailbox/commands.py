"""``gatehouse mailbox``: reads the service mailbox and that of supplier documents once, or again and again."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from sidecar.mailbox import documents, service
from sidecar.mailbox.box import BoxError, opened
from sidecar.mailbox.reader import NotTaken, Reader, Report, Round
from sidecar.operations.commands import odoo_call
from sidecar.operations.keys import KEY_FILE, Key, key_of


@click.command()
@click.option("--imap-url", envvar="GATEHOUSE_IMAP_URL", required=True, show_envvar=True)
@click.option(
    "--imap-documents-url",
    envvar="GATEHOUSE_IMAP_DOCUMENTS_URL",
    default="",
    show_envvar=True,
    help="The mailbox of supplier documents; without it none is read.",
)
@click.option("--n8n-url", envvar="GATEHOUSE_N8N_URL", required=True, show_envvar=True)
@click.option("--token", envvar="GATEHOUSE_MAIL_TOKEN", required=True, show_envvar=True)
@click.option("--url", envvar="GATEHOUSE_ODOO_URL", required=True, show_envvar=True)
@click.option("--db", envvar="GATEHOUSE_ODOO_DB", required=True, show_envvar=True)
@click.option("--login", envvar="GATEHOUSE_ODOO_LOGIN", required=True, show_envvar=True, help="The bot.")
@click.option("--key", envvar="GATEHOUSE_ODOO_KEY", show_envvar=True)
@click.option("--key-file", type=KEY_FILE, envvar="GATEHOUSE_ODOO_KEY_FILE", show_envvar=True)
@click.option(
    "--every", type=click.IntRange(min=1), help="Seconds between rounds; without it one round and out."
)
def mailbox(
    imap_url: str,
    imap_documents_url: str,
    n8n_url: str,
    token: str,
    url: str,
    db: str,
    login: str,
    key: str | None,
    key_file: Path | None,
    every: int | None,
) -> None:
    """Hand unseen mails to n8n (50-triage-inbound-email), and vendors' files to Odoo; mark as seen what Odoo has.

    What cannot be read becomes an exception in Odoo, flagged in the mailbox. Whatever is down, the mail stays unseen and is tried
    again. One round exits 1 when a mail is left.
    """
    bot = key_of(key, key_file, "GATEHOUSE_ODOO_KEY")
    report, pause = reporter(url, db, login, bot), every or 1
    readers = {imap_url: Reader(service.to_n8n(n8n_url, token), report, pause, service.PURPOSE)}
    if imap_documents_url:
        hand_over = documents.to_odoo(odoo_call(url, db, login, bot))
        readers[imap_documents_url] = Reader(hand_over, report, pause, documents.PURPOSE)
    if every is not None:
        keep_on(readers, every, threading.Event())
        return
    waiting = 0
    for address, reader in readers.items():
        try:
            found = one_round(reader, address)
        except BoxError as error:
            raise click.ClickException(f"{reader.purpose.mailbox}: {error}") from error
        click.echo(f"{reader.purpose.mailbox}: {found}")
        waiting += found.waiting
    if waiting:
        raise click.exceptions.Exit(1)


def reporter(url: str, database: str, login: str, key: Key) -> Report:
    """Opens exceptions in Odoo as the bot."""
    odoo = odoo_call(url, database, login, key)

    def report(row: dict[str, Any]) -> None:
        try:
            odoo("gatehouse.exception", "report", [row])
        except click.ClickException as error:
            raise NotTaken(error.message) from error

    return report


def one_round(reader: Reader, address: str) -> Round:
    """One round over the mailbox of an address. Raises BoxError."""
    with opened(address) as box:
        return reader.round(box)


def keep_on(readers: Mapping[str, Reader], every: int, ended: threading.Event) -> None:
    """Round after round over each mailbox, until `ended` is set; one that does not answer is told, and holds up no other."""
    click.echo(
        f"reading {' and '.join(reader.purpose.mailbox for reader in readers.values())} every {every} s"
    )
    while not ended.wait(every):
        for address, reader in readers.items():
            try:
                found = one_round(reader, address)
            except BoxError as error:
                click.echo(f"{reader.purpose.mailbox}: {error}; again in {every} s", err=True)
                continue
            if found.stored or found.exceptions or found.waiting:
                click.echo(f"{reader.purpose.mailbox}: {found}")
