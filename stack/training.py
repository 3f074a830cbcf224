"""Models of the demo company, trained on the history it begins with and on nothing that happened in a stack since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .build_python import Venv
from .cache import built
from .odoo import Odoo
from .paths import ROOT, STACK, digest
from .probe import answers, free_port
from .processes import Service
from .steps import plain_env, run, step

SIDECAR = ROOT / "sidecar"
SOURCES = ("training", "scoring", "adapters", "domain")
SUBJECTS = ("discounts", "purchases", "patterns")
#: The name under which the Odoo that training reads is started, and ended again.
SERVER = "odoo_training"
#: Odoo's own administrator in a database that nobody has provisioned.
ADMIN = "admin"


def trained_models(odoo: Odoo, venv: Venv) -> Path:
    """The folder of models for this company's history and this checkout's training; trained when it is not kept yet.

    Every stack of this machine shares it. A stack's own database may hold anything by now, the demo's anomalies
    among them, so training reads a copy of the history that is dropped afterwards.
    Raises StepError when Odoo does not start or training fails.
    """
    sources = [SIDECAR / name for name in SOURCES]
    key = digest(odoo.base_key(), venv.key, STACK / "training.py", *sources)

    def train(out: Path) -> None:
        history = odoo.base_template()
        copied = odoo.passing(f"training_{key}", lambda name: odoo.restore(history, name))
        with copied as database, served(odoo, database) as url:
            _train(odoo, venv, out, {"GATEHOUSE_ODOO_URL": url, "GATEHOUSE_ODOO_DB": database})

    return built("models", key, "train the models from the company's history", train)


@contextmanager
def served(odoo: Odoo, database: str) -> Iterator[str]:
    """The address of an Odoo of its own on this database: without Gatehouse's settings and scheduled actions."""
    port = free_port()
    command = odoo.command(
        "-c", str(odoo.config), "-d", database, "--db-filter", f"^{database}$", "--http-port", str(port),
        "--workers", "0", "--max-cron-threads", "0",
    )  # fmt: skip
    ready = lambda: answers(port, "/web/health")  # noqa: E731
    service = Service(SERVER, command, odoo.build_environment, odoo.folder, ready)
    try:
        with step("start an Odoo to train from"):
            odoo.processes.start(service)
        yield f"http://127.0.0.1:{port}"
    finally:
        odoo.processes.stop(SERVER)


def _train(odoo: Odoo, venv: Venv, out: Path, source: dict[str, str]) -> None:
    env = plain_env(**source, GATEHOUSE_ODOO_LOGIN=ADMIN, GATEHOUSE_ODOO_KEY=ADMIN, PYTHONPATH=str(ROOT))
    for model in SUBJECTS:
        command = [venv.python, "-m", "sidecar.cli", "models", "train", model, "--odoo", "--output", out]
        run(f"train {model}", command, log=odoo.processes.log("training"), env=env, cwd=ROOT)
