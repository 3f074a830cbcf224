"""`python3 -m stack COMMAND`: up, down, status, logs, start, stop, restart, containers, backup, restore, serve, and tests."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from . import backup, lifecycle, session, tasks
from .advisories import audit
from .cache import locked
from .odoo_tests import odoo_tests
from .paths import stack_dir
from .postgres import NAME as POSTGRES
from .processes import Processes
from .steps import StepError, say, step, warn
from .store import read_json
from .way_out import MISHAPS


def up(folder: Path, profile: str) -> None:
    """Bring the stack up, or say that it is."""
    processes = Processes(folder)
    data = read_json(folder / "stack.json", None)
    if data and all(processes.running(name) for name in data["pids"]):
        running = session.profile_of(folder)
        if profile and running != profile:
            raise StepError(
                "start the stack",
                f"it runs already without the profile {profile}",
                "`make down` first; the data stay",
            )
        say(
            f"the stack is already running{f' with the profile {running}' if running else ''}; `make down` ends it"
        )
        if data["addons_digest"] != session.addons_digest():
            warn("odoo-addons/ changed since; `make down` and `make up` bring the changes into the database")
        session.show(data)
        return
    session.up(folder, profile)


def down(folder: Path, purge: bool) -> None:
    """End the stack; with purge its data go too."""
    if not folder.is_dir():
        say(f"there is no stack in {folder}")
        return
    with step("end the stack"):
        ended = session.down(folder)
    say(f"ended: {', '.join(ended) or 'nothing was running'}")
    if purge:
        shutil.rmtree(folder)
        say(f"deleted {folder}")


def status(folder: Path) -> int:
    """One line a process; 1 when one of them does not run."""
    processes, missing = Processes(folder), 0
    data = session.describe(folder)
    names = sorted({*data["pids"], *processes.recorded()})
    width = max(map(len, names), default=0)
    for name in names:
        pid = processes.running(name)
        missing += pid is None
        print(
            f"{name:{width}} {'pid ' + str(pid) if pid else 'not running':14} {data['urls'].get(name, '')}".rstrip()
        )
    return 1 if missing else 0


def logs(folder: Path, names: list[str]) -> int:
    """Follow the logs."""
    found = [path for path in sorted((folder / "log").glob("*.log")) if not names or path.stem in names]
    if not found:
        raise StepError("logs", f"no log in {folder / 'log'}", "`make up` first")
    try:
        return subprocess.call(["tail", "-n", "20", "-F", *[str(path) for path in found]])
    except KeyboardInterrupt:
        return 0


def start(folder: Path, name: str) -> None:
    """Start one service of a stack that was up before."""
    session.describe(folder)
    ports: dict[str, int] = read_json(folder / "ports.json", {})
    whole = session.assemble(folder, ports)
    if name != POSTGRES:
        services = whole.services()
        if name not in services:
            raise StepError(
                f"start {name}", "there is no such service", f"one of {', '.join(services)}, {POSTGRES}"
            )
        with step(f"start {name}"):
            whole.processes.start(services[name])
    session.note_pids(whole.processes)


def stop(folder: Path, name: str) -> None:
    """End one service."""
    processes = Processes(folder)
    if name not in processes.recorded():
        raise StepError(
            f"stop {name}", "it was not started here", f"one of {', '.join(processes.recorded())}"
        )
    with step(f"stop {name}"):
        session.down_one(processes, name)


def parser() -> argparse.ArgumentParser:
    """The commands."""
    top = argparse.ArgumentParser(prog="python3 -m stack", description="The native stack of Gatehouse")
    commands = top.add_subparsers(dest="command", required=True)
    commands.add_parser("up", help="start everything; data of the last time stay").add_argument(
        "--profile", choices=["", "scale"], default="", help="scale: several processes of each service"
    )
    commands.add_parser("down", help="end everything").add_argument(
        "--purge", action="store_true", help="delete the data"
    )
    commands.add_parser("status", help="what runs")
    commands.add_parser("logs", help="follow the logs").add_argument("names", nargs="*")
    for name in ("start", "stop", "restart"):
        commands.add_parser(name, help=f"{name} one service").add_argument("name")
    commands.add_parser("containers", help="write .env and the n8n node package for docker-compose.yml")
    commands.add_parser("backup", help="everything of the stack into one file").add_argument(
        "file", type=Path
    )
    back = commands.add_parser("restore", help="a backup into this stack's folder; the stack must be down")
    back.add_argument("file", type=Path)
    back.add_argument("--replace", action="store_true", help="lose what is there")
    commands.add_parser("serve", help="the scoring API alone")
    commands.add_parser("audit", help="known vulnerabilities of every locked package")
    commands.add_parser("python", help="print the interpreter of the sidecar's environment")
    tests = commands.add_parser("odoo-tests", help="Odoo's own tests of the addons, in a database beside")
    tests.add_argument("--tags", default="", help="Odoo test tags; all of the addons by default")
    commands.add_parser(
        "faults", add_help=False, help="break the running stack on purpose and check what is left"
    )
    life = commands.add_parser(
        "addon-lifecycle",
        help="each addon installed into a populated company, used, upgraded and uninstalled",
    )
    life.add_argument("--only", action="append", default=[], help="one addon; may be given more than once")
    bench = commands.add_parser("confirm-benchmark", help="confirming an order with and without the addons")
    bench.add_argument("--rounds", type=int, default=60)
    scale = commands.add_parser(
        "scale-benchmark", help="a company of 1,000 policies, 100,000 orders, a million log rows"
    )
    scale.add_argument("--rounds", type=int, default=40)
    return top


def dispatch(arguments: argparse.Namespace, folder: Path) -> int:
    """Run one command; those that change the stack do it alone."""
    command = arguments.command
    alone: dict[str, Callable[[], int]] = {
        "status": lambda: status(folder),
        "logs": lambda: logs(folder, arguments.names),
        "serve": lambda: tasks.serve(folder),
        "audit": audit,
        "python": tasks.interpreter,
        "odoo-tests": lambda: odoo_tests(folder, arguments.tags),
        "addon-lifecycle": lambda: lifecycle.addon_lifecycle(folder, arguments.only),
        "confirm-benchmark": lambda: tasks.confirm_benchmark(folder, arguments.rounds),
        "scale-benchmark": lambda: tasks.scale_benchmark(folder, arguments.rounds),
    }
    if command in alone:
        return alone[command]()
    if command == "down" and not folder.exists():
        down(folder, False)
        return 0
    with locked(folder / "lock"):
        if command == "faults":
            return tasks.faults(folder, arguments.words)
        if command == "up":
            up(folder, arguments.profile)
        elif command == "down":
            down(folder, arguments.purge)
        elif command == "backup":
            backup.backup(folder, arguments.file)
        elif command == "restore":
            backup.restore(folder, arguments.file, arguments.replace)
        elif command == "containers":
            tasks.containers(folder)
        else:
            if command in ("stop", "restart"):
                stop(folder, arguments.name)
            if command in ("start", "restart"):
                start(folder, arguments.name)
    return 0


def main() -> int:
    """Run the command and turn a failed step into a message."""
    top, folder = parser(), stack_dir()
    arguments, words = top.parse_known_args()
    arguments.words = words
    if words and arguments.command != "faults":
        top.error(f"unrecognized arguments: {' '.join(words)}")
    os.umask(0o022)
    try:
        code = dispatch(arguments, folder)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader had seen enough, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except (StepError, *MISHAPS) as error:
        failed = error if isinstance(error, StepError) else StepError.of(arguments.command, error)
        while isinstance(failed.__context__, StepError):  # what failed first: tidying up after it failed too
            failed = failed.__context__
        failed.log = failed.log or folder / "log"
        print(failed.describe(), file=sys.stderr, flush=True)
        if arguments.command == "up":
            print("  note   what was started stays up for a look; `make down` ends it", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted; `make down` ends what was started", file=sys.stderr)
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
