"""`gatehouse documents`: reads supplier documents into lines of JSON, and measures how well."""

import json
from pathlib import Path

import click

from sidecar.documents.evaluate import measure, score_layouts
from sidecar.documents.extract import extract_file
from sidecar.documents.tesseract import INSTALL, find
from sidecar.documents.xml import Unreadable


@click.group()
def documents() -> None:
    """Read supplier documents: UBL, CII, Factur-X, PDF, scans and pictures, EDIFACT, CSV and XLSX."""


@documents.command()
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), help="File of JSON lines, one a document"
)
def extract(files: tuple[Path, ...], output: Path) -> None:
    """Write one JSON object a file to OUTPUT, in order.

    A file that cannot be read gives an object with `file` and `error`, and the command exits with 1 at the end.
    """
    failed = 0
    with output.open("w", encoding="utf-8") as out:
        for file in files:
            try:
                entry = {"file": str(file), **extract_file(file).as_dict()}
                del entry["candidates"]  # of use to a template alone
            except (Unreadable, OSError) as error:
                failed += 1
                entry = {"file": str(file), "error": str(error)}
                click.echo(f"{file}: {error}", err=True)
            out.write(json.dumps(entry, ensure_ascii=False) + "\n")
    click.echo(f"{len(files) - failed} of {len(files)} documents written to {output}")
    if failed:
        raise SystemExit(1)


@documents.command()
@click.argument("gold", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--scanned", is_flag=True, help="Read each file as a scan of it (needs Tesseract).")
def evaluate(gold: Path, scanned: bool) -> None:
    """Measure the reader of PDF text against GOLD, a JSON list beside its PDFs; prints a markdown table.

    Where every entry names its `layout`, the shares come with a 95 % interval over layouts.
    """
    if scanned and find() is None:
        raise click.ClickException(f"no text recognition is here; {INSTALL}")
    try:
        entries = json.loads(gold.read_text(encoding="utf-8"))
        if entries and all("layout" in entry for entry in entries):
            columns = {"files": score_layouts(entries, gold.parent, scanned)}
        else:
            halves = measure(entries, gold.parent, scanned)
            columns = {"files used while writing": halves["seen"], "unseen files": halves["unseen"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{gold}: {type(error).__name__}: {error}") from error
    click.echo(f"| | {' | '.join(columns)} |\n|{'---|' * (len(columns) + 1)}")
    for name in next(iter(columns.values())):
        click.echo(f"| {name} | {' | '.join(column[name] for column in columns.values())} |")
