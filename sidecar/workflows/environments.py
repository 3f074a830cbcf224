"""The n8ns a company has, such as staging and production: where they are and what a deployment there needs first."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sidecar.workflows.drift import compare_all
from sidecar.workflows.files import WorkflowError, WorkflowFile
from sidecar.workflows.normal import Workflow

_TYPES: dict[str, tuple[type, str]] = {
    "url": (str, "a text"),
    "after": (str, "the name of another environment"),
    "recorded": (bool, "true or false"),
    "credentials": (dict, "a table of stub = id"),
    "others": (list, "a list of ids"),
}


@dataclass(frozen=True)
class Environment:
    """One n8n.

    url: its address; credentials: its ids for the stubs of the files, where they differ; after: the environment that
    has to run the same content first; recorded: whether it takes nothing without the sign-offs of an Odoo.
    """

    name: str
    url: str
    credentials: Mapping[str, str] = field(default_factory=dict)
    after: str | None = None
    recorded: bool = False
    others: Sequence[str] = ()

    @property
    def key_variable(self) -> str:
        """The variable that holds the key of its API; no key stands in the file."""
        return f"GATEHOUSE_N8N_API_KEY_{self.name.upper().replace('-', '_')}"


def read_environments(path: Path) -> dict[str, Environment]:
    """The environments of a TOML file, a table each. Raises WorkflowError that names what is wrong."""
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WorkflowError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WorkflowError(f"{path}: is no TOML: {error}") from error
    found = {name: _environment(path, name, table) for name, table in tables.items()}
    for environment in found.values():
        _check_order(path, environment, found)
    return found


def _environment(path: Path, name: str, table: Any) -> Environment:
    if not isinstance(table, dict):
        raise WorkflowError(f"{path}: {name} must be a table, [{name}]")
    for key, value in table.items():
        if key not in _TYPES:
            raise WorkflowError(f"{path}: [{name}] has no {key}; it may have {', '.join(_TYPES)}")
        if not isinstance(value, _TYPES[key][0]):
            raise WorkflowError(f"{path}: {key} of [{name}] must be {_TYPES[key][1]}")
    if not table.get("url"):
        raise WorkflowError(f"{path}: [{name}] needs url, the address of its n8n")
    return Environment(name, **table)


def _check_order(path: Path, environment: Environment, known: Mapping[str, Environment]) -> None:
    chain, at = [environment.name], environment.after
    while at:
        if at not in known:
            raise WorkflowError(
                f"{path}: [{chain[-1]}] comes after {at}, which is no environment of the file"
            )
        if at in chain:
            raise WorkflowError(f"{path}: the environments wait for each other: {' -> '.join([*chain, at])}")
        chain.append(at)
        at = known[at].after


def choose(path: Path, name: str) -> tuple[Environment, Environment | None]:
    """An environment of the file and the one it comes after."""
    found = read_environments(path)
    if name not in found:
        raise WorkflowError(f"{path}: no environment {name}; it has {', '.join(found) or 'none'}")
    chosen = found[name]
    return chosen, found[chosen.after] if chosen.after else None


def require_running(files: list[WorkflowFile], before: Environment, runs: Iterable[Workflow]) -> None:
    """Raises WorkflowError unless the environment before runs exactly these files."""
    ids = {file.id for file in files}
    results = compare_all(files, runs, dict(before.credentials))
    missing = sorted(result.name for result in results if result.alarming and result.id in ids)
    if missing:
        raise WorkflowError(
            f"{before.name} does not run these files yet: {', '.join(missing)}\n"
            f"deploy them there first (--environment {before.name}), look at them, then run this again"
        )
