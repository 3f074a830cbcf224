"""n8n's public API (v1) with an API key: no session, no database, works against a remote n8n."""

from __future__ import annotations

import io
import json
import tarfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import requests

from sidecar.workflows.files import WorkflowError
from sidecar.workflows.normal import Workflow

TIMEOUT = (5, 60)
PAGE = 100
GET_TRIES = 3
SCOPES = "workflow:read, workflow:list, workflow:import, workflow:activate"


class N8nClient:
    """The calls that lint, export, deploy and diff need."""

    def __init__(self, url: str, api_key: str, session: requests.Session | None = None) -> None:
        self._base = url.rstrip("/")
        self._session = session or requests.Session()
        self._session.headers.update({"X-N8N-API-KEY": api_key, "Accept": "application/json"})

    def list_workflows(self) -> Iterator[Workflow]:
        """Every workflow the key may see, draft and active version included."""
        cursor: str | None = None
        while True:
            parameters: dict[str, Any] = {"limit": PAGE}
            if cursor:
                parameters["cursor"] = cursor
            page = self._call("GET", "/workflows", params=parameters)
            yield from page["data"]
            cursor = page.get("nextCursor")
            if not cursor:
                return

    def get_workflow(self, workflow_id: str) -> Workflow | None:
        """One workflow with its draft and its active version, or None when n8n does not know it."""
        found: Workflow | None = self._call("GET", f"/workflows/{workflow_id}", missing_ok=True)
        return found

    def activate(self, workflow_id: str, version_name: str, description: str) -> Workflow:
        """Publishes the draft and names the version, which is how a later deploy knows its own work."""
        body = {"name": version_name, "description": description}
        answer: Workflow = self._call("POST", f"/workflows/{workflow_id}/activate", json=body)
        return answer

    def executions(self, status: str, most: int) -> Iterator[dict[str, Any]]:
        """Executions of one status, newest first, over as many pages as it takes; at most `most`."""
        cursor, count = None, 0
        while count < most:
            parameters: dict[str, Any] = {"status": status, "limit": min(PAGE, most - count)}
            if cursor:
                parameters["cursor"] = cursor
            page = self._call("GET", "/executions", params=parameters)
            yield from page["data"]
            count += len(page["data"])
            cursor = page.get("nextCursor")
            if not cursor or not page["data"]:
                return

    def execution(self, number: str) -> dict[str, Any] | None:
        """One execution without its data, or None when n8n does not keep it (any more)."""
        found: dict[str, Any] | None = self._call("GET", f"/executions/{number}", missing_ok=True)
        return found

    def import_package(self, workflows: Iterable[Workflow], credentials: dict[str, str]) -> Any:
        """Creates or updates workflows as drafts in one step that keeps their ids.

        ``POST /workflows`` refuses an id, the package import takes it. Credentials must exist;
        ``credentials`` maps the stub ids of the files to those of this n8n where they differ.
        """
        form = {
            "workflowIdPolicy": "source",
            "workflowConflictPolicy": "new-version",
            "workflowPublishingPolicy": "preserve-published-state",
            "credentialMatchingMode": "id-only",
            "credentialMissingMode": "must-preexist",
            "missingNodeTypeMode": "fail",
            "bindings": json.dumps({"credentials": credentials}),
        }
        package = build_package(list(workflows))
        files = {"package": ("gatehouse.n8np", package, "application/gzip")}
        return self._call("POST", "/n8n-packages/import", data=form, files=files)

    def _call(self, method: str, path: str, missing_ok: bool = False, **arguments: Any) -> Any:
        response = self._send(method, path, arguments)
        if response.status_code == 404 and missing_ok:
            return None
        if response.status_code == 401:
            raise WorkflowError(f"{self._base}: n8n refused the API key (401); set GATEHOUSE_N8N_API_KEY")
        if response.status_code == 403:
            raise WorkflowError(f"{method} {path}: n8n refused (403); the API key needs the scopes {SCOPES}")
        if response.status_code >= 400:
            raise WorkflowError(f"{method} {path}: n8n answered {response.status_code}: {_message(response)}")
        try:
            return response.json() if response.content else None
        except ValueError as error:
            raise WorkflowError(f"{method} {path}: n8n answered no JSON; is {self._base} an n8n?") from error

    def _send(self, method: str, path: str, arguments: dict[str, Any]) -> requests.Response:
        tries = GET_TRIES if method == "GET" else 1
        for attempt in range(1, tries + 1):
            try:
                response = self._session.request(
                    method, f"{self._base}/api/v1{path}", timeout=TIMEOUT, **arguments
                )
            except requests.RequestException as error:
                if attempt == tries:
                    raise WorkflowError(f"cannot reach n8n at {self._base}: {error}") from error
            else:
                if response.status_code not in (429, 502, 503, 504) or attempt == tries:
                    return response
            time.sleep(0.5 * attempt)
        raise AssertionError("unreachable")


def _message(response: requests.Response) -> str:
    try:
        body = response.json()
    except ValueError:
        return response.text[:500]
    if not isinstance(body, dict):
        return str(body)[:500]
    text = str(body.get("message") or "no message")
    missing = [
        i.get("sourceId") for i in body.get("issues") or [] if i.get("type") == "credential-unresolved"
    ]
    if missing:
        names = ", ".join(map(str, missing))
        text += f" (no credential {names} in n8n: create it, or map it by --credential STUB=ID)"
    rest = {key: value for key, value in body.items() if key not in ("message", "code", "status") and value}
    return f"{text} {json.dumps(rest)[:1500]}" if rest else text


def build_package(workflows: list[Workflow]) -> bytes:
    """An n8n package of these workflows: a gzipped tar with a manifest that names what they need."""
    files: dict[str, Any] = {}
    entries = []
    for workflow in workflows:
        target = f"workflows/{workflow['id']}"
        entries.append({"id": workflow["id"], "name": workflow["name"], "target": target})
        extra = {"versionId": "", "parentFolderId": None, "isArchived": False}
        files[f"{target}/workflow.json"] = workflow | extra
        files[f"{target}/workflow-metadata.json"] = {"publishedVersionId": None}
    manifest = {
        "packageFormatVersion": "1",
        "exportedAt": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "sourceN8nVersion": "2.40.7",
        "sourceId": "gatehouse",
        "workflows": entries,
        "requirements": _requirements(workflows),
    }
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in [("manifest.json", manifest), *sorted(files.items())]:
            data = json.dumps(content).encode("utf-8")
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def _requirements(workflows: list[Workflow]) -> dict[str, Any]:
    types: dict[tuple[str, float], list[str]] = {}
    credentials: dict[str, dict[str, Any]] = {}
    for workflow in workflows:
        for node in workflow["nodes"]:
            users = types.setdefault((node["type"], node.get("typeVersion", 1)), [])
            if workflow["id"] not in users:
                users.append(workflow["id"])
            for kind, reference in (node.get("credentials") or {}).items():
                if not reference.get("id"):
                    continue
                base = {"id": reference["id"], "name": reference["name"], "type": kind, "usedByWorkflows": []}
                entry = credentials.setdefault(reference["id"], base)
                if workflow["id"] not in entry["usedByWorkflows"]:
                    entry["usedByWorkflows"].append(workflow["id"])
    node_types = [{"type": t, "typeVersion": v, "usedByWorkflows": users} for (t, v), users in types.items()]
    requirements: dict[str, Any] = {"nodeTypes": node_types}
    if credentials:
        requirements["credentials"] = list(credentials.values())
    return requirements
