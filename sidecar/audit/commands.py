"""`gatehouse audit`: checks what Odoo exported."""

from pathlib import Path

import click

from sidecar.audit.chain import BrokenChain
from sidecar.audit.chain import verify as verify_chain


@click.group()
def audit() -> None:
    """Check an export of the decision log."""


@audit.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--head", default="", help="Digest that must be in the chain, from the server's log or an earlier export"
)
def verify(file: Path, head: str) -> None:
    """Follow the hash chain of FILE; exits with 1 at the first link that does not hold.

    Without --head a log whose end was cut off looks whole.
    """
    try:
        with file.open(encoding="utf-8") as lines:
            end = verify_chain(lines, head)
    except (BrokenChain, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file}: {error}") from error
    click.echo(f"{end.number} decisions hold, head {end.digest}")
