"""n8n of the stack: nodes of our own, owner, key, credentials and workflows."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .build_n8n import N8nTree, npm_env
from .build_python import Venv
from .credentials import credentials
from .environment import Place, n8n_environment, watch_environment
from .n8n_editor import N8nRefused
from .n8n_keys import N8nKeys
from .odoo import DATABASE
from .paths import ROOT, STACK, digest
from .probe import answers, listens
from .processes import Processes, Service
from .steps import StepError, plain_env, run, step, warn
from .store import read_json, write_private

WORKFLOWS = ROOT / "n8n-workflows"
FILES = STACK / "files.cjs"


def owner_hash(tree: N8nTree, folder: Path, password: str) -> str:
    """The bcrypt hash of the owner's password, made once."""
    path = folder / "owner.json"
    known: dict[str, str] = read_json(path, {})
    key = digest(password)
    if known.get("key") != key:
        script = (
            "const b=require('bcryptjs');let s='';process.stdin.on('data',d=>s+=d).on('end',()=>"
            "process.stdout.write(b.hashSync(s,10)))"
        )
        log = folder / "log" / "n8n-provision.log"
        made = run(
            "n8n owner",
            [tree.node.node, "-e", script],
            log=log,
            cwd=tree.path,
            env=npm_env(tree.node),
            feed=password,
        )
        known = {"key": key, "hash": made.strip()}
        write_private(path, known)
    return known["hash"]


