"""The sidecar and the partner service of the stack."""

from __future__ import annotations

import shutil
from pathlib import Path

from .build_python import Venv
from .environment import (
    Place,
    jobs_environment,
    mailbox_environment,
    partners_environment,
    sidecar_environment,
    watch_environment,
)
from .odoo import Odoo
from .paths import ROOT, STACK
from .postgres import Server
from .probe import answers
from .processes import Processes, Service
from .steps import plain_env, run, warn
from .store import read_json
from .training import trained_models

SIDECAR = ROOT / "sidecar"
BUNDLED = ROOT / "models"
WATCH_SECONDS = 900
MAILBOX_SECONDS = 2
JOBS_SECONDS = 2
#: One row needs no second thread of BLAS, and each arena of malloc is memory that a worker keeps; what is freed in
#: pieces of 128 KiB goes back at once (also in sidecar/Dockerfile).
LEAN = {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "MALLOC_MMAP_THRESHOLD_": "131072"}


def gunicorn(python: Path, port: int) -> list[str]:
    """The command line of the scoring API."""
    return [
        str(python),
        "-m",
        "gunicorn",
        "sidecar.app:create_app()",
        "--bind",
        f"127.0.0.1:{port}",
        "--preload",
        "--workers",
        "2",
        "--worker-class",
        "sidecar.http.worker.PromptWorker",
        "--threads",
        "4",
        "--no-control-socket",
    ]


def fresh_metrics(folder: Path) -> None:
    """An empty folder in which the workers count together; the counts of an earlier start go."""
    shutil.rmtree(folder / "metrics", ignore_errors=True)
    (folder / "metrics").mkdir(parents=True)


def lay_out(shipped: Path, served: Path) -> None:
    """Bring shipped models and prompts into the served folder, but none in whose place somebody promoted or rolled back one."""

    def chosen(folder: str, names: list[str]) -> set[str]:
        kept = served / Path(folder).relative_to(shipped) / ".versions"
        return {name for name in names if (kept / name).is_dir()}

    shutil.copytree(shipped, served, ignore=chosen, dirs_exist_ok=True)


class Sidecar:
    """The sidecar as one stack runs it."""

    def __init__(
        self, venv: Venv, server: Server, processes: Processes, place: Place, tesseract: Path
    ) -> None:
        self.venv, self.server, self.processes, self.place = venv, server, processes, place
        self.tesseract = tesseract
        self.models = processes.folder / "models"

    @property
    def there(self) -> bool:
        """Whether the room holds an application yet."""
        return (SIDECAR / "app.py").is_file()

    @property
    def database(self) -> str:
        """The address of the sidecar's database, behind the pool where there is one."""
        if self.place.scale is None:
            return self.server.uri("sidecar", "postgresql+psycopg")
        word = self.place.secrets["database_passwords"]["sidecar"]
        return f"postgresql+psycopg://sidecar:{word}@127.0.0.1:{self.place.scale.ports['pool']}/sidecar"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of the sidecar's processes."""
        known = sidecar_environment(self.place, self.database)
        return plain_env(**known, **LEAN, GATEHOUSE_TESSERACT=str(self.tesseract), PYTHONPATH=str(ROOT))

    def service(self, name: str = "sidecar") -> Service:
        """The running scoring API, or one more of it under a name of its own."""
        port = self.place.listens(name)
        return Service(
            name,
            gunicorn(self.venv.python, port),
            self.environment,
            ROOT,
            lambda: answers(port, "/healthz"),
        )

    def prepare_models(self, odoo: Odoo) -> None:
        """Bundled models, and over them those trained from the history this company begins with; what people chose stays."""
        self.models.mkdir(parents=True, exist_ok=True)
        fresh_metrics(self.processes.folder)
        for shipped in (BUNDLED, trained_models(odoo, self.venv)):
            if shipped.is_dir():
                lay_out(shipped, self.models)

    def migrate(self) -> None:
        """Bring the sidecar's tables to its version before its workers start."""
        run(
            "sidecar tables",
            [self.venv.python, "-m", "sidecar.cli", "database", "upgrade"],
            log=self.processes.log("sidecar"),
            env=self.environment,
            cwd=ROOT,
        )


def partners_service(venv: Venv, processes: Processes, place: Place) -> Service | None:
    """The partner service, when its room is there."""
    if not (STACK / "partners" / "__main__.py").is_file():
        warn("stack/partners is not there yet: no partner service")
        return None
    port = place.ports["partners"]
    command = [str(venv.python), "-m", "stack.partners", "--port", str(port)]
    command += ["--mail-port", str(place.ports["mail"])]
    env = plain_env(**partners_environment(place), PYTHONPATH=str(ROOT))
    return Service("partners", command, env, ROOT, lambda: answers(port, "/healthz"))


def watch_service(venv: Venv, processes: Processes, place: Place) -> Service | None:
    """The watch, once the keys that it acts with are there."""
    n8n = read_json(processes.folder / "n8n.json", {}).get("api_key")
    bot = read_json(processes.folder / "provisioned.json", {}).get("bot_key")
    if not n8n or not bot:
        return None
    command = [str(venv.python), "-m", "sidecar.cli", "watch", "--every", str(WATCH_SECONDS)]
    env = plain_env(**watch_environment(place, n8n, bot), PYTHONPATH=str(ROOT), PYTHONUNBUFFERED="1")
    return Service("watch", command, env, ROOT, lambda: answers(place.ports["watch"], "/metrics"))


def jobs_service(sidecar: Sidecar) -> Service | None:
    """The process that does what the scoring API is asked to do in the background, once there is its key of Odoo."""
    reader = read_json(sidecar.processes.folder / "provisioned.json", {}).get("reader_key")
    if not reader:
        return None
    command = [str(sidecar.venv.python), "-m", "sidecar.cli", "jobs", "work", "--every", str(JOBS_SECONDS)]
    known = jobs_environment(sidecar.place, sidecar.database, reader)
    env = plain_env(**known, **LEAN, PYTHONPATH=str(ROOT), PYTHONUNBUFFERED="1")
    # It waits by itself for whatever does not answer yet.
    return Service("jobs", command, env, ROOT, lambda: True)


def mailbox_service(venv: Venv, processes: Processes, place: Place) -> Service | None:
    """The reader of the mailboxes, once the key that it acts with is there."""
    bot = read_json(processes.folder / "provisioned.json", {}).get("bot_key")
    if not bot:
        return None
    command = [str(venv.python), "-m", "sidecar.cli", "mailbox", "--every", str(MAILBOX_SECONDS)]
    env = plain_env(**mailbox_environment(place, bot), PYTHONPATH=str(ROOT), PYTHONUNBUFFERED="1")
    # It waits by itself for whatever does not answer yet.
    return Service("mailbox", command, env, ROOT, lambda: True)
