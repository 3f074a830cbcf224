"""`gatehouse models evaluate|promote|rollback|history`: the life cycle of a model."""

import json
from pathlib import Path
from typing import Any

import click

from sidecar.governance.changes import NOT_RECORDED, Ledger, mark_of, odoo_options
from sidecar.training.judge import as_rows, better, judge, table
from sidecar.training.registry import (
    RegistryError,
    champion_of,
    install,
    manifest_of,
    mark,
    rollback,
    versions,
)

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _root(root: Path | None) -> Path:
    from sidecar.config import read_config

    return root or read_config().models_dir


def _whole(folder: Path, subject: str) -> Path:
    """The model's folder, also when the folder of models was named."""
    return folder if (folder / "manifest.json").is_file() else folder / subject


@click.command()
@click.argument("subject")
@click.option(
    "--model", "folders", required=True, multiple=True, type=FOLDER, help="More than one: side by side"
)
@click.option("--input", "labelled", required=True, type=FILE, help="CSV with outcomes (docs/models.md)")
@click.option("--json", "target", type=click.Path(path_type=Path), help="Write the figures here as JSON too")
def evaluate(subject: str, folders: tuple[Path, ...], labelled: Path, target: Path | None) -> None:
    """Measure models on a labelled file none of them was trained on, with intervals and by group."""
    rows, found = [], {}
    for folder in folders:
        try:
            name = mark(manifest_of(_whole(folder, subject)))
            figures = judge(subject, _whole(folder, subject), labelled)
        except (ValueError, KeyError, OSError) as error:
            raise click.ClickException(str(error)) from error
        rows += [(name, figure) for figure in figures]
        found[name] = as_rows(figures)
    click.echo(table(rows))
    if target:
        target.write_text(json.dumps(found, indent=2) + "\n")


@click.command()
@click.argument("subject")
@click.option("--challenger", required=True, type=FOLDER, help="Its folder, or the folder of models it is in")
@click.option("--models", "root", type=FOLDER, default=None, help="Default: the configured folder of models")
@click.option("--input", "labelled", type=FILE, help="Labelled CSV from after both were trained")
@click.option("--reason", required=True, help="Why; goes into the history")
@click.option("--force", is_flag=True, help="Promote without or against the figures; the history says so")
@odoo_options
def promote(
    subject: str,
    challenger: Path,
    root: Path | None,
    labelled: Path | None,
    reason: str,
    force: bool,
    ledger: Ledger | None,
) -> None:
    """Let a challenger serve. Refused when it is worse than the champion on the same rows.

    With an Odoo given it waits for the sign-offs that are configured there, and is recorded.
    """
    models, source = _root(root), _whole(challenger, subject)
    if not labelled and not force:
        raise click.ClickException("--input names the rows both are measured on; --force goes without")
    figures: dict[str, Any] = {"forced": True} if force else {}
    try:
        manifest = manifest_of(source)
        serving = champion_of(models, subject)
        if labelled and serving:
            champion = judge(subject, serving, labelled, groups=False)[0]
            new = judge(subject, source, labelled, groups=False)[0]
            figures |= {"champion": as_rows([champion])[0], "challenger": as_rows([new])[0]}
            click.echo(table([("champion", champion), ("challenger", new)]))
            if not better(subject, new, champion) and not force:
                text = f"{new.name} {new.value:.4f} against {champion.value:.4f}"
                raise click.ClickException(f"refused: the challenger is worse on these rows, {text}")
        detail = json.dumps({"reason": reason, **figures}, indent=2, default=str)
        if ledger:
            click.echo(ledger.ask("model", f"{subject} {mark(manifest)}", mark_of(manifest), detail))
        before, after = install(models, subject, source, reason, figures)
        if ledger:
            ledger.applied("model", mark_of(manifest), reason)
    except (ValueError, KeyError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{subject}: {after} serves{f' instead of {before}' if before else ''}")
    if not ledger:
        click.echo(NOT_RECORDED)


@click.command("rollback")
@click.argument("subject")
@click.option("--models", "root", type=FOLDER, default=None)
@click.option("--to", "version", default="", help="Default: the version that served before")
@click.option("--reason", required=True)
def roll_back(subject: str, root: Path | None, version: str, reason: str) -> None:
    """Serve an earlier version again; workers change within three seconds."""
    try:
        before, after = rollback(_root(root), subject, reason, version)
    except RegistryError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{subject}: {after} serves instead of {before}")


@click.command()
@click.option("--models", "root", type=FOLDER, default=None)
def history(root: Path | None) -> None:
    """Show who changed what, why and by which figures, and which versions are kept."""
    models = _root(root)
    path = models / ".versions" / "history.jsonl"
    for line in path.read_text().splitlines() if path.is_file() else []:
        entry = json.loads(line)
        forced = " (forced)" if (entry.get("figures") or {}).get("forced") else ""
        click.echo(
            f"{entry['at']}  {entry['subject']:11}  {entry['before'] or '-'} -> {entry['after']}{forced}: {entry['reason']}"
        )
    for folder in sorted((models / ".versions").glob("*/")):
        click.echo(f"kept of {folder.name}: {', '.join(versions(models, folder.name))}")
