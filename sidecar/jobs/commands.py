"""`gatehouse jobs work|list`: the process that does what is asked for at POST /v1/jobs."""

from __future__ import annotations

import signal
import threading

import click
from sqlalchemy.exc import SQLAlchemyError

from sidecar.adapters.database import Database
from sidecar.adapters.job_board import JobBoard
from sidecar.config import read_config
from sidecar.jobs.worker import one
from sidecar.jobs.worker import work as keep_working


def open_board() -> JobBoard:
    """The configured board. Raises ClickException when its database is away."""
    try:
        return JobBoard(Database(read_config().database_url))
    except (SQLAlchemyError, RuntimeError) as error:
        raise click.ClickException(f"the sidecar's database: {error}") from error


@click.group()
def jobs() -> None:
    """Weekly patterns, training and promotion, asked for over HTTP and done here."""


@jobs.command()
@click.option("--every", type=click.FloatRange(0.2, 600), default=2.0, show_default=True, help="Seconds.")
@click.option("--seconds", type=click.IntRange(10, 86_400), default=1800, show_default=True,
              help="A job that takes longer is ended and failed.")  # fmt: skip
@click.option("--once", is_flag=True, help="Do what waits and end.")
def work(every: float, seconds: int, once: bool) -> None:
    """Do jobs one at a time, each in a process of its own, until ended.

    Reads Odoo as the account of GATEHOUSE_ODOO_URL, _DB, _LOGIN and _KEY, which needs to read alone.
    """
    board, ended = open_board(), threading.Event()
    if once:
        while one(board, seconds, click.echo):
            pass
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    keep_working(board, seconds, every, ended, click.echo)


@jobs.command("list")
@click.option("--count", type=click.IntRange(1, 1000), default=20, show_default=True)
def show(count: int) -> None:
    """Show the jobs asked for last."""
    for job in open_board().newest(count):
        click.echo(f"{job.state:8}{job.attempts:3}  {job.id}  {job.problem}".rstrip())
