"""``gatehouse trace``: the whole story of an event or a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.error import URLError

import click
import odoorpc

from sidecar.tracing.story import from_log, from_odoo, told, trace_ids
from sidecar.training.connection import connect


@click.command()
@click.argument("reference")
@click.option("--url", envvar="GATEHOUSE_ODOO_URL", required=True, show_envvar=True, help="Address of Odoo.")
@click.option("--db", envvar="GATEHOUSE_ODOO_DB", required=True, show_envvar=True, help="Its database.")
@click.option(
    "--login",
    envvar="GATEHOUSE_ODOO_LOGIN",
    required=True,
    show_envvar=True,
    help="An auditor or operations manager.",
)
@click.option(
    "--key", envvar="GATEHOUSE_ODOO_KEY", required=True, show_envvar=True, help="That user's API key."
)
@click.option(
    "--sidecar-log",
    "sidecar_logs",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON log of the sidecar, to tell its requests too; once for each instance.",
)
def trace(reference: str, url: str, db: str, login: str, key: str, sidecar_logs: tuple[Path, ...]) -> None:
    """Tell what happened to REFERENCE, an event's id or a document's name such as S00042, with times in UTC."""
    story = _ask(reference, url, db, login, key)
    lines = from_odoo(story)
    for path in sidecar_logs:
        with path.open(encoding="utf-8", errors="replace") as rows:
            lines.extend(from_log(rows, trace_ids(story)))
    click.echo(told(story["document"], lines))


def _ask(reference: str, url: str, db: str, login: str, key: str) -> dict[str, Any]:
    try:
        story: dict[str, Any] = connect(url, db, login, key).execute("gatehouse.event", "story", reference)
    except odoorpc.error.RPCError as error:
        raise click.ClickException(str(error)) from error
    except (URLError, OSError) as error:
        raise click.ClickException(f"Odoo does not answer: {error}") from error
    return story
