"""``gatehouse watch``: one round of comparing, or a process that compares again and again and shows figures."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError

import click
import odoorpc
from prometheus_client import CollectorRegistry, start_http_server

from sidecar.operations.exporter import OdooFigures, RoundFigures
from sidecar.operations.keys import KEY_FILE, Key, key_of
from sidecar.operations.rounds import Round, compare
from sidecar.training.connection import connect
from sidecar.workflows.client import N8nClient
from sidecar.workflows.environments import Environment, choose
from sidecar.workflows.files import WorkflowError
from sidecar.workflows.options import environment_options


def odoo_call(url: str, database: str, login: str, key: Key) -> Callable[..., Any]:
    """A call of Odoo as that user, connected anew each time: a key that was revoked stops working at once."""

    def call(model: str, method: str, *arguments: Any) -> Any:
        try:
            return connect(url, database, login, key()).execute(model, method, *arguments)
        except odoorpc.error.RPCError as error:
            raise click.ClickException(f"Odoo refused: {error}") from error
        except (URLError, OSError) as error:
            raise click.ClickException(f"Odoo does not answer: {error}") from error

    return call


@click.command()
@click.option("--n8n-url", envvar="GATEHOUSE_N8N_URL", show_envvar=True)
@click.option("--n8n-key", envvar="GATEHOUSE_N8N_API_KEY", show_envvar=True)
@click.option("--n8n-key-file", type=KEY_FILE, envvar="GATEHOUSE_N8N_API_KEY_FILE", show_envvar=True)
@environment_options
@click.option("--url", envvar="GATEHOUSE_ODOO_URL", required=True, show_envvar=True)
@click.option("--db", envvar="GATEHOUSE_ODOO_DB", required=True, show_envvar=True)
@click.option("--login", envvar="GATEHOUSE_ODOO_LOGIN", required=True, show_envvar=True, help="The bot.")
@click.option("--key", envvar="GATEHOUSE_ODOO_KEY", show_envvar=True)
@click.option("--key-file", type=KEY_FILE, envvar="GATEHOUSE_ODOO_KEY_FILE", show_envvar=True)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("n8n-workflows"),
    show_default=True,
    envvar="GATEHOUSE_WORKFLOWS",
)
@click.option(
    "--every", type=click.IntRange(min=10), help="Seconds between rounds; without it one round and out."
)
@click.option(
    "--metrics-port",
    type=click.IntRange(1, 65535),
    envvar="GATEHOUSE_METRICS_PORT",
    show_envvar=True,
    help="With --every: serve /metrics there.",
)
@click.option("--metrics-host", default="127.0.0.1", show_default=True)
def watch(
    n8n_url: str | None,
    n8n_key: str | None,
    n8n_key_file: Path | None,
    environment: str | None,
    environments: Path,
    url: str,
    db: str,
    login: str,
    key: str | None,
    key_file: Path | None,
    folder: Path,
    every: int | None,
    metrics_port: int | None,
    metrics_host: str,
) -> None:
    """Reconcile Odoo with n8n's executions, and report workflows that differ from the reviewed files or have none.

    Odoo repairs what is safe and opens an exception for the rest. One round exits 1 when something needs a person;
    with --every it goes on until it is ended, and a round that fails is told and tried again.
    """
    odoo = odoo_call(url, db, login, key_of(key, key_file, "GATEHOUSE_ODOO_KEY"))
    place = place_of(n8n_url, environment, environments)
    own_key = os.environ.get(place.key_variable) if environment else None
    key_of_n8n = key_of(own_key or n8n_key, n8n_key_file, "GATEHOUSE_N8N_API_KEY")

    def once() -> Round:
        try:
            return compare(N8nClient(place.url, key_of_n8n()), odoo, folder, place)
        except WorkflowError as error:
            raise click.ClickException(str(error)) from error

    if every is None:
        found = once()
        show(found)
        if found.person:
            raise click.exceptions.Exit(1)
        return
    registry = CollectorRegistry()
    figures = RoundFigures(registry)
    registry.register(OdooFigures(lambda: list(odoo("gatehouse.metrics", "read_gauges"))))
    if metrics_port:
        try:
            start_http_server(metrics_port, metrics_host, registry)
        except OSError as error:
            raise click.ClickException(
                f"cannot serve figures on {metrics_host}:{metrics_port}: {error}"
            ) from error
        click.echo(f"figures on http://{metrics_host}:{metrics_port}/metrics")
    keep_on(once, figures, every, threading.Event())


def place_of(url: str | None, environment: str | None, environments: Path) -> Environment:
    """The n8n to look at: the environment of that name, or the one at an address, whose credentials have the files' ids."""
    if environment:
        try:
            return choose(environments, environment)[0]
        except WorkflowError as error:
            raise click.ClickException(str(error)) from error
    if not url:
        raise click.UsageError("name the n8n by --n8n-url, GATEHOUSE_N8N_URL or --environment NAME")
    return Environment("", url)


def keep_on(once: Callable[[], Round], figures: RoundFigures, every: int, ended: threading.Event) -> None:
    """Round after round, until `ended` is set; the first comes after one pause, when the services are up."""
    while not ended.wait(every):
        try:
            found = once()
        except click.ClickException as error:
            figures.failed.inc()
            click.echo(f"round failed, again in {every} s: {error.message}", err=True)
            continue
        figures.last.set_to_current_time()
        figures.drifted.set(found.drifted)
        figures.person.set(found.person)
        show(found)


def show(found: Round) -> None:
    """A line a difference, then the counts."""
    for line in found.lines:
        click.echo(line)
    click.echo(found.summary)
