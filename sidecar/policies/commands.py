"""``gatehouse policies``: export, apply."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import URLError

import click
import yaml

from sidecar.policies.client import OdooRefused, Policies

SIGNS = {"unchanged": " ", "new": "+", "new_version": "~", "changed_draft": "~"}
SAID = {
    "unchanged": "unchanged", "new": "new draft", "new_version": "new version as a draft", "changed_draft": "changed draft",
}  # fmt: skip


def _odoo_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for name, text in (
        ("url", "Address of Odoo."),
        ("db", "Its database."),
        ("login", "A policy author's login."),
        ("key", "That user's API key; better given by the environment."),
    ):
        variable = f"GATEHOUSE_ODOO_{name.upper()}"
        command = click.option(f"--{name}", envvar=variable, required=True, show_envvar=True, help=text)(
            command
        )
    return command


def _plain_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except OdooRefused as error:
            raise click.ClickException(str(error)) from error
        except (URLError, OSError) as error:
            raise click.ClickException(f"Odoo does not answer: {error}") from error

    return wrapped


@click.group()
def policies() -> None:
    """The company's policies as YAML files."""


@policies.command("export")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; standard output without it.",
)
@click.option("--drafts", is_flag=True, help="Drafts and those in review too.")
@_odoo_options
@_plain_errors
def export_policies(output: Path | None, drafts: bool, url: str, db: str, login: str, key: str) -> None:
    """Write the active policies as YAML."""
    states = ["active", "in_review", "draft"] if drafts else ["active"]
    documents = Policies(url, db, login, key).export(states)
    text = yaml.safe_dump({"policies": documents}, sort_keys=False, allow_unicode=True, width=100)
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"{len(documents)} policies in {output}")


@policies.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Show what would change and change nothing.")
@_odoo_options
@_plain_errors
def apply(file: Path, dry_run: bool, url: str, db: str, login: str, key: str) -> None:
    """Make drafts of what FILE says. Submitting and activating them stays with people."""
    rows = Policies(url, db, login, key).apply(read_documents(file), dry_run)
    for row in rows:
        click.echo(f"{SIGNS[row['action']]} {row['control']}: {row['name']} ({SAID[row['action']]})")
        for name, before, after in row["changes"]:
            click.echo(f"    {name}: {_short(before)} -> {_short(after)}")
    changed = sum(row["action"] != "unchanged" for row in rows)
    click.echo(f"{changed} {'would change' if dry_run else 'changed'}, {len(rows) - changed} unchanged")


def read_documents(file: Path) -> list[dict[str, Any]]:
    """The policies of a YAML file. Raises ClickException that names the place of what is wrong."""
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{file} is no YAML: {error}") from error
    rows = content.get("policies") if isinstance(content, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise click.ClickException(f'{file}: "policies" must be a list of policies')
    return [_plain(row) for row in rows]


def _plain(value: Any) -> Any:
    """YAML's dates as the text that Odoo reads."""
    if isinstance(value, dict):
        return {str(name): _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def _short(value: Any) -> str:
    if isinstance(value, list):
        return (
            "; ".join(", ".join(f"{name} {member}" for name, member in row.items()) for row in value)
            or "none"
        )
    return "nothing" if value is None or value is False else str(value)
