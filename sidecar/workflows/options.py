"""What the commands on n8n share: the folder, the n8n they talk to, and errors in plain words."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from sidecar.workflows.client import N8nClient
from sidecar.workflows.environments import Environment, choose
from sidecar.workflows.files import WorkflowError

FOLDER = Path("n8n-workflows")

folder_option = click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=FOLDER,
    show_default=True,
    envvar="GATEHOUSE_WORKFLOWS",
    help="The folder with the workflow files.",
)


@dataclass(frozen=True)
class Target:
    """The n8n of a command: its client, its credential ids by stub, and its environment, if it has a name."""

    client: N8nClient
    credentials: dict[str, str]
    environment: Environment | None = None
    before: Environment | None = None

    def client_before(self) -> N8nClient:
        """The n8n that has to run the same content first."""
        if self.before is None:
            raise WorkflowError("no environment comes before this one")
        return N8nClient(self.before.url, _key(self.before, None))


def plain_errors(command: Callable[..., Any]) -> Callable[..., Any]:
    """Shows what went wrong instead of where in the program."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except WorkflowError as error:
            raise click.ClickException(str(error)) from error

    return wrapped


def _key(environment: Environment, given: str | None) -> str:
    key = os.environ.get(environment.key_variable) or given
    if not key:
        raise WorkflowError(f"no key for the n8n of {environment.name}: set {environment.key_variable}")
    return key


def _mapping(pairs: tuple[str, ...]) -> dict[str, str]:
    mapping = {}
    for pair in pairs:
        stub, equals, actual = pair.partition("=")
        if not (stub and equals and actual):
            raise click.BadParameter(f'"{pair}" is not STUB=ID', param_hint="--credential")
        mapping[stub] = actual
    return mapping


def _target(
    url: str | None, api_key: str | None, pairs: tuple[str, ...], environment: str | None, environments: Path
) -> Target:
    credentials = _mapping(pairs)
    chosen, before = choose(environments, environment) if environment else (None, None)
    if chosen:
        credentials = {**chosen.credentials, **credentials}
        url, api_key = chosen.url, _key(chosen, api_key)
    if len(set(credentials.values())) != len(credentials):
        raise click.BadParameter("two stubs have the same id", param_hint="--credential")
    if not url:
        raise click.UsageError("name the n8n by --url, GATEHOUSE_N8N_URL or --environment NAME")
    if not api_key:
        raise click.UsageError("give the key of n8n's API by GATEHOUSE_N8N_API_KEY")
    return Target(N8nClient(url, api_key), credentials, chosen, before)


def environment_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that name an n8n by its environment: `environment` and the file `environments`."""
    name = click.option(
        "--environment",
        envvar="GATEHOUSE_ENVIRONMENT",
        show_envvar=True,
        help="An environment of the file of environments, instead of an address.",
    )
    file = click.option(
        "--environments",
        type=click.Path(path_type=Path, dir_okay=False),
        default=FOLDER / "environments.toml",
        show_default=True,
        envvar="GATEHOUSE_ENVIRONMENTS",
        help="The file of environments: where each n8n is and what comes before it.",
    )
    return name(file(command))


def n8n_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that name an n8n; the command gets it as `target`."""

    @plain_errors
    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        names = ("url", "api_key", "credentials", "environment", "environments")
        target = _target(*[kwargs.pop(name) for name in names])
        return command(*args, **kwargs, target=target)

    for option in (
        click.option("--url", envvar="GATEHOUSE_N8N_URL", show_envvar=True, help="Address of n8n."),
        click.option(
            "--api-key",
            envvar="GATEHOUSE_N8N_API_KEY",
            show_envvar=True,
            help="A key of n8n's public API; better given by the environment.",
        ),
        click.option(
            "--credential",
            "credentials",
            multiple=True,
            metavar="STUB=ID",
            help="This n8n's id for a credential stub of the files, where it differs; repeatable.",
        ),
        environment_options,
    ):
        wrapped = option(wrapped)
    return wrapped
