"""Asks Odoo's `gatehouse.change` before a deployment or promotion, and tells it afterwards."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError

import click
import odoorpc

from sidecar.training.connection import connect

NOT_RECORDED = "no Odoo given (--odoo-url …): the change waits for nobody and is not recorded"


def odoo_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that name the Odoo whose sign-offs count; the command gets them as `ledger`, None without."""
    names = {"odoo_url": "URL", "odoo_db": "DB", "odoo_login": "LOGIN", "odoo_key": "KEY"}

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        given = [kwargs.pop(name) for name in names]
        if any(given) and not all(given):
            raise click.UsageError("give all of --odoo-url, --odoo-db, --odoo-login and --odoo-key, or none")
        return command(*args, **kwargs, ledger=Ledger(*given) if all(given) else None)

    for name, part in reversed(names.items()):
        wrapped = click.option(
            f"--{name.replace('_', '-')}",
            name,
            envvar=f"GATEHOUSE_ODOO_{part}",
            show_envvar=True,
            help="Odoo whose sign-offs count, as its bot." if part == "URL" else None,
        )(wrapped)
    return wrapped


def mark_of(content: Any) -> str:
    """The hash that sign-offs are for: of exactly what would take effect."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True)
class Ledger:
    """The changes of one Odoo, reached as its bot."""

    url: str
    database: str
    login: str
    key: str

    def ask(self, kind: str, subject: str, mark: str, detail: str) -> str:
        """The name of the signed-off change. Raises ClickException while it waits or when it was rejected."""
        answer = self._call("request", kind, subject, mark, detail)
        if answer["state"] == "open":
            raise click.ClickException(
                f"{answer['name']} waits for {answer['waiting_for']}: run this again when they have signed it off in Odoo"
            )
        if answer["state"] == "rejected":
            raise click.ClickException(f"{answer['name']} was rejected in Odoo; its record says why")
        return str(answer["name"])

    def applied(self, kind: str, mark: str, note: str = "") -> str:
        """Write down that it took effect; returns the change's name."""
        return str(self._call("applied", kind, mark, note)["name"])

    def _call(self, method: str, *arguments: Any) -> Any:
        try:
            client = connect(self.url, self.database, self.login, self.key)
            return client.execute("gatehouse.change", method, *arguments)
        except odoorpc.error.RPCError as error:
            raise click.ClickException(f"Odoo refused: {error}") from error
        except (URLError, OSError) as error:
            raise click.ClickException(f"Odoo does not answer, nothing was changed: {error}") from error
