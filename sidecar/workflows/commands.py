"""``gatehouse workflows``: rules, lint, format, export, deploy, diff."""

from __future__ import annotations

from pathlib import Path

import click

from sidecar.governance.changes import NOT_RECORDED, Ledger, mark_of, odoo_options
from sidecar.workflows import pages
from sidecar.workflows.deploy import deploy as run_deploy
from sidecar.workflows.deploy import make_plan
from sidecar.workflows.drift import Comparison, State, compare_all, running, to_stubs
from sidecar.workflows.environments import require_running
from sidecar.workflows.files import WorkflowError, read_folder, write_file
from sidecar.workflows.lint import lint_files
from sidecar.workflows.normal import Workflow
from sidecar.workflows.options import Target, folder_option, n8n_options, plain_errors
from sidecar.workflows.rules import RULES
from sidecar.workflows.rules.model import Rule


@click.group()
def workflows() -> None:
    """The n8n workflow files: check them, and bring them to n8n and back."""


@workflows.command()
@click.option("--examples/--no-examples", default=True, help="Show a good and a bad example of each rule.")
def rules(examples: bool) -> None:
    """List the lint rules."""
    for rule in RULES:
        click.echo(f"{rule.id}\n  {rule.text}")
        if examples:
            click.echo(f"  good: {_one_line(rule.good_text)}\n  bad:  {_one_line(rule.bad_text)}")


def _one_line(text: str) -> str:
    return " ".join(text.split())


@workflows.command()
@folder_option
@click.option("--only", multiple=True, metavar="RULE", help="Check only these rules.")
@plain_errors
def lint(folder: Path, only: tuple[str, ...]) -> None:
    """Check every workflow file by the rules; exit 1 with findings."""
    chosen = _choose(only)
    files = read_folder(folder)
    findings = lint_files(files, chosen)
    for finding in findings:
        click.echo(f"{finding.file}: {finding.rule}: {finding.message}")
    click.echo(f"{len(files)} files, {len(chosen)} rules, {len(findings)} findings")
    if findings:
        raise click.exceptions.Exit(1)


def _choose(only: tuple[str, ...]) -> list[Rule]:
    known = {rule.id for rule in RULES}
    unknown = sorted(set(only) - known)
    if unknown:
        raise WorkflowError(f"no such rule: {', '.join(unknown)}; see `gatehouse workflows rules`")
    return [rule for rule in RULES if not only or rule.id in only]


@workflows.command("format")
@folder_option
@plain_errors
def format_files(folder: Path) -> None:
    """Rewrite the files in normal form."""
    for file in read_folder(folder):
        if write_file(file.path, file.workflow):
            click.echo(f"rewrote {file.path}")


@workflows.command("pages")
@folder_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("docs/workflows"),
    show_default=True,
)
@plain_errors
def write_pages(folder: Path, output: Path) -> None:
    """Write the documentation's page of each workflow, from its note and nodes, and of the lint rules."""
    changed = pages.write(output, pages.pages(read_folder(folder), RULES))
    for name in changed:
        click.echo(f"wrote {output / name}")
    click.echo(f"{len(changed)} pages changed")


@workflows.command()
@folder_option
@n8n_options
@click.option("--draft", is_flag=True, help="Take the drafts instead of what runs.")
@click.option(
    "--id", "ids", multiple=True, help="Also take this workflow, which has no file yet; repeatable."
)
@plain_errors
def export(folder: Path, draft: bool, ids: tuple[str, ...], target: Target) -> None:
    """Write what runs in n8n over the files, in normal form."""
    client, mapping = target.client, target.credentials
    wanted: dict[str, Path | None] = {file.id: file.path for file in read_folder(folder)}
    wanted |= {workflow_id: None for workflow_id in ids if workflow_id not in wanted}
    missing = 0
    for workflow_id, known_path in wanted.items():
        remote = client.get_workflow(workflow_id)
        taken: Workflow | None = remote if draft or remote is None else running(remote)
        if taken is None:
            missing += 1
            click.echo(
                f"{known_path or workflow_id}: {'not in n8n' if remote is None else 'not active'}", err=True
            )
            continue
        path = known_path or folder / _file_name(taken)
        changed = write_file(path, to_stubs(taken, mapping))
        click.echo(f"{'wrote' if changed else 'unchanged'} {path}")
    if missing:
        raise click.exceptions.Exit(1)


