"""What the stack does besides going up and down: the API alone, the node package, faults and benchmarks."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from . import dotenv, session
from .build_n8n import n8n_tree, node_package
from .build_python import odoo_venv, serve_venv, sidecar_venv
from .environment import Place, sidecar_environment
from .n8n import owner_hash
from .paths import ROOT
from .sidecar import LEAN, fresh_metrics, gunicorn
from .steps import StepError, plain_env, say, step
from .store import choose_ports, read_json, stack_secrets


def interpreter() -> int:
    """Print the path of the sidecar's interpreter alone, for the Makefile; what is built meanwhile goes to stderr."""
    with contextlib.redirect_stdout(sys.stderr):
        venv = sidecar_venv()
    print(venv.python)
    return 0


def containers(folder: Path) -> None:
    """What docker-compose.yml needs from the checkout: the packed n8n nodes and an .env with fresh secrets."""
    tree = n8n_tree(odoo_venv())
    built = node_package(tree)
    if built is None:
        raise StepError("n8n node package", "n8n-nodes/package.json is not there", "restore it")
    target = ROOT / "n8n-nodes" / "n8n-nodes-gatehouse.tgz"
    shutil.copy(built, target)
    say(f"wrote {target}")
    data = folder.with_name(f"{folder.name}-containers")
    (data / "log").mkdir(parents=True, exist_ok=True)
    secrets = stack_secrets(data)
    if (ROOT / ".env").exists():
        say("kept .env as it is: its secrets are in use")
    else:
        dotenv.write(dotenv.values(secrets, owner_hash(tree, data, secrets["n8n_owner_password"])))
        say(f"wrote {ROOT / '.env'}; next: docker compose --profile demo up -d --build")


def serve(folder: Path) -> int:
    """The scoring API in the foreground: SQLite, bundled models, nothing else."""
    data = folder.with_name(f"{folder.name}-serve")
    data.mkdir(parents=True, exist_ok=True)
    venv, port = serve_venv(), choose_ports(data)["sidecar"]
    secrets = stack_secrets(data)
    place = Place({"sidecar": port}, "", str(data), secrets, "")
    env = sidecar_environment(place, f"sqlite:///{data}/sidecar.sqlite3")
    fresh_metrics(data)
    say(f"scoring API on {place.url('sidecar')} (docs: /docs), end it with Ctrl-C")
    print(f"  key: {secrets['sidecar_keys']['admin']}", flush=True)
    # In a session of its own: Ctrl-C would reach each of its processes, and workers that are told twice may hang at their end.
    served = subprocess.Popen(
        gunicorn(venv.python, port),
        cwd=ROOT,
        env=plain_env(**{**env, **LEAN, "GATEHOUSE_MODELS_DIR": str(ROOT / "models")}),
        start_new_session=True,
    )
    for ended in (signal.SIGINT, signal.SIGTERM):  # a script's background job would ignore the first
        signal.signal(ended, signal.default_int_handler)
    try:
        return served.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        served.terminate()
        served.wait()


def faults(folder: Path, words: list[str]) -> int:
    """The running stack under faults, in the interpreter that knows Odoo's and PostgreSQL's clients."""
    session.describe(folder)
    env = {**os.environ, "GATEHOUSE_STACK_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.call([str(sidecar_venv().python), "-m", "stack.faults", *words], env=env, cwd=ROOT)


def confirm_benchmark(folder: Path, rounds: int) -> int:
    """Time confirming an order in two databases of the benchmark's own; the stack must be up for PostgreSQL."""
    return _in_two_databases(folder, "confirm.py", rounds)


def scale_benchmark(folder: Path, rounds: int) -> int:
    """Time what a large company feels, likewise; it takes about ten minutes and two gigabytes."""
    return _in_two_databases(folder, "scale", rounds)


def _in_two_databases(folder: Path, benchmark: str, rounds: int) -> int:
    """Run a benchmark in Odoo's own Python on the same history with and without the addons."""
    whole = session.assemble(folder, read_json(folder / "ports.json", {}) or choose_ports(folder))
    odoo, plain, ours = whole.odoo, f"bench_plain_{os.getpid()}", f"bench_gatehouse_{os.getpid()}"
    try:
        with step("two databases of the same history, one with the addons"):
            odoo.restore(odoo.base_template(), plain)
            odoo.restore(odoo.template(), ours)
        script = [str(ROOT / "benchmarks" / benchmark), "--config", str(odoo.config), "--rounds", str(rounds)]
        # The address makes the gate write its event and hold; nothing delivers from here.
        env = {**odoo.build_environment, "GATEHOUSE_EVENTS_URL": "http://127.0.0.1:9/events"}
        databases = ["--plain", plain, "--gatehouse", ours]
        return subprocess.call([str(odoo.venv.python), *script, *databases], env=env, cwd=folder)
    finally:
        odoo.discard(plain)
        odoo.discard(ours)
