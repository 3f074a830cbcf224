"""Reads and writes the folder of workflow files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sidecar.workflows.normal import Workflow, normalise, render


class WorkflowError(Exception):
    """What went wrong with the files or with n8n, in words for the person at the terminal."""


@dataclass(frozen=True)
class WorkflowFile:
    """One file with its text and its parsed workflow."""

    path: Path
    text: str
    workflow: Workflow

    @property
    def id(self) -> str:
        """The workflow's id."""
        return str(self.workflow.get("id", ""))

    @property
    def name(self) -> str:
        """The workflow's name."""
        return str(self.workflow.get("name", self.path.stem))


def read_file(path: Path) -> WorkflowFile:
    """One workflow file; a clear error for one that is not a workflow."""
    try:
        text = path.read_text(encoding="utf-8")
        parsed = json.loads(text)
    except UnicodeDecodeError as error:
        raise WorkflowError(f"{path}: not UTF-8 at byte {error.start}") from error
    except json.JSONDecodeError as error:
        raise WorkflowError(f"{path}:{error.lineno}:{error.colno}: not JSON: {error.msg}") from error
    except RecursionError as error:
        raise WorkflowError(f"{path}: nested too deeply") from error
    problem = shape_problem(parsed)
    if problem:
        raise WorkflowError(f"{path}: not a workflow: {problem}")
    return WorkflowFile(path, text, parsed)


def shape_problem(parsed: object) -> str | None:
    """What keeps a value from being a workflow, or None."""
    if not isinstance(parsed, dict):
        return "it must be a JSON object"
    nodes = parsed.get("nodes")
    if not isinstance(nodes, list) or not all(isinstance(node, dict) for node in nodes):
        return '"nodes" must be a list of objects'
    for node in nodes:
        if not isinstance(node.get("name"), str) or not isinstance(node.get("type"), str):
            return 'every node needs a "name" and a "type"'
        if not isinstance(node.get("parameters", {}), dict):
            return f'"parameters" of node "{node["name"]}" must be an object'
    if not isinstance(parsed.get("settings", {}), dict):
        return '"settings" must be an object'
    return _connections_problem(parsed.get("connections", {}))


def _connections_problem(connections: object) -> str | None:
    if not isinstance(connections, dict):
        return '"connections" must be an object'
    for source, kinds in connections.items():
        if not isinstance(kinds, dict):
            return f'connections of "{source}" must be an object'
        for outputs in kinds.values():
            if not isinstance(outputs, list):
                return f'the outputs of "{source}" must be a list'
            for ends in outputs:
                if not all(isinstance(end, dict) and isinstance(end.get("node"), str) for end in ends or []):
                    return f'every connection of "{source}" needs a "node"'
    return None


def read_folder(folder: Path) -> list[WorkflowFile]:
    """Every ``*.json`` directly in the folder, by name; sub-folders hold credential stubs and examples."""
    if not folder.is_dir():
        raise WorkflowError(f"{folder}: no such folder; name the one with the workflow files by --folder")
    files = [read_file(path) for path in sorted(folder.glob("*.json"))]
    if not files:
        raise WorkflowError(f"{folder}: holds no workflow files (*.json)")
    seen: dict[str, Path] = {}
    for file in files:
        if file.id and file.id in seen:
            raise WorkflowError(f'{file.path}: the id "{file.id}" is already used by {seen[file.id]}')
        seen[file.id] = file.path
    return files


def write_file(path: Path, workflow: Workflow) -> bool:
    """Writes the workflow in normal form; False when the file already said so."""
    text = render(normalise(workflow))
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True
