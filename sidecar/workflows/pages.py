"""The pages of docs/workflows: one a workflow, made of its sticky note and its nodes, and the lint rules with examples."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sidecar.workflows.deploy import references
from sidecar.workflows.files import WorkflowFile
from sidecar.workflows.normal import STICKY
from sidecar.workflows.rules.model import Rule

MADE = "<!-- Made by `gatehouse workflows pages`; change the workflow's note or the rule instead. -->"
RULES_PAGE = "lint-rules.md"


def page_of(file: WorkflowFile, names: dict[str, str]) -> str:
    """Markdown of one workflow. names: {workflow id: name} of every file."""
    nodes = file.workflow["nodes"]
    note = next((node for node in nodes if node["type"] == STICKY), None)
    text = str((note or {}).get("parameters", {}).get("content", "")).strip().removeprefix("## ")
    settings = file.workflow.get("settings") or {}
    callers = settings.get("errorWorkflow")
    calls = sorted(names.get(number, number) for number in references(file.workflow) - {file.id, callers})
    credentials = sorted(
        {reference["name"] for node in nodes for reference in (node.get("credentials") or {}).values()}
    )
    lines = [
        MADE,
        "",
        f"# {text or file.name}",
        "",
        f"File `n8n-workflows/{file.path.name}`, id `{file.id}`; ends after {settings.get('executionTimeout', '?')} s; a failure goes "
        f"to `{names.get(str(callers), callers or 'nobody')}`.",
        "",
        "| step | node | does |",
        "|---|---|---|",
        *[
            f"| {node['name']} | `{node['type'].rpartition('.')[2]}` | {_what(node)} |"
            for node in nodes
            if node["type"] != STICKY
        ],
        "",
        f"Calls: {', '.join(f'[{name}]({name}.md)' for name in calls) or 'no other workflow'}. "
        f"Credentials: {', '.join(credentials) or 'none'}.",
        "",
    ]
    return "\n".join(lines)


def _what(node: dict[str, Any]) -> str:
    """The operation of a node in a few words, where its parameters name one."""
    parameters = node.get("parameters") or {}
    words = [
        str(parameters[name])
        for name in ("resource", "operation", "httpMethod", "path")
        if parameters.get(name)
    ]
    target = parameters.get("workflowId")
    if isinstance(target, dict):
        words.append(f"workflow `{target.get('value')}`")
    return " ".join(words) or "its default"


def rules_page(rules: Iterable[Rule]) -> str:
    """Markdown of the lint rules; an example is a change to the smallest workflow that keeps every rule."""
    lines = [
        MADE,
        "",
        "# Lint rules of the workflows",
        "",
        "`gatehouse workflows lint` checks every file; each rule is tested with its two examples. An example is a change to the "
        "smallest workflow that keeps every rule (`sidecar/workflows/rules/examples.py`).",
        "",
    ]
    for rule in rules:
        lines += [
            f"## {rule.id}",
            "",
            rule.text,
            "",
            "```json",
            f"good: {rule.good_text}",
            f"bad:  {rule.bad_text}",
            "```",
            "",
        ]
    return "\n".join(lines)


def pages(files: list[WorkflowFile], rules: Iterable[Rule]) -> dict[str, str]:
    """{file name: Markdown} of every page."""
    names = {file.id: file.name for file in files}
    made = {f"{file.path.stem}.md": page_of(file, names) for file in files}
    return {**made, RULES_PAGE: rules_page(rules)}


def write(folder: Path, made: dict[str, str]) -> list[str]:
    """Bring the folder to these pages; the names of those that changed or went."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, text in made.items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    for path in folder.glob("*.md"):
        if path.name not in made:
            path.unlink()
            changed.append(path.name)
    return sorted(changed)
