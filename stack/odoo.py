"""Odoo of the stack: its configuration, its database templates and its provisioning."""

from __future__ import annotations

import ast
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from . import odoo_assets
from .build_odoo import OdooTree
from .build_python import Venv
from .cache import built
from .environment import Place, odoo_environment
from .paths import ROOT, STACK, digest
from .postgres import Server
from .probe import answers
from .processes import Processes, Service
from .steps import StepError, plain_env, run, say, step, warn
from .store import read_json, write_private

DATABASE = "odoo"
ADDONS = ROOT / "odoo-addons"
HISTORY = STACK / "demo"
MODULES = (
    "sale_management",
    "sale_stock",
    "purchase_stock",
    "account",
    "base_automation",
    "sale_margin",
    "stock_account",
    "crm",
    "delivery",
    "stock_delivery",
    "helpdesk_mgmt",
)


class Odoo:
    """Odoo as one stack runs it."""

    def __init__(
        self, tree: OdooTree, venv: Venv, server: Server, processes: Processes, place: Place
    ) -> None:
        self.tree, self.venv, self.server, self.processes, self.place = tree, venv, server, processes, place
        self.folder = processes.folder
        self.config = self.folder / "odoo.conf"
        self.data = self.folder / "odoo-data"
        self.state = self.folder / "database.json"

    @property
    def addons(self) -> list[str]:
        """The names of Gatehouse's own addons."""
        return sorted(path.parent.name for path in ADDONS.glob("*/__manifest__.py"))

    @property
    def installed(self) -> list[str]:
        """Those of the stack's database: bridges come by themselves, where what they stand beside is installed."""
        manifests = {name: (ADDONS / name / "__manifest__.py").read_text() for name in self.addons}
        return [name for name, text in manifests.items() if not ast.literal_eval(text).get("auto_install")]

    @property
    def addons_path(self) -> str:
        """Odoo's addons and ours."""
        return ",".join([*[str(path) for path in self.tree.addons], str(ADDONS)])

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every Odoo command."""
        return plain_env(
            PYTHONPATH=str(self.tree.python_path), ODOO_RC=str(self.config), **odoo_environment(self.place)
        )

    @property
    def build_environment(self) -> dict[str, str]:
        """The same without Gatehouse's settings: nothing of this stack gets into a template."""
        return {name: value for name, value in self.environment.items() if not name.startswith("GATEHOUSE_")}

    def command(self, *arguments: str) -> list[str]:
        """An Odoo command line."""
        return [str(self.venv.python), str(self.tree.script), *arguments]

    def configure(self) -> None:
        """Write the configuration file of this stack."""
        odoo_assets.settle_times(ADDONS)
        settings = {
            "addons_path": self.addons_path,
            "data_dir": self.data,
            "db_host": self.server.socket,
            "db_user": "odoo",
            "db_name": DATABASE,
            "dbfilter": f"^{DATABASE}$",
            "list_db": False,
            "http_interface": "127.0.0.1",
            "http_port": self.place.listens("odoo"),
            **self._processes(),
            "max_cron_threads": 2,
            "admin_passwd": self.place.secrets["odoo_master_password"],
            "server_wide_modules": "base,rpc,web",
            "log_level": "info",
        }
        self.config.touch(mode=0o600)
        lines = [f"{name} = {value}" for name, value in settings.items()]
        self.config.write_text("\n".join(["[options]", *lines, ""]))

    def _processes(self) -> dict[str, object]:
        """One process with threads, or processes of their own behind the balancer."""
        if self.place.scale is None:
            return {"proxy_mode": False, "workers": 0}
        return {"proxy_mode": True, "workers": 2, "gevent_port": self.place.scale.ports["odoo_live"]}

    def service(self) -> Service:
        """The running Odoo."""
        return Service(
            "odoo", self.command("-c", str(self.config)), self.environment, self.folder, self._healthy
        )

    def _healthy(self) -> bool:
        return answers(self.place.listens("odoo"), "/web/health")

    # -- databases --------------------

    def base_key(self) -> str:
        """What the database without Gatehouse is made of."""
        return digest(self.modules_key(), *sorted(HISTORY.glob("history*.py")))

    def modules_key(self) -> str:
        """What Odoo's company without history is made of."""
        return digest(self.tree.key, self.venv.key, ",".join(MODULES), "with demo data")

    def addons_key(self) -> str:
        """The content of Gatehouse's own addons, and of what is compiled of them."""
        return digest(self.base_key(), STACK / "odoo_assets.py", *[ADDONS / name for name in self.addons])

    def prepare(self) -> bool:
        """The database of this stack, restored or built; true when it is a new one."""
        key, known = self.addons_key(), read_json(self.state, {})
        if self.server.exists(DATABASE) and known.get("key") == key:
            return False
        if source := known.get("backup"):
            lost = f"the addons changed; what {source} brought would be lost"
            raise StepError("Odoo's database", lost, "check out the version that made the backup")
        if known.get("key") and known["key"] != key:
            say("the addons, the history or Odoo changed: the Odoo database is rebuilt")
        template = self.template()
        with step("restore the Odoo database"):
            self.state.unlink(missing_ok=True)
            self.restore(template, DATABASE)
        self.restored()
        return True

    def restored(self) -> None:
        """Remember what the stack's database is made of, and that nobody has a key to it yet."""
        write_private(self.state, {"key": self.addons_key(), "base": self.base_key()})
        (self.folder / "provisioned.json").unlink(missing_ok=True)

    def template(self) -> Path:
        """The cached dump with Gatehouse's addons, on top of the one without."""
        base = self.base_template()
        what = f"Gatehouse's addons in the database: {', '.join(self.installed)}"
        return built("odoo-database", self.addons_key(), what, lambda out: self._build_addons(base, out))

    def base_template(self) -> Path:
        """The cached dump without Gatehouse, for benchmarks that compare."""
        what = "Odoo's company with its modules (about two minutes)"
        modules = built("odoo-modules", self.modules_key(), what, self._build_modules)
        return built(
            "odoo-base", self.base_key(), "the trading history", lambda out: self._build_history(modules, out)
        )

    @contextmanager
    def passing(self, key: str, make: Callable[[str], None]) -> Iterator[str]:
        """A database for a while, as to build a template in, made by `make(its name)` and dropped at the end."""
        database = f"build_{key}"
        self.discard(database)
        try:
            make(database)
            self.server.hurry(database)
            yield database
        finally:
            self.discard(database)

    def _build_history(self, modules: Path, out: Path) -> None:
        script = "from stack.demo import history\nhistory.load(env)\nenv.cr.commit()\nprint('LOADED')\n"
        with self.passing(self.base_key(), lambda name: self.restore(modules, name)) as database:
            self.shell(database, script, "LOADED")
            self._dump(database, out)

    def _build_modules(self, out: Path) -> None:
        here = [path / name for name in MODULES for path in self._module_folders()]
        modules = [name for name in MODULES if any(path.name == name and path.is_dir() for path in here)]
        if len(modules) < len(MODULES):
            warn(f"Odoo modules that are not there: {', '.join(sorted(set(MODULES) - set(modules)))}")
        with self.passing(self.modules_key(), self.server.create) as database:
            self.install(database, modules, "--with-demo")
            self._dump(database, out)

    def _build_addons(self, base: Path, out: Path) -> None:
        with self.passing(self.addons_key(), lambda name: self.restore(base, name)) as database:
            self.install(database, self.installed)
            self.shell(database, odoo_assets.FIRST_PAGES, odoo_assets.PROOF)
            self._dump(database, out)

    def _module_folders(self) -> list[Path]:
        return [*self.tree.addons, self.venv.site / "odoo" / "addons"]

    def install(self, database: str, modules: list[str], *flags: str) -> None:
        """Install modules into a database. Raises StepError when Odoo complains or one is not installed after."""
        log = self.processes.log("odoo-build")
        command = self.command(
            "-c", str(self.config), "-d", database, "--db-filter", database, "-i", ",".join(modules),
            "--stop-after-init", "--no-http", "--max-cron-threads", "0", *flags,
        )  # fmt: skip
        begin = log.stat().st_size if log.exists() else 0
        run(
            f"install {', '.join(modules)}",
            command,
            log=log,
            env=self.build_environment,
            cwd=self.folder,
            hint="the log's last traceback names the addon",
        )
        with log.open("rb") as source:
            source.seek(begin)
            written = source.read().decode(errors="replace")
        bad = [
            line for line in written.splitlines() if " CRITICAL " in line or "Failed to load registry" in line
        ]
        state = self.server.sql(
            database, "SELECT string_agg(name, ',') FROM ir_module_module WHERE state = 'installed'"
        )
        absent = sorted(set(modules) - set(state.split(",")))
        if bad or absent:
            problem = bad[0] if bad else f"not installed: {', '.join(absent)}"
            raise StepError(
                f"install {', '.join(modules)}", problem, "the log's last traceback names the addon", log
            )

    def shell(
        self, database: str, script: str, proof: str, env: Mapping[str, str] | None = None, flags: Sequence[str] = ()
    ) -> str:  # fmt: skip
        """Run a script inside `odoo shell`; without its proof in the output it failed."""
        log = self.processes.log("odoo-shell")
        command = self.command(
            "shell", "-c", str(self.config), "-d", database, "--no-http", "--max-cron-threads", "0", *flags
        )
        path = f"{self.tree.python_path}:{ROOT}"
        output = run(
            "odoo shell",
            command,
            log=log,
            env={**self.build_environment, "PYTHONPATH": path, **(env or {})},
            cwd=self.folder,
            feed=script,
            hint="the log's last traceback names the line to mend",
        )
        if proof not in output:
            hint = "mend the line that the log's last traceback names; `make down`, `make up` again"
            raise StepError("odoo shell", f"the script did not come to its end: {output[-200:]}", hint, log)
        return output

    def _dump(self, database: str, out: Path) -> None:
        self.server.sql(database, "ANALYZE")
        self.server.tool("pg_dump", "-Fc", "-O", "-x", "-f", out / "odoo.dump", database)
        files = self.data / "filestore" / database
        shutil.copytree(files, out / "filestore") if files.is_dir() else (out / "filestore").mkdir()

    def restore(self, template: Path, database: str) -> None:
        """Make a database, and its files, from a template."""
        self.server.drop(database)
        self.server.create(database)
        flags = ("-U", "odoo", "-j2", "-O", "-x", "-d", database)
        self.server.tool("pg_restore", *flags, template / "odoo.dump")
        self.server.sql(database, "ANALYZE")
        files = self.data / "filestore" / database
        shutil.rmtree(files, ignore_errors=True)
        files.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(template / "filestore", files)

    def fresh(self, database: str) -> None:
        """A database as the template has it: a copy of the stack's own while nobody has a key to that, else restored."""
        known = read_json(self.state, {}).get("key") == self.addons_key()
        if known and not (self.folder / "provisioned.json").exists() and self.server.exists(DATABASE):
            self.copy(DATABASE, database)
        else:
            self.restore(self.template(), database)

    def copy(self, source: str, database: str) -> None:
        """Copy a database that nobody is connected to, and its files."""
        self.server.tool("createdb", "-O", "odoo", "-T", source, database)
        files = self.data / "filestore"
        shutil.copytree(files / source, files / database)

    def discard(self, database: str) -> None:
        """Drop a database and its files."""
        self.server.drop(database)
        shutil.rmtree(self.data / "filestore" / database, ignore_errors=True)
