"""Keys that a process which runs for months acts with: given once, or kept in a file that somebody renews."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

Key = Callable[[], str]
"""The key of this moment."""

KEY_FILE = click.Path(path_type=Path, dir_okay=False)
"""How a command takes the name of such a file."""


def key_of(given: str | None, file: Path | None, variable: str) -> Key:
    """The key itself, or the content of a file, which is read anew at each use: every start of the stack makes new keys.

    variable: the one that names the key, for the error. Raises click.UsageError without either; the key itself raises
    click.ClickException when its file cannot be read.
    """
    if given:
        return lambda: given
    if file is None:
        raise click.UsageError(f"give the key by {variable}, or a file that holds it by {variable}_FILE")

    def read() -> str:
        try:
            return file.read_text().strip()
        except OSError as error:
            raise click.ClickException(f"{variable}_FILE cannot be read: {error}") from error

    return read
