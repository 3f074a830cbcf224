"""``gatehouse trace``: the whole story of an event or a document."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.error import URLError

import click
import odoorpc

from sidecar.tracing.story import (
    Line,
    entries_of,
    execution_ids,
    from_log,
    from_n8n,
    from_odoo,
    told,
    trace_ids,
)
from sidecar.training.connection import connect
from sidecar.workflows.client import N8nClient
from sidecar.workflows.files import WorkflowError


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
@click.option(
    "--n8n-url",
    envvar="GATEHOUSE_N8N_URL",
    show_envvar=True,
    help="Address of n8n, to tell its executions too.",
)
@click.option(
    "--n8n-key",
    envvar="GATEHOUSE_N8N_API_KEY",
    show_envvar=True,
    help="A key that may read executions and list workflows.",
)
def trace(
    reference: str,
    url: str,
    db: str,
    login: str,
    key: str,
    sidecar_logs: tuple[Path, ...],
    n8n_url: str | None,
    n8n_key: str | None,
) -> None:
    """Tell what happened to REFERENCE, an event's id or a document's name such as S00042, with times in UTC."""
    story = _ask(reference, url, db, login, key)
    entries: list[dict[str, Any]] = []
    for path in sidecar_logs:
        with path.open(encoding="utf-8", errors="replace") as rows:
            entries.extend(entries_of(rows, trace_ids(story)))
    lines = [*from_odoo(story), *from_log(entries)]
    if n8n_url and n8n_key:
        lines.extend(_ran(N8nClient(n8n_url, n8n_key), execution_ids(story, entries)))
    click.echo(told(story["document"], lines))


def _ran(client: N8nClient, numbers: list[str]) -> list[Line]:
    """The executions that n8n still keeps; without an answer of n8n the rest of the story is told all the same."""
    try:
        found = [row for row in map(client.execution, numbers) if row]
        names = {str(row["id"]): str(row["name"]) for row in client.list_workflows()}
    except WorkflowError as error:
        click.echo(f"n8n's executions are left out: {error}", err=True)
        return []
    return list(from_n8n(found, names))


def _ask(reference: str, url: str, db: str, login: str, key: str) -> dict[str, Any]:
    try:
        story: dict[str, Any] = connect(url, db, login, key).execute("gatehouse.event", "story", reference)
    except odoorpc.error.RPCError as error:
        raise click.ClickException(str(error)) from error
    except (URLError, OSError) as error:
        raise click.ClickException(f"Odoo does not answer: {error}") from error
    return story