def _file_name(workflow: Workflow) -> str:
    slug = "".join(c if c.isalnum() else "-" for c in str(workflow["name"]).lower()).strip("-")
    return f"{slug or workflow['id']}.json"


@workflows.command()
@folder_option
@n8n_options
@click.option(
    "--force", is_flag=True, help="Overwrite workflows that were changed by hand in n8n; needs --reason."
)
@click.option("--reason", help="Why; kept as the version's description in n8n.")
@click.option("--dry-run", is_flag=True, help="Show what would be deployed and change nothing.")
@click.option("--skip-lint", is_flag=True, help="Deploy files with lint findings (development only).")
@odoo_options
@plain_errors
def deploy(
    folder: Path,
    force: bool,
    reason: str | None,
    dry_run: bool,
    skip_lint: bool,
    target: Target,
    ledger: Ledger | None,
) -> None:
    """Bring the files to n8n and wait until it runs them.

    With an Odoo given, exactly this content waits for the sign-offs that are configured there, and is recorded. An
    environment that comes after another takes only what runs there.
    """
    if force and not (reason or "").strip():
        raise click.UsageError("--force needs --reason TEXT")
    place = target.environment
    if place and place.recorded and not ledger and not dry_run:
        raise click.UsageError(f"{place.name} takes nothing unrecorded: give --odoo-url and the rest")
    files = read_folder(folder)
    findings = [] if skip_lint else lint_files(files, list(RULES))
    if findings:
        lines = "\n".join(f"  {finding.file}: {finding.rule}: {finding.message}" for finding in findings)
        raise WorkflowError(f"the files have lint findings:\n{lines}")
    client, mapping = target.client, target.credentials
    if target.before:
        require_running(files, target.before, target.client_before().list_workflows())
    plan = make_plan(client, files, mapping)
    for file in plan.changed:
        note = " (changed by hand in n8n)" if file in plan.drifted else ""
        click.echo(f"{'would deploy' if dry_run else 'deploy'} {file.name}{note}")
    if plan.changed and not dry_run:
        names = ", ".join(file.name for file in plan.changed)
        mark = mark_of([file.workflow for file in plan.changed])
        if ledger:
            where = f"to {place.name}: {names}" if place else names
            click.echo(ledger.ask("workflow", names, mark, f"{where}\n{reason or ''}".strip()))
        run_deploy(client, plan, mapping, reason if force else None, click.echo)
        click.echo(f"{ledger.applied('workflow', mark, reason or '')} recorded" if ledger else NOT_RECORDED)
    click.echo(f"{len(plan.changed)} changed, {len(plan.unchanged)} unchanged")


@workflows.command()
@folder_option
@n8n_options
@click.option("--quiet", is_flag=True, help="Name the workflows only, without the lines.")
@plain_errors
def diff(folder: Path, quiet: bool, target: Target) -> None:
    """Compare what runs in n8n with the files; exit 1 on a difference, a draft is a notice."""
    results = compare_all(read_folder(folder), target.client.list_workflows(), target.credentials)
    for result in results:
        _show(result, quiet)
    different = sum(result.alarming for result in results)
    click.echo(f"{len(results)} compared, {different} different")
    if different:
        raise click.exceptions.Exit(1)


def _show(result: Comparison, quiet: bool) -> None:
    if result.state is State.EXTRA:
        click.echo(f"notice: {result.name} ({result.id}) runs in n8n and has no file")
    elif result.alarming:
        hand = ", changed by hand" if result.drifted else ""
        click.echo(f"{result.state.value}: {result.name} ({result.id}){hand}")
        if not quiet:
            for line in result.lines:
                click.echo(f"  {line}")
    if result.draft:
        click.echo(f"notice: {result.name} ({result.id}) has an unpublished draft")
