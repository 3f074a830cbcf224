"""`python3 -m stack audit`: asks the advisory services about every locked package of Python and Node."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .build_n8n import npm_env
from .build_python import Node, audit_venv, node_of, odoo_venv
from .paths import ROOT
from .steps import StepError, install_env, say

PYTHON = sorted(ROOT.glob("requirements*.txt"))
NODE = [
    ROOT / "stack" / "n8n-runtime" / "package-lock.json",
    ROOT / "n8n-nodes" / "lint" / "package-lock.json",
]
SECONDS = 600


@dataclass
class Answer:
    """What a service says of one lock: a line a known vulnerability, and what it could not be asked about."""

    known: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)


def audit() -> int:
    """0 when no locked package has a known vulnerability, 1 with a line for each.

    Raises StepError when a service does not answer for every package: silence is no clean bill.
    """
    venv, node = audit_venv(), node_of(odoo_venv())
    answers: dict[Path, Answer] = {}
    for lock in PYTHON:
        answers[lock] = of_python(_output([venv.python, "-m", "pip_audit", *PIP_AUDIT, "-r", lock]))
    for lock in NODE:
        answers[lock] = of_node(_output([node.node, node.npm, *NPM_AUDIT], node, lock.parent))
    for lock, answer in answers.items():
        for line in answer.known:
            print(f"{lock.relative_to(ROOT)}: {line}")
    known, unasked = sum(len(answer.known) for answer in answers.values()), list(_unasked(answers))
    if unasked:
        raise StepError(
            "ask for known vulnerabilities",
            f"no advisory service answered for {'; '.join(unasked)}",
            "run it where the services of PyPI and npm can be reached (not only a mirror of their packages); until then nothing "
            "is known of these packages",
        )
    say(f"{len(answers)} locks asked about, {known} known vulnerabilities")
    return 1 if known else 0


PIP_AUDIT = ["--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"]
NPM_AUDIT = ["audit", "--package-lock-only", "--json"]


def of_python(output: str) -> Answer:
    """pip-audit's JSON; it passes over a package that the service does not know, and says so in `skip_reason` alone."""
    try:
        rows = json.loads(output)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Answer(unasked=["every package"])
    answer = Answer()
    for row in rows:
        if "skip_reason" in row:
            answer.unasked.append(str(row["name"]))
        for found in row.get("vulns", []):
            mended = ", ".join(found.get("fix_versions") or []) or "no version"
            answer.known.append(f"{row['name']} {row['version']} has {found['id']}, mended in {mended}")
    return answer


def of_node(output: str) -> Answer:
    """npm's JSON: a report with `vulnerabilities`, or an error without."""
    try:
        rows: dict[str, Any] = json.loads(output)["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return Answer(unasked=["every package"])
    return Answer(
        known=[
            f"{name} has an advisory of severity {row['severity']}: {_title(row)}"
            for name, row in rows.items()
        ]
    )


def _title(row: dict[str, Any]) -> str:
    """The advisory itself, or the packages that bring it."""
    causes = row.get("via") or []
    return "; ".join(
        cause if isinstance(cause, str) else f"{cause['title']} ({cause['url']})" for cause in causes
    )


def _unasked(answers: dict[Path, Answer]) -> Iterator[str]:
    for lock, answer in answers.items():
        if answer.unasked:
            names = ", ".join(answer.unasked[:3])
            more = f" and {len(answer.unasked) - 3} more" if len(answer.unasked) > 3 else ""
            yield f"{lock.relative_to(ROOT)} ({names}{more})"


def _output(words: list[Any], node: Node | None = None, folder: Path = ROOT) -> str:
    """What a command prints, however it ends: both end with 1 on a finding as on an error."""
    env = npm_env(node) if node else install_env()
    ran = subprocess.run(
        words, env=env, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    return ran.stdout
