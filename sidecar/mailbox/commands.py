"""``gatehouse mailbox``: reads the service mailbox once, or again and again."""

from __future__ import annotations

import threading
from typing import Any

import click

from sidecar.mailbox.box import BoxError, opened
from sidecar.mailbox.reader import NotTaken, Reader, Report, to_n8n
from sidecar.operations.commands import odoo_call


@click.command()
@click.option("--imap-url", envvar="GATEHOUSE_IMAP_URL", required=True, show_envvar=True)
@click.option("--n8n-url", envvar="GATEHOUSE_N8N_URL", required=True, show_envvar=True)
@click.option("--token", envvar="GATEHOUSE_MAIL_TOKEN", required=True, show_envvar=True)
@click.option("--url", envvar="GATEHOUSE_ODOO_URL", required=True, show_envvar=True)
@click.option("--db", envvar="GATEHOUSE_ODOO_DB", required=True, show_envvar=True)
@click.option("--login", envvar="GATEHOUSE_ODOO_LOGIN", required=True, show_envvar=True, help="The bot.")
@click.option("--key", envvar="GATEHOUSE_ODOO_KEY", required=True, show_envvar=True)
@click.option(
    "--every", type=click.IntRange(min=1), help="Seconds between rounds; without it one round and out."
)
def mailbox(
    imap_url: str, n8n_url: str, token: str, url: str, db: str, login: str, key: str, every: int | None
) -> None:
    """Hand unseen mails to n8n (50-triage-inbound-email) and mark as seen what Odoo has.

    What cannot be read becomes an exception in Odoo, flagged in the mailbox. Whatever is down, the mail stays unseen and is tried
    again. One round exits 1 when a mail is left.
    """
    reader = Reader(to_n8n(n8n_url, token), reporter(url, db, login, key), pause=every or 1)
    if every is None:
        try:
            with opened(imap_url) as box:
                found = reader.round(box)
        except BoxError as error:
            raise click.ClickException(str(error)) from error
        click.echo(str(found))
        if found.waiting:
            raise click.exceptions.Exit(1)
        return
    keep_on(reader, imap_url, every, threading.Event())


def reporter(url: str, database: str, login: str, key: str) -> Report:
    """Opens exceptions in Odoo as the bot."""
    odoo = odoo_call(url, database, login, key)

    def report(row: dict[str, Any]) -> None:
        try:
            odoo("gatehouse.exception", "report", [row])
        except click.ClickException as error:
            raise NotTaken(error.message) from error

    return report


def keep_on(reader: Reader, imap_url: str, every: int, ended: threading.Event) -> None:
    """Round after round, until `ended` is set; a mailbox that does not answer is told and tried again."""
    click.echo(f"reading the mailbox every {every} s")
    while not ended.wait(every):
        try:
            with opened(imap_url) as box:
                found = reader.round(box)
        except BoxError as error:
            click.echo(f"mailbox: {error}; again in {every} s", err=True)
            continue
        if found.stored or found.exceptions or found.waiting:
            click.echo(str(found))
