"""``gatehouse watch``: one round of comparing, for a scheduler to repeat every 15 minutes."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.error import URLError

import click
import odoorpc

from sidecar.operations.watch import drift_reports, executions_of
from sidecar.training.connection import connect
from sidecar.workflows.client import N8nClient
from sidecar.workflows.drift import compare_all
from sidecar.workflows.files import WorkflowError, read_folder

MOST_EXECUTIONS = 250


def _odoo(url: str, database: str, login: str, key: str, model: str, method: str, *arguments: Any) -> Any:
    try:
        return connect(url, database, login, key).execute(model, method, *arguments)
    except odoorpc.error.RPCError as error:
        raise click.ClickException(f"Odoo refused: {error}") from error
    except (URLError, OSError) as error:
        raise click.ClickException(f"Odoo does not answer: {error}") from error


@click.command()
@click.option("--n8n-url", envvar="GATEHOUSE_N8N_URL", required=True, show_envvar=True)
@click.option("--n8n-key", envvar="GATEHOUSE_N8N_API_KEY", required=True, show_envvar=True)
@click.option("--url", envvar="GATEHOUSE_ODOO_URL", required=True, show_envvar=True)
@click.option("--db", envvar="GATEHOUSE_ODOO_DB", required=True, show_envvar=True)
@click.option("--login", envvar="GATEHOUSE_ODOO_LOGIN", required=True, show_envvar=True, help="The bot.")
@click.option("--key", envvar="GATEHOUSE_ODOO_KEY", required=True, show_envvar=True)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("n8n-workflows"),
    show_default=True,
    envvar="GATEHOUSE_WORKFLOWS",
)
def watch(n8n_url: str, n8n_key: str, url: str, db: str, login: str, key: str, folder: Path) -> None:
    """Reconcile Odoo with n8n's executions, and report workflows that differ from the reviewed files.

    Odoo repairs what is safe and opens an exception for the rest. Exits 1 when something needs a person.
    """
    odoo = (url, db, login, key)
    try:
        client = N8nClient(n8n_url, n8n_key)
        workflows = list(client.list_workflows())
        executions = executions_of(client.executions(limit=MOST_EXECUTIONS), workflows)
        reports = drift_reports(compare_all(read_folder(folder), workflows, {}))
    except WorkflowError as error:
        raise click.ClickException(str(error)) from error
    found = _odoo(*odoo, "gatehouse.reconciliation", "reconcile", executions)
    for line in found["lines"]:
        click.echo(f"{line['outcome']}: {line['kind']} {line['name']}: {line['text']}")
    if reports:
        _odoo(*odoo, "gatehouse.exception", "report", reports)
    for report in reports:
        click.echo(f"person: {report['title']}")
    click.echo(
        f"{len(executions)} executions and {len(workflows)} workflows compared, {found['repaired']} differences "
        f"repaired, {found['person'] + len(reports)} for a person"
    )
    if found["person"] or reports:
        raise click.exceptions.Exit(1)
