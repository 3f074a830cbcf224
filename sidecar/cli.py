"""The `gatehouse` command."""

import importlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import click

SUBJECTS = ("discounts", "purchases", "stock-moves", "orders", "payments", "lead-times", "emails", "patterns")


class LazyGroup(click.Group):
    """A group that is imported only when it is called or listed in help."""

    def __init__(self, *args: Any, lazy: dict[str, str] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self._lazy = lazy or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, without importing anything."""
        return sorted({*super().list_commands(ctx), *self._lazy})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command; a lazy one is imported now. Raises ClickException when its room is missing."""
        if cmd_name not in self._lazy:
            return super().get_command(ctx, cmd_name)
        module, _, name = self._lazy[cmd_name].partition(":")
        try:
            return getattr(importlib.import_module(module), name)  # type: ignore[no-any-return]
        except ModuleNotFoundError as error:
            raise click.ClickException(f"{cmd_name} is not installed: {error}") from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of help, where a lazy group shows its name only."""
        rows = []
        for name in self.list_commands(ctx):
            command = None if name in self._lazy else super().get_command(ctx, name)
            rows.append((name, command.get_short_help_str() if command else f"see `gatehouse {name} --help`"))
        with formatter.section("Commands"):
            formatter.write_dl(rows)


@click.group(
    cls=LazyGroup,
    lazy={
        "database": "sidecar.training.life:database",
        "audit": "sidecar.audit.commands:audit",
        "mailbox": "sidecar.mailbox.commands:mailbox",
        "documents": "sidecar.documents.commands:documents",
        "jobs": "sidecar.jobs.commands:jobs",
        "keys": "sidecar.access.commands:keys",
        "policies": "sidecar.policies.commands:policies",
        "prompts": "sidecar.prompts.commands:prompts",
        "trace": "sidecar.tracing.commands:trace",
        "watch": "sidecar.operations.commands:watch",
        "workflows": "sidecar.workflows.commands:workflows",
    },
)
def main() -> None:
    """Gatehouse: models, keys, documents, policies, workflows, traces and the audit log."""


@main.group(
    cls=LazyGroup,
    lazy={
        "challenge": "sidecar.training.challenge:challenge_model",
        "shadow": "sidecar.training.challenge:shadow",
        "drift": "sidecar.training.life:drift",
        "reviewed": "sidecar.training.life:reviewed",
        "evaluate": "sidecar.training.commands:evaluate",
        "history": "sidecar.training.commands:history",
        "promote": "sidecar.training.commands:promote",
        "rollback": "sidecar.training.commands:roll_back",
    },
)
def models() -> None:
    """Train, score, evaluate, promote, roll back, list and verify models."""


@models.command()
@click.argument("subject", type=click.Choice(SUBJECTS))
@click.option(
    "--history",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="CSV; emails: CSV or folder",
)
@click.option(
    "--odoo", is_flag=True, help="Read the history from Odoo (GATEHOUSE_ODOO_URL, _DB, _LOGIN, _KEY)"
)
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), help="Folder of models; writes a folder in it"
)
@click.option("--evaluate", "labelled", multiple=True, type=click.Path(exists=True, path_type=Path))
@click.option(
    "--source", default="own history", show_default=True, help="Source and licence for the manifest"
)
@click.option("--version", default="", help="Default: today's date")
@click.option("--trials", is_flag=True, help="Measure by kind of fault as well; trains a second time")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Rows of this day and later")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Rows before this day")
@click.option("--limit", default=0.0, help="patterns: the amount from which a document needs an approval")
@click.option(
    "--backend",
    default="",
    type=click.Choice(["", "loky", "dask"]),
    help="Spread the work: loky over this machine's cores, dask over a cluster; default one process",
)
@click.option(
    "--scheduler", default="", help="dask: tcp://host:8786; default DASK_SCHEDULER_ADDRESS or this machine"
)
def train(
    subject: str,
    history: tuple[Path, ...],
    odoo: bool,
    output: Path,
    labelled: tuple[Path, ...],
    source: str,
    version: str,
    since: datetime | None,
    until: datetime | None,
    limit: float,
    trials: bool,
    backend: str,
    scheduler: str,
) -> None:
    """Train SUBJECT and write OUTPUT/SUBJECT/model.npz, manifest.json and MODEL_CARD.md."""
    from sidecar.training.parallel import spread_over
    from sidecar.training.run import train_model

    try:
        with spread_over(backend, scheduler):
            folder, manifest = train_model(
                subject, list(history), output,
                odoo=odoo, labelled=list(labelled), source=source, version=version, say=click.echo,
                since=since, until=until, limit=limit, trials=trials,
            )  # fmt: skip
    except (ValueError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{folder}: {manifest['rows']} rows, version {manifest['version']}, metrics {manifest['metrics']}"
    )


@models.command()
@click.argument("subject", type=click.Choice(SUBJECTS))
@click.option("--model", "folder", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--input", "source", required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--output", required=True, type=click.Path(path_type=Path))
@click.option(
    "--limit", default=0.0, help="patterns, from lines: the amount from which a document needs an approval"
)
def score(subject: str, folder: Path, source: Path, output: Path, limit: float) -> None:
    """Score the rows of a CSV with a model, in their order and with their own columns.

    Adds what docs/models.md says for the subject. --model is the model's folder or the folder of models.
    """
    from sidecar.training.score import score_file

    whole = folder if (folder / "manifest.json").is_file() else folder / subject
    try:
        count = score_file(subject, whole, source, output, limit)
    except (ValueError, KeyError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{count} rows written to {output}")


def _state(folder: Path) -> tuple[dict[str, Any], str]:
    from sidecar.adapters.model_store import read_model

    try:
        manifest = json.loads((folder / "manifest.json").read_text())
        read_model(folder, manifest["name"])
    except (ValueError, KeyError, OSError, TypeError) as error:
        return {}, str(error)
    return manifest, ""


@models.command("list")
@click.option("--models", "root", type=click.Path(exists=True, path_type=Path), default=None)
def list_models(root: Path | None) -> None:
    """List the models of a folder (default: the configured one)."""
    from sidecar.config import read_config

    for path in sorted((root or read_config().models_dir).glob("*/manifest.json")):
        manifest, fault = _state(path.parent)
        line = f"{manifest['version']}\t{manifest['rows']} rows" if manifest else f"refused: {fault}"
        click.echo(f"{path.parent.name}\t{line}")


@models.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
def verify(folder: Path) -> None:
    """Check a model's hash, arrays, names and the answers it ships with; exits 1 when it would be refused."""
    manifest, fault = _state(folder)
    if fault:
        raise click.ClickException(fault)
    click.echo(f"{manifest['name']} {manifest['version']} is whole")


if __name__ == "__main__":
    main()
