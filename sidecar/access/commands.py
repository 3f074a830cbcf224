"""``gatehouse keys``: make, list and revoke keys of the sidecar."""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from sidecar.access import key_file
from sidecar.domain.keys import SCOPES, ApiKey, as_entry

file_option = click.option(
    "--file",
    "file",
    envvar="GATEHOUSE_API_KEYS_FILE",
    show_envvar=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The file of keys that the workers read; they see a change within a second.",
)


def _file(file: Path | None) -> Path:
    if file is None:
        raise click.UsageError("name the file of keys by --file or GATEHOUSE_API_KEYS_FILE")
    return file


@click.group()
def keys() -> None:
    """Keys of the scoring API: each with scopes, an end and, if wanted, a rate of its own."""


@keys.command()
@click.option("--name", default="n8n", show_default=True, help="Who calls; one name, one key.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(sorted(SCOPES)),
    default=("score", "classify"),
    show_default=True,
)
@click.option("--days", type=click.IntRange(0, 3650), default=365, show_default=True, help="0: has no end.")
@click.option("--per-minute", type=click.IntRange(1), help="Requests a minute of this key; default: as all.")
@file_option
def make(name: str, scopes: tuple[str, ...], days: int, per_minute: int | None, file: Path | None) -> None:
    """Print a new key once (keep it secret); its hash goes into the file, or is printed for GATEHOUSE_API_KEYS."""
    secret = "gh_" + secrets.token_urlsafe(32)
    expires = datetime.now(UTC) + timedelta(days=days) if days else None
    key = ApiKey(name, hashlib.sha256(secret.encode()).hexdigest(), frozenset(scopes), expires, per_minute)

    def add(known: tuple[ApiKey, ...]) -> tuple[ApiKey, ...]:
        if any(other.name == name for other in known):
            raise ValueError(
                f"{file} has a key {name} already; choose another name, or revoke that one first"
            )
        return (*known, key)

    try:
        if file:
            key_file.change(file, add)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"key:     {secret}")
    click.echo(f"expires: {expires.isoformat(timespec='seconds') if expires else 'never'}")
    click.echo(f"written: {file}" if file else "entry:   " + json.dumps(as_entry(key)))


@keys.command("list")
@file_option
def list_keys(file: Path | None) -> None:
    """List the keys of the file with what they may do and when they end; exit 1 when one has ended or ends in 14 days."""
    now, soon = datetime.now(UTC), False
    try:
        known = key_file.read(_file(file))
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for key in known:
        ends = "never ends" if key.expires is None else f"ends {key.expires:%Y-%m-%d}"
        if key.expires and key.expired(now + timedelta(days=14)):
            soon, ends = True, f"ENDED {key.expires:%Y-%m-%d}" if key.expired(now) else f"{ends}, SOON"
        rate = f", {key.per_minute} a minute" if key.per_minute else ""
        click.echo(f"{key.name}\t{' '.join(sorted(key.scopes))}\t{ends}{rate}")
    click.echo(f"{len(known)} keys")
    if soon:
        raise click.exceptions.Exit(1)


@keys.command()
@click.argument("name")
@file_option
def revoke(name: str, file: Path | None) -> None:
    """Take the key NAME out of the file; workers refuse it within a second."""

    def without(known: tuple[ApiKey, ...]) -> tuple[ApiKey, ...]:
        rest = tuple(key for key in known if key.name != name)
        if len(rest) == len(known):
            names = ", ".join(key.name for key in known) or "none"
            raise ValueError(f"{file} has no key {name}; it has {names}")
        return rest

    try:
        rest = key_file.change(_file(file), without)
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{name} revoked, {len(rest)} keys left")
