"""n8n of the stack: nodes of our own, owner, key, credentials and workflows."""

from __future__ import annotations

import http.cookiejar
import json
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from .build_n8n import N8nTree, npm_env
from .build_python import Venv
from .environment import Place, n8n_environment
from .odoo import DATABASE
from .paths import ROOT, digest
from .probe import answers
from .processes import Processes, Service
from .steps import StepError, plain_env, run, step, warn
from .store import read_json, write_private

BROWSER = "gatehouse-stack"
WORKFLOWS = ROOT / "n8n-workflows"


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
        port = self.place.ports["n8n"]
        return Service(
            "n8n", command, self.environment, self.folder, lambda: answers(port, "/healthz/readiness"), 180
        )

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

    # -- owner and key --------------------

    def api_key(self) -> str:
        """A key of the public API that works, the one of last time or a new one."""
        known: dict[str, Any] = read_json(self.state, {})
        if known.get("api_key") and known.get("expires", 0) > time.time() and self._works(known["api_key"]):
            return str(known["api_key"])
        with step("n8n API key"):
            opener = urllib.request.build_opener(
                urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
            )
            login = {
                "emailOrLdapLoginId": self.place.secrets["n8n_owner_email"],
                "password": self.place.secrets["n8n_owner_password"],
            }
            self._rest(opener, "/rest/login", login)
            for old in self._rest(opener, "/rest/api-keys")["data"]:
                if isinstance(old, dict) and old.get("label") == "gatehouse stack":
                    self._rest(opener, f"/rest/api-keys/{old['id']}", method="DELETE")
            scopes = self._rest(opener, "/rest/api-keys/scopes")["data"]
            expires = int(time.time()) + 90 * 86400
            made = self._rest(
                opener, "/rest/api-keys", {"label": "gatehouse stack", "expiresAt": expires, "scopes": scopes}
            )
            key = str(made["data"]["rawApiKey"])
        write_private(self.state, {**read_json(self.state, {}), "api_key": key, "expires": expires - 86400})
        return key

    def _works(self, key: str) -> bool:
        url = f"{self.place.url('n8n')}/api/v1/workflows?limit=1"
        try:
            urllib.request.urlopen(
                urllib.request.Request(url, headers={"X-N8N-API-KEY": key}), timeout=30
            ).close()
        except urllib.error.HTTPError as error:
            if error.code in (401, 403):
                return False
            raise StepError("n8n API key", f"n8n answers {error.code}", "read n8n's log", self.log) from error
        return True

    def _rest(
        self, opener: urllib.request.OpenerDirector, path: str, body: Any = None, method: str = ""
    ) -> Any:
        request = urllib.request.Request(
            self.place.url("n8n") + path,
            data=json.dumps(body).encode() if body is not None else None,
            method=method or ("POST" if body is not None else "GET"),
            headers={"Content-Type": "application/json", "browser-id": BROWSER},
        )
        try:
            with opener.open(request, timeout=30) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            detail = error.read().decode(errors="replace")[:300]
            raise StepError(
                "n8n API key",
                f"{path} answered {error.code}: {detail}",
                "`make down`, delete the stack's n8n.json and owner.json, `make up`",
                self.log,
            ) from error

    # -- credentials and workflows --------------------

    def credentials(self, bot_key: str) -> list[dict[str, Any]]:
        """The credentials whose stubs the workflow files name."""
        key, urls = self.place.secrets["partners_key"], self.place.urls
        partner = {"baseUrl": urls["partners"], "apiKey": key}
        sidecar = {"baseUrl": urls["sidecar"], "apiKey": self.place.secrets["sidecar_keys"]["n8n"]}
        odoo = {"baseUrl": urls["odoo"], "database": DATABASE, "apiKey": bot_key}
        signing = {"secret": self.place.secrets["signing_secret"], "previousSecret": ""}
        mail = {"name": "X-Gatehouse-Token", "value": self.place.secrets["mail_token"]}
        # No node but ours may send one of these anywhere.
        closed = {"allowedHttpRequestDomains": "none"}
        rows: list[tuple[str, str, str, dict[str, str]]] = [
            ("gatehouse-signing", "Gatehouse signing", "gatehouseSigningApi", {**signing, **closed}),
            ("gatehouse-sidecar", "Gatehouse sidecar", "gatehouseApi", {**sidecar, **closed}),
            ("gatehouse-finance", "Gatehouse finance partner", "gatehousePartnerApi", {**partner, **closed}),
            ("gatehouse-carrier", "Gatehouse carrier partner", "gatehousePartnerApi", {**partner, **closed}),
            ("gatehouse-account", "Gatehouse account partner", "gatehousePartnerApi", {**partner, **closed}),
            ("gatehouse-odoo", "Gatehouse Odoo", "gatehouseOdooApi", {**odoo, **closed}),
            ("gatehouse-mail", "Gatehouse mail webhook", "httpHeaderAuth", {**mail, **closed}),
        ]
        return [{"id": key, "name": name, "type": kind, "data": data} for key, name, kind, data in rows]

    def import_credentials(self, bot_key: str) -> None:
        """Bring the credentials into n8n when they changed."""
        wanted = self.credentials(bot_key)
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
            raise StepError("n8n credentials", "n8n did not import them", "read the log", self.log)
        write_private(self.state, {**read_json(self.state, {}), "credentials": key})

    def deploy(self, sidecar: Venv, api_key: str) -> None:
        """Deploy the workflow files."""
        if not (ROOT / "sidecar" / "workflows").is_dir() or not list(WORKFLOWS.glob("*.json")):
            warn("sidecar/workflows or n8n-workflows is not there yet: no workflow is deployed")
            return
        key = digest(WORKFLOWS, ROOT / "sidecar" / "workflows", str(read_json(self.state, {}).get("package")))
        known = read_json(self.state, {})
        if known.get("workflows") == key:
            return
        env = plain_env(GATEHOUSE_N8N_URL=self.place.url("n8n"), GATEHOUSE_N8N_API_KEY=api_key)
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
