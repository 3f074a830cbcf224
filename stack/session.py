"""One stack folder: what it is made of, how it goes up and what stack.json says."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from .build_dovecot import DovecotTree, dovecot_tree
from .build_n8n import N8nTree, n8n_tree, node_package
from .build_odoo import OdooTree, odoo_tree
from .build_python import Venv, odoo_venv, postgres_of, sidecar_venv
from .build_tesseract import tesseract
from .build_tools import tools
from .environment import Place
from .imap import Imap
from .n8n import N8n, owner_hash
from .odoo import ADDONS, DATABASE, Odoo
from .paths import cache_dir, digest
from .postgres import NAME as POSTGRES
from .postgres import Server
from .processes import Processes, Service
from .provision import provision
from .scale import PORTS as SCALE_PORTS
from .scale import Scale
from .seed import Further, plant
from .sidecar import Sidecar, jobs_service, mailbox_service, partners_service, watch_service
from .steps import StepError, say, step, together, warn
from .store import choose_ports, read_json, stack_secrets, write_private
from .training import SERVER as TRAINING

#: Accounts of Odoo that no person signs in to.
MACHINES = ("gatehouse_bot", "gatehouse_reader")
HELPERS = ("n8n_webhook", "n8n_worker_1", "n8n_worker_2")
BETWEEN = ("balancer", "pool", "redis")
ORDER = (
    "mailbox", "jobs", "watch", "sidecar", "sidecar_2", "partners", "imap",
    "files", "n8n", *HELPERS, "odoo", TRAINING, *BETWEEN, POSTGRES,
)  # fmt: skip


@dataclass
class Session:
    """Everything a command needs to know about one stack."""

    processes: Processes
    server: Server
    place: Place
    odoo: Odoo
    n8n: N8n
    sidecar: Sidecar
    imap: Imap
    package: Path | None

    def services(self) -> dict[str, Service]:
        """The programs besides PostgreSQL that this checkout can run."""
        found = {
            "odoo": self.odoo.service(),
            "n8n": self.n8n.service(),
            "imap": self.imap.service(),
            "files": self.n8n.files_service(),
        }
        if self.sidecar.there:
            found["sidecar"] = self.sidecar.service()
        if self.place.scale:
            found |= self.n8n.helpers() | {"sidecar_2": self.sidecar.service("sidecar_2")}
            secrets, ports = self.place.secrets, self.place.ports
            found |= self.place.scale.services(self.server, secrets, ports)
        partners = partners_service(self.sidecar.venv, self.processes, self.place)
        watch = watch_service(self.sidecar.venv, self.processes, self.place)
        mailbox = mailbox_service(self.sidecar.venv, self.processes, self.place)
        jobs = jobs_service(self.sidecar)
        return found | {service.name: service for service in (partners, watch, mailbox, jobs) if service}


def describe(folder: Path) -> dict[str, Any]:
    """What stack.json says, or an error that tells how to get one."""
    found: dict[str, Any] | None = read_json(folder / "stack.json", None)
    if found is None:
        raise StepError("read the stack", f"there is no stack in {folder}", "`make up` first")
    return found


def profile_of(folder: Path) -> str:
    """The profile that the stack of this folder was brought up with: empty or `scale`."""
    return str(read_json(folder / "profile.json", ""))


def scaled(folder: Path) -> Scale | None:
    """What the profile `scale` adds; nothing without it."""
    if profile_of(folder) != "scale":
        return None
    known: dict[str, int] = read_json(folder / "ports-scale.json", {})
    ports = (
        known
        if known.keys() >= set(SCALE_PORTS)
        else choose_ports(folder, dict.fromkeys(SCALE_PORTS, ""), "ports-scale.json")
    )
    return Scale(ports, tools(), folder / "scale")


def assemble(
    folder: Path, ports: dict[str, int], further: Callable[[Odoo], Further] | None = None
) -> Session:
    """Fetch and build what is missing, start PostgreSQL, and put the parts together; `further` goes into a new server."""
    secrets = stack_secrets(folder)
    trees: dict[str, Any] = {}

    def runtime() -> None:
        trees["odoo_venv"] = odoo_venv()
        trees["n8n"] = n8n_tree(trees["odoo_venv"])
        trees["package"] = node_package(trees["n8n"])

    def named(name: str, build: Callable[[], Any]) -> Callable[[], None]:
        return lambda: trees.update({name: build()})

    together(
        runtime,
        named("odoo", odoo_tree),
        named("sidecar", sidecar_venv),
        named("dovecot", dovecot_tree),
        named("tesseract", tesseract),
    )
    venv: Venv = trees["odoo_venv"]
    tree: OdooTree = trees["odoo"]
    n8n: N8nTree = trees["n8n"]
    dovecot: DovecotTree = trees["dovecot"]
    processes = Processes(folder)
    server = Server(postgres_of(venv), processes)
    if not server.data.exists():
        bare = Odoo(tree, venv, server, processes, Place(ports, "", str(folder), secrets, ""))
        plant(server, bare, n8n, further(bare) if further else None)
    if processes.running(POSTGRES) is None:
        with step("start PostgreSQL"):
            server.start()
    for name in ("n8n", "sidecar"):
        server.create(name)
    place = Place(
        ports, server.socket, str(folder), secrets,
        owner_hash(n8n, folder, secrets["n8n_owner_password"]), scaled(folder),
    )  # fmt: skip
    odoo = Odoo(tree, venv, server, processes, place)
    odoo.configure()
    sidecar = Sidecar(trees["sidecar"], server, processes, place, trees["tesseract"])
    imap = Imap(dovecot, processes, place)
    imap.configure()
    return Session(
        processes, server, place, odoo, N8n(n8n, processes, place), sidecar, imap, trees["package"]
    )


def up(folder: Path, profile: str = "") -> None:
    """Bring the whole stack up; on failure what was started stays recorded for `down`."""
    begun = time.monotonic()
    say(f"stack in {folder}, cache in {cache_dir()}")
    left = down(folder)
    if left:
        say(f"ended what was left of an earlier start: {', '.join(left)}")
    write_private(folder / "profile.json", profile)
    session = assemble(folder, choose_ports(folder))
    services = session.services()
    keys: dict[str, Any] = {}

    def start(name: str) -> None:
        with step(f"start {name}"):
            session.processes.start(services[name])

    def odoo_lane() -> None:
        session.odoo.prepare()
        keys.update(provision(session.odoo))
        start("odoo")
        session.sidecar.prepare_models(session.odoo)
        if session.sidecar.there:
            session.sidecar.migrate()
            together(*[partial(start, name) for name in ("sidecar", "sidecar_2") if name in services])
        else:
            warn("sidecar/ holds no application yet: no scoring API")

    def n8n_lane() -> None:
        session.n8n.install_nodes(session.package)
        start("n8n")
        together(*[partial(start, name) for name in HELPERS if name in services])
        keys["n8n_api_key"] = session.n8n.api_key()

    def partners_lane() -> None:
        start("imap")
        start("files")
        if "partners" in services:
            start("partners")

    for name in reversed(BETWEEN):
        if name in services:
            start(name)
    together(odoo_lane, n8n_lane, partners_lane)
    session.n8n.import_credentials(keys["bot_key"])
    session.n8n.deploy(session.sidecar.venv, keys["n8n_api_key"], keys["bot_key"])
    with step("start watch, mailbox and jobs"):
        for name in ("watch", "mailbox", "jobs"):
            session.processes.start(session.services()[name])
    write_private(folder / "stack.json", summary(session, keys))
    say(f"the stack is up ({time.monotonic() - begun:.1f} s)")
    show(describe(folder))


def summary(session: Session, keys: dict[str, Any]) -> dict[str, Any]:
    """What tests and people need to know about the running stack."""
    secrets, processes, server = session.place.secrets, session.processes, session.server
    databases = {"odoo": DATABASE, "n8n": "n8n", "sidecar": "sidecar"}
    return {
        "folder": str(processes.folder),
        "urls": session.place.urls,
        "databases": databases,
        "database_urls": {name: server.uri(database) for name, database in databases.items()},
        "postgres": {"socket": server.socket, "user": "postgres", "bin": str(server.programs.bin)},
        "users": {name: word for name, word in secrets["users"].items() if name not in MACHINES},
        "bot": {"login": "gatehouse_bot", "api_key": keys["bot_key"]},
        "reader": {"login": "gatehouse_reader", "api_key": keys["reader_key"]},
        "admin": {
            "login": keys["admin_login"],
            "password": secrets["admin_password"],
            "api_key": keys["admin_key"],
        },
        "n8n": {
            "email": secrets["n8n_owner_email"],
            "password": secrets["n8n_owner_password"],
            "api_key": keys["n8n_api_key"],
            "modules": str(session.n8n.tree.modules),
            "node": str(session.n8n.tree.node.node),
            "npm": str(session.n8n.tree.node.npm),
            "user_folder": str(session.n8n.home),
        },
        "sidecar": secrets["sidecar_keys"],
        "sidecar_env": {
            name: value for name, value in session.sidecar.environment.items() if name[:4] == "GATE"
        },
        "partners": {"key": secrets["partners_key"]},
        "signing_secret": secrets["signing_secret"],
        "mail_token": secrets["mail_token"],
        "imap_passwords": secrets["imap_passwords"],
        "alerts_token": secrets["alerts_token"],
        "documents_token": secrets["documents_token"],
        "supplier_files": str(processes.folder / "supplier-files"),
        "pids": {name: pid for name in processes.recorded() if (pid := processes.running(name)) is not None},
        "addons_digest": addons_digest(),
        "logs": {name: str(processes.log(name)) for name in processes.recorded()},
        "python": str(session.sidecar.venv.python),
        "odoo_command": {
            "command": session.odoo.command(),
            "env": session.odoo.environment,
            "config": str(session.odoo.config),
            "addons_path": session.odoo.addons_path,
            "addons": session.odoo.addons,
            "base_template": str(session.odoo.base_template()),
            "cwd": str(processes.folder),
        },
    }


def note_pids(processes: Processes) -> None:
    """Write down which processes run now, after some were started again."""
    folder = processes.folder
    data = describe(folder)
    pids = {name: pid for name in processes.recorded() if (pid := processes.running(name)) is not None}
    write_private(folder / "stack.json", {**data, "pids": {**data["pids"], **pids}})


def addons_digest() -> str:
    """The content of the addons in the checkout, to notice that they changed under a running stack."""
    return digest(ADDONS)


def show(data: dict[str, Any]) -> None:
    """The logins and addresses, for the person who typed the command; no login last, where `make test` quotes the line."""
    print(f"  Odoo login: admin / {data['admin']['password']}  (others: {data['folder']}/stack.json)")
    print(f"  n8n login:  {data['n8n']['email']} / {data['n8n']['password']}")
    for name, url in data["urls"].items():
        print(f"  {name:9} {url}", flush=True)


def down(folder: Path) -> list[str]:
    """End exactly what was started here."""
    processes = Processes(folder)
    programs = [name for name in ORDER[:-1] if name in processes.recorded()]
    found = together(*[partial(down_one, processes, name) for name in programs]) if programs else []
    ended = [name for name, was in zip(programs, found, strict=True) if was]
    if POSTGRES in processes.recorded() and down_one(processes, POSTGRES):
        ended.append(POSTGRES)
    return ended


def down_one(processes: Processes, name: str) -> bool:
    """End one process; PostgreSQL by its fast shutdown."""
    return processes.stop(name, signal.SIGINT if name == POSTGRES else signal.SIGTERM, 30)
