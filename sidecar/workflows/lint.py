"""Runs the rules over the files."""

from __future__ import annotations

from collections.abc import Iterable

from sidecar.workflows.files import WorkflowFile
from sidecar.workflows.rules.model import Context, Finding, Rule


def lint_files(files: list[WorkflowFile], rules: Iterable[Rule]) -> list[Finding]:
    """Every finding, by file and then by rule."""
    chosen = list(rules)
    known = frozenset(file.id for file in files)
    findings: list[Finding] = []
    for file in files:
        context = Context(stem=file.path.stem, known_ids=known, text=file.text)
        for rule in chosen:
            findings += [
                Finding(file.path.name, rule.id, text) for text in rule.check(file.workflow, context)
            ]
    return findings
