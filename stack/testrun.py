"""Every test, the way CI runs it: checks and unit tests beside a stack of the run's own.

The run starts its stacks under `.stack-test`, so that a stack one works on is left alone, and ends them again. Odoo's own tests
have a database server of theirs, and the faults a stack of theirs: what is killed there is nobody else's, and while one lane waits for
a retry or a restart the others have the processors.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .browser import install_chromium
from .build_n8n import lint_modules, n8n_tree, node_package, npm_env
from .build_python import odoo_venv, sidecar_venv
from .failures import failures, reruns
from .masking import masked, secrets_of
from .paths import ROOT, cache_dir
from .steps import StepError, plain_env, say, tail, together
from .way_out import MISHAPS

FOLDER = ROOT / ".stack-test"
ODOO_FOLDER = FOLDER / "odoo-tests"
FAULTS_FOLDER = FOLDER / "faults"
STACKS = (FOLDER, ODOO_FOLDER, FAULTS_FOLDER)
SCREENS = "tests/e2e/screens"
EDITOR = "tests/integration/test_workflows_editor.py"
STACK = (sys.executable, "-m", "stack")
#: A page that never got ready, or lost a click while it was drawn, is opened once more; a wrong value on it fails at once.
BROWSER = ("--reruns=1", "--only-rerun=^TimeoutError: ", r"--only-rerun=element\(s\) not found", "-rR")


@dataclass
class Result:
    """One suite: its name, whether it passed, how long it took, what it had of the processors (s) and where it wrote."""

    name: str
    passed: bool
    seconds: float
    worked: float
    log: Path


class Run:
    """Runs suites, keeps their results, and never stops at the first failure."""

    def __init__(self) -> None:
        self.results: list[Result] = []
        self.logs = FOLDER / "log" / "tests"
        self.logs.mkdir(parents=True, exist_ok=True)
        #: Set once the first stack was tried: what the next one needs is built and cached then.
        self.built = threading.Event()

    def env(self) -> dict[str, str]:
        """What a suite sees: this run's stack, and the caller's cache."""
        kept = {
            name: value for name, value in os.environ.items() if name.startswith("GATEHOUSE_") or name == "CI"
        }
        # Lanes run side by side: numerical libraries that take every core for themselves make each other slow.
        alone = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        return plain_env(**{**kept, **alone, "GATEHOUSE_STACK_DIR": str(FOLDER), "PYTHONPATH": str(ROOT)})

    def suite(self, name: str, command: Sequence[str | Path], **more: str) -> bool:
        """Run one command as a suite; its output goes to its log, its end to the screen, both without secrets."""
        log = self.logs / f"{name.replace(' ', '-')}.log"
        begun = time.monotonic()
        say(f"... {name}")
        with log.open("w") as out:
            process = subprocess.Popen(
                [str(word) for word in command], cwd=ROOT, env={**self.env(), **more},
                stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
            # Of the suite and of all it waited for; what it asked of a running stack is the stack's.
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = code = os.waitstatus_to_exitcode(status)
        log.write_text(masked(log.read_text(errors="replace"), secrets_of(STACKS)))
        worked = used.ru_utime + used.ru_stime
        result = Result(name, code == 0, time.monotonic() - begun, worked, log)
        self.results.append(result)
        say(f"{'ok ' if result.passed else 'FAILED'} {name} ({result.seconds:.1f} s): {tail(log, 1)}")
        if not result.passed:
            print("\n".join(log.read_text().splitlines()[-60:]), flush=True)
        return result.passed


def pytest(run: Run, name: str, *words: str, **more: str) -> bool:
    """Tests of the sidecar's environment, with the slowest of them in the log."""
    return run.suite(name, [sidecar_venv().python, "-m", "pytest", "-q", "--durations=12", *words], **more)


def checks(run: Run) -> None:
    """Style, types, room rules, unit tests: nothing of the stack."""
    python = sidecar_venv().python
    run.suite("ruff", [python, "-m", "ruff", "check", "."])
    run.suite("ruff format", [python, "-m", "ruff", "format", "--check", "."])
    run.suite("mypy", [python, "-m", "mypy"], MYPY_CACHE_DIR=str(cache_dir() / "mypy"))
    run.suite("room rules", [python.with_name("lint-imports")])
    pytest(run, "unit", "tests/unit")


