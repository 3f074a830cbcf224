"""Every test, the way CI runs it: checks and unit tests beside a stack of the run's own.

The run starts its stack under `.stack-test`, so that a stack one works on is left alone, and ends it again.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .browser import install_chromium
from .build_n8n import lint_modules, n8n_tree, node_package, npm_env
from .build_python import odoo_venv, sidecar_venv
from .paths import ROOT
from .steps import StepError, plain_env, say, tail, together

FOLDER = ROOT / ".stack-test"
SCREENS = "tests/e2e/screens"


@dataclass
class Result:
    """One suite: its name, whether it passed, how long it took and where it wrote."""

    name: str
    passed: bool
    seconds: float
    log: Path


class Run:
    """Runs suites, keeps their results, and never stops at the first failure."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.logs = FOLDER / "log" / "tests"
        self.logs.mkdir(parents=True, exist_ok=True)

    def env(self) -> dict[str, str]:
        """What a suite sees: this run's stack, and the caller's cache."""
        kept = {
            name: value for name, value in os.environ.items() if name.startswith("GATEHOUSE_") or name == "CI"
        }
        return plain_env(**{**kept, "GATEHOUSE_STACK_DIR": str(FOLDER), "PYTHONPATH": str(ROOT)})

    def suite(self, name: str, command: Sequence[str | Path], **more: str) -> bool:
        """Run one command as a suite; its output goes to its log, its end to the screen."""
        log = self.logs / f"{name.replace(' ', '-')}.log"
        begun = time.monotonic()
        say(f"... {name}")
        with log.open("w") as out:
            code = subprocess.run(
                [str(word) for word in command], cwd=ROOT, env={**self.env(), **more},
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, check=False,
            ).returncode  # fmt: skip
        result = Result(name, code == 0, time.monotonic() - begun, log)
        self.results.append(result)
        say(f"{'ok ' if result.passed else 'FAILED'} {name} ({result.seconds:.1f} s): {tail(log, 1)}")
        if not result.passed:
            print("\n".join(log.read_text(errors="replace").splitlines()[-60:]), flush=True)
        return result.passed


def checks(run: Run) -> None:
    """Style, types, room rules, unit and contract tests: nothing of the stack."""
    python = sidecar_venv().python
    run.suite("ruff", [python, "-m", "ruff", "check", "."])
    run.suite("ruff format", [python, "-m", "ruff", "format", "--check", "."])
    run.suite("mypy", [python, "-m", "mypy"])
    run.suite("room rules", [python.with_name("lint-imports")])
    run.suite("unit and contract", [python, "-m", "pytest", "-q", "tests/unit", "tests/contract"])


def node_tests(run: Run) -> None:
    """The node package's own tests, against what is installed into n8n."""
    tree = n8n_tree(odoo_venv())
    package = node_package(tree)
    if package is None:
        raise StepError("n8n nodes", "n8n-nodes/package.json is missing", "restore it from the repository")
    dist = FOLDER / "nodes"
    dist.mkdir(parents=True, exist_ok=True)
    subprocess.run(["tar", "-xzf", package, "-C", dist, "--strip-components=1"], check=True)
    tests = sorted((ROOT / "tests" / "unit" / "nodes").glob("*.test.mjs"))
    run.suite("nodes", [tree.node.node, "--test", *tests], GATEHOUSE_NODES_DIST=str(dist / "dist"))
    lint = [tree.node.node, ROOT / "n8n-nodes" / "lint" / "lint.mjs", "--modules", lint_modules(tree.node)]
    run.suite("nodes lint", lint, PATH=npm_env(tree.node)["PATH"])


def stack_tests(run: Run) -> None:
    """Everything that needs the stack, and Odoo's own tests in a database beside it."""
    stack = [sys.executable, "-m", "stack"]
    install_chromium()
    if not run.suite("stack up", [*stack, "up"]):
        return
    python = sidecar_venv().python
    for tier in ("integration", "e2e", "faults"):
        apart = ["--ignore", SCREENS] if tier == "e2e" else []
        run.suite(tier, [python, "-m", "pytest", "-q", f"tests/{tier}", *apart])
    run.suite("demo", [python, "-m", "stack.demo"])
    # Odoo's tests run in a database of their own, so the browser may work on the stack meanwhile.
    together(
        lambda: run.suite("screens", [python, "-m", "pytest", "-q", SCREENS]),
        lambda: run.suite("odoo addons", [*stack, "odoo-tests"]),
    )


def report(run: Run, seconds: float) -> int:
    """Print one line a suite and the closing line; the exit code."""
    print()
    for result in run.results:
        print(
            f"{'passed' if result.passed else 'FAILED'}  {result.seconds:7.1f} s  {result.name:22} {result.log}"
        )
    failed = sum(not result.passed for result in run.results)
    print(f"\n{seconds:.0f} s in all")
    print(f"suites: {len(run.results) - failed} passed, {failed} failed")
    return 1 if failed or not run.results else 0


def main() -> int:
    """Run all lanes side by side and end the stack whatever happened."""
    parser = argparse.ArgumentParser(prog="stack.testrun", description=__doc__)
    parser.add_argument(
        "--only", choices=["checks", "nodes", "stack"], action="append", help="one lane alone"
    )
    chosen = parser.parse_args().only or ["checks", "nodes", "stack"]
    run, begun = Run(), time.monotonic()
    lanes: dict[str, Callable[[Run], None]] = {"checks": checks, "nodes": node_tests, "stack": stack_tests}
    failed = ""
    try:
        together(*[lambda lane=lanes[name]: lane(run) for name in chosen])
    except StepError as error:
        failed = error.describe()
    finally:
        if "stack" in chosen:
            run.suite("stack down", [sys.executable, "-m", "stack", "down"])
    code = report(run, time.monotonic() - begun)
    if failed:
        print(failed, file=sys.stderr)
    return code or (1 if failed else 0)


if __name__ == "__main__":
    sys.exit(main())