class N8n:
    """n8n as one stack runs it."""

    def __init__(self, tree: N8nTree, processes: Processes, place: Place) -> None:
        self.tree, self.processes, self.place = tree, processes, place
        self.folder = processes.folder
        self.home = self.folder / "n8n"
        self.log = processes.log("n8n-provision")
        self.state = self.folder / "n8n.json"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of n8n and its commands."""
        path = npm_env(self.tree.node)["PATH"]
        return {**plain_env(), **n8n_environment(self.place), "PATH": path}

    def service(self) -> Service:
        """The running n8n."""
        command = [str(self.tree.node.node), str(self.tree.script), "start"]
        port = self.place.listens("n8n")
        return Service(
            "n8n", command, self.environment, self.folder, lambda: answers(port, "/healthz/readiness"), 180
        )

    def files_service(self) -> Service:
        """The SFTP folder of demo and tests, served with the SSH library of n8n's tree."""
        port = self.place.ports["files"]
        folder = self.folder / "supplier-files"
        command = [str(self.tree.node.node), str(FILES), str(self.tree.modules), str(port), str(folder)]
        env = plain_env(GATEHOUSE_FILES_PASSWORD=self.place.secrets["files_password"])
        return Service("files", command, env, self.folder, lambda: listens(port))

    def helpers(self) -> dict[str, Service]:
        """Of the profile `scale`: the process that takes webhooks and those that run executions."""
        if self.place.scale is None:
            return {}
        ports, found = self.place.scale.ports, {}
        for name, words in (
            ("n8n_webhook", ["webhook"]),
            ("n8n_worker_1", ["worker", "--concurrency=10"]),
            ("n8n_worker_2", ["worker", "--concurrency=10"]),
        ):
            port = ports[name]
            more = {
                "N8N_PORT": str(port),
                "QUEUE_HEALTH_CHECK_PORT": str(port),
                "N8N_RUNNERS_BROKER_PORT": str(ports[f"{name}_broker"]),
            }
            command = [str(self.tree.node.node), str(self.tree.script), *words]
            found[name] = Service(
                name, command, {**self.environment, **more}, self.folder, self._helper_ready(port), 180
            )
        return found

    def _helper_ready(self, port: int) -> Callable[[], bool]:
        return lambda: answers(port, "/healthz/readiness")

    def install_nodes(self, package: Path | None) -> bool:
        """Install our node package the way users do; true when n8n has to be started anew."""
        nodes = self.home / ".n8n" / "nodes"
        nodes.mkdir(parents=True, exist_ok=True)
        if package is None:
            warn("n8n-nodes/ holds no package yet: n8n runs without it")
            return False
        known = read_json(self.state, {})
        if known.get("package") == package.parent.name and (nodes / "node_modules").is_dir():
            return False
        with step("install the n8n node package"):
            manifest = nodes / "package.json"
            if not manifest.exists():
                manifest.write_text('{"name": "installed-nodes", "private": true, "dependencies": {}}\n')
            command = [
                self.tree.node.node,
                self.tree.node.npm,
                "install",
                "--omit=peer",
                "--no-audit",
                "--no-fund",
                "--ignore-scripts",
                "--install-links",
                package,
            ]
            run("install the n8n node package", command, log=self.log, env=npm_env(self.tree.node), cwd=nodes)
        write_private(self.state, {**known, "package": package.parent.name})
        return True

    def api_key(self) -> str:
        """A key of the public API that works, the one of last time or a new one."""
        known: dict[str, Any] = read_json(self.state, {})
        api = N8nKeys(self.place.url("n8n"))
        try:
            if known.get("expires", 0) > time.time() and api.works(known["api_key"]):
                return str(known["api_key"])
            with step("n8n API key"):
                key, expires = api.make(
                    self.place.secrets["n8n_owner_email"], self.place.secrets["n8n_owner_password"]
                )
        except N8nRefused as error:
            hint = "`make down`, delete the stack's n8n.json and owner.json, `make up`"
            raise StepError("n8n API key", str(error), hint, self.log) from error
        write_private(self.state, {**read_json(self.state, {}), "api_key": key, "expires": expires - 86400})
        return key

    def migrate(self, any_key: str) -> None:
        """Make n8n's tables in an empty database, without an owner; a key is asked for and nothing is kept with it."""
        env = {name: value for name, value in self.environment.items() if "OWNER" not in name}
        env |= {"N8N_ENCRYPTION_KEY": any_key, "N8N_RUNNERS_BROKER_PORT": "0", "N8N_METRICS": "false"}
        command = [self.tree.node.node, self.tree.script, "list:workflow"]
        run("n8n's tables", command, log=self.log, env=env, cwd=self.folder)

    # -- credentials and workflows --------------------

    def import_credentials(self, bot_key: str) -> None:
        """Bring the credentials into n8n when they changed."""
        wanted = credentials(self.place.neighbours, DATABASE, self.place.secrets, bot_key)
        key = digest(json.dumps(wanted, sort_keys=True))
        known = read_json(self.state, {})
        if known.get("credentials") == key:
            return
        with step("n8n credentials"), tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            path = Path(scratch) / "credentials.json"
            write_private(path, wanted)
            env = {**self.environment, "N8N_RUNNERS_BROKER_PORT": "0", "N8N_METRICS": "false"}
            output = run(
                "n8n credentials",
                [self.tree.node.node, self.tree.script, "import:credentials", f"--input={path}"],
                log=self.log,
                env=env,
                cwd=self.folder,
            )
        if "Successfully imported" not in output:
            hint = "`make down`, then `make up` again; the log's last lines say which credential n8n refused"
            raise StepError("n8n credentials", "n8n did not import them", hint, self.log)
        write_private(self.state, {**read_json(self.state, {}), "credentials": key})

    def deploy(self, sidecar: Venv, api_key: str, bot_key: str) -> None:
        """Deploy the workflow files, recorded in Odoo."""
        if not (ROOT / "sidecar" / "workflows").is_dir() or not list(WORKFLOWS.glob("*.json")):
            warn("sidecar/workflows or n8n-workflows is not there yet: no workflow is deployed")
            return
        key = digest(WORKFLOWS, ROOT / "sidecar" / "workflows", str(read_json(self.state, {}).get("package")))
        known = read_json(self.state, {})
        if known.get("workflows") == key:
            return
        env = plain_env(**watch_environment(self.place, api_key, bot_key))
        with step("deploy the n8n workflows"):
            run(
                "deploy the n8n workflows",
                [sidecar.python, "-m", "sidecar.cli", "workflows", "deploy"],
                log=self.log,
                env=env,
                cwd=ROOT,
                hint="mend the workflow that the log names",
            )
        write_private(self.state, {**read_json(self.state, {}), "workflows": key})