def contracts(run: Run) -> None:
    """What two parts promised each other, read from the files of both."""
    pytest(run, "contract", "tests/contract")


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


def odoo_tests(run: Run) -> None:
    """The addons' own tests, by Odoo's runner."""
    run.suite("odoo addons", [*STACK, "odoo-tests"], GATEHOUSE_STACK_DIR=str(ODOO_FOLDER))


def stack_tests(run: Run) -> None:
    """Everything that needs a stack that nobody breaks."""
    try:
        install_chromium()
        if not run.suite("stack up", [*STACK, "up"]):
            return
    finally:
        run.built.set()
    pytest(run, "integration", "tests/integration", "--ignore", EDITOR)
    pytest(run, "e2e", "tests/e2e", "--ignore", SCREENS)
    pytest(run, "editor", EDITOR, *BROWSER)


def fault_tests(run: Run) -> None:
    """A stack that is broken in every way, after the demo, and after people have walked through its screens."""
    run.built.wait()
    own = {"GATEHOUSE_STACK_DIR": str(FAULTS_FOLDER)}
    if run.suite("faults up", [*STACK, "up"], **own):
        run.suite("demo", [sidecar_venv().python, "-m", "stack.demo"], **own)
        pytest(run, "screens", SCREENS, *BROWSER, **own)
        pytest(run, "faults", "tests/faults", **own)


PARTS: dict[str, Callable[[Run], None]] = {
    "nodes": node_tests, "checks": checks, "contracts": contracts, "odoo": odoo_tests, "stack": stack_tests,
    "faults": fault_tests,
}  # fmt: skip


def report(run: Run, seconds: float) -> int:
    """Print a line a suite (its time, and that of the processors), what failed in it, and the closing line; the exit code."""
    print()
    for one in run.results:
        times = f"{one.seconds:7.1f} s {one.worked:7.1f} s cpu"
        print(f"{'passed' if one.passed else 'FAILED'}  {times}  {one.name:20} {one.log}")
    failed = sum(not result.passed for result in run.results)
    for one in run.results:
        for test in reruns(one.log.read_text()):
            print(f"\n{one.name}: taken a second time: {test}")
        if not one.passed:
            print(f"\n{one.name}:", *failures(one.log.read_text()), sep="\n  ")
    print(f"\n{seconds:.0f} s in all")
    print(f"suites: {len(run.results) - failed} passed, {failed} failed")
    return 1 if failed or not run.results else 0


def main() -> int:
    """Run four lanes of parts side by side and end what was started whatever happened."""
    parser = argparse.ArgumentParser(prog="stack.testrun", description=__doc__)
    parser.add_argument("--only", choices=list(PARTS), action="append", help="one part alone")
    chosen = parser.parse_args().only or list(PARTS)
    run, begun = Run(), time.monotonic()
    failed = ""

    def lane(*names: str) -> None:
        for name in names:
            if name in chosen:
                PARTS[name](run)

    try:
        if "stack" not in chosen:
            run.built.set()
        together(
            lambda: lane("odoo", "nodes"),
            lambda: lane("stack"),
            lambda: lane("faults"),
            lambda: lane("checks", "contracts"),
        )
    except (StepError, *MISHAPS) as error:
        failed = (error if isinstance(error, StepError) else StepError.of("make test", error)).describe()
    finally:
        for name, folder in (("odoo", ODOO_FOLDER), ("faults", FAULTS_FOLDER), ("stack", FOLDER)):
            if name in chosen:
                run.suite(f"{name} down", [*STACK, "down"], GATEHOUSE_STACK_DIR=str(folder))
    code = report(run, time.monotonic() - begun)
    if failed:
        print(failed, file=sys.stderr)
    return code or (1 if failed else 0)


if __name__ == "__main__":
    sys.exit(main())
