"""`gatehouse prompts list|evaluate|promote|rollback`: the life cycle of a prompt, the same as a model's."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from sidecar.adapters.database import Database
from sidecar.adapters.language_ledger import LanguageLedger
from sidecar.adapters.prompt_store import NAMES, read_prompt
from sidecar.config import LanguageModelConfig, read_config
from sidecar.prompts.evaluate import Figures, better
from sidecar.prompts.evaluate import evaluate as measure
from sidecar.prompts.gold import gold
from sidecar.training.registry import (
    PROMPTS,
    RegistryError,
    champion_of,
    install,
    manifest_of,
    mark,
    rollback,
    versions,
)

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
NAME = click.Choice(NAMES)


def _root(root: Path | None) -> Path:
    return root or read_config().models_dir / "prompts"


def _endpoint() -> tuple[LanguageModelConfig, LanguageLedger]:
    config = read_config()
    if not config.language_model:
        raise click.ClickException(
            "no language model is connected: set GATEHOUSE_LLM_URL and GATEHOUSE_LLM_MODEL"
        )
    return config.language_model, LanguageLedger(Database(config.database_url))


def _figures(folder: Path, name: str, endpoint: tuple[LanguageModelConfig, LanguageLedger]) -> Figures:
    found = measure(read_prompt(folder, name), *endpoint, gold())
    click.echo(
        f"{name} {mark(manifest_of(folder, PROMPTS))}: {found.used:.0%} of {found.cases} texts keep to the facts and tell "
        f"{found.told:.0%} of them; omissions of the summary {found.omissions}; refused {found.refused or 'none'}"
    )
    return found


@click.group()
def prompts() -> None:
    """List, measure, promote and roll back prompts."""


@prompts.command("list")
@click.option(
    "--prompts", "root", type=FOLDER, default=None, help="Default: prompts/ in the folder of models"
)
def list_prompts(root: Path | None) -> None:
    """List what serves and what is kept."""
    where = _root(root)
    for name in NAMES:
        folder = champion_of(where, name, PROMPTS)
        try:
            state = mark(manifest_of(folder, PROMPTS)) if folder else "none"
        except RegistryError as error:
            state = f"refused: {error}"
        click.echo(f"{name}\t{state}\tkept: {', '.join(versions(where, name)) or '-'}")


@prompts.command()
@click.argument("name", type=NAME)
@click.option("--prompt", "folder", type=FOLDER, default=None, help="Default: the one that serves")
@click.option("--json", "target", type=click.Path(path_type=Path), help="Write the figures here as JSON too")
def evaluate(name: str, folder: Path | None, target: Path | None) -> None:
    """Measure a prompt on the gold cases with the connected endpoint; its cost counts against the day's cap."""
    where = folder or champion_of(_root(None), name, PROMPTS)
    try:
        if where is None:
            raise RegistryError(f"there is no prompt {name}")
        found = _figures(where, name, _endpoint())
    except (OSError, ValueError, KeyError) as error:
        raise click.ClickException(str(error)) from error
    if target:
        target.write_text(json.dumps(asdict(found), indent=2) + "\n")


@prompts.command()
@click.argument("name", type=NAME)
@click.option("--challenger", required=True, type=FOLDER, help="Its folder: prompt.txt and manifest.json")
@click.option("--prompts", "root", type=FOLDER, default=None)
@click.option("--reason", required=True, help="Why; goes into the history")
@click.option("--force", is_flag=True, help="Promote without the figures; the history says so")
def promote(name: str, challenger: Path, root: Path | None, reason: str, force: bool) -> None:
    """Let a challenger serve. Refused when it keeps to the facts less often than the champion on the gold cases."""
    where, figures = _root(root), {"forced": True} if force else {}
    try:
        serving = champion_of(where, name, PROMPTS)
        if not force and serving:
            endpoint = _endpoint()
            old, new = _figures(serving, name, endpoint), _figures(challenger, name, endpoint)
            figures = {"champion": asdict(old), "challenger": asdict(new)}  # type: ignore[dict-item]
            if not better(new, old):
                raise click.ClickException("refused: the challenger is worse on the gold cases")
        before, after = install(where, name, challenger, reason, figures, PROMPTS)
    except (OSError, ValueError, KeyError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{name}: {after} serves{f' instead of {before}' if before else ''}")


@prompts.command("rollback")
@click.argument("name", type=NAME)
@click.option("--prompts", "root", type=FOLDER, default=None)
@click.option("--to", "version", default="", help="Default: the version that served before")
@click.option("--reason", required=True)
def roll_back(name: str, root: Path | None, version: str, reason: str) -> None:
    """Serve an earlier version again; workers change with the next request."""
    try:
        before, after = rollback(_root(root), name, reason, version, PROMPTS)
    except RegistryError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{name}: {after} serves instead of {before}")
