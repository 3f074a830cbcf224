"""The running stack as tests and demo see it: addresses and logins from stack.json, Odoo as its web client asks it."""

from __future__ import annotations

import imaplib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import odoorpc.error
import requests

from .n8n_editor import N8nEditor
from .odoo_session import OdooSession

T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent
#: Between two prompts of one wait: longer than what is prompted takes as a rule, so that few of them overlap.
PROMPT_SECONDS = 10.0


def wait_until(
    read: Callable[[], T],
    reached: Callable[[T], bool],
    seconds: float = 120.0,
    prompt: Callable[[], None] | None = None,
) -> T:
    """Call `read` until `reached(value)`; the last value is shown when the time is up.

    `prompt` is called first and every `PROMPT_SECONDS` after: it brings on what a schedule would do later by itself.
    """
    begun = time.monotonic()
    end, prompted = begun + seconds, begun - PROMPT_SECONDS
    while True:
        if prompt and time.monotonic() - prompted >= PROMPT_SECONDS:
            prompt()
            prompted = time.monotonic()
        value = read()
        if reached(value):
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not reached within {seconds:.0f} s; last seen: {value!r}")
        time.sleep(0.25)


@dataclass
class Stack:
    """What `make up` wrote to stack.json, with one Odoo session a user."""

    data: dict[str, Any]
    sessions: dict[str, OdooSession] = field(default_factory=dict)
    editor: N8nEditor | None = None

    @classmethod
    def load(cls) -> Stack:
        folder = Path(os.environ.get("GATEHOUSE_STACK_DIR", ROOT / ".stack"))
        path = folder / "stack.json"
        if not path.exists():
            raise FileNotFoundError(f"{path} is missing: run `make up` first, or `make test`, which does it")
        return cls(json.loads(path.read_text()))

    def url(self, name: str) -> str:
        """Base address of `odoo`, `n8n`, `sidecar` or `partners`."""
        return str(self.data["urls"][name])

    def odoo(self, login: str) -> OdooSession:
        """The session of a demo user, or of `admin`, with that user's own rights."""
        if login not in self.sessions:
            password = self.data["admin"]["password"] if login == "admin" else self.data["users"][login]
            name = self.data["admin"]["login"] if login == "admin" else login
            kept = Path(self.data["folder"]) / "sessions.json"
            self.sessions[login] = OdooSession(
                self.url("odoo"), self.data["databases"]["odoo"], name, password, kept
            )
        return self.sessions[login]

    def call(self, login: str, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call an Odoo method as that user."""
        return self.odoo(login).call(model, method, *args, **kwargs)

    def scheduled(self, name: str) -> None:
        """Run a scheduled action of Odoo now, as its minute or hour would later; by the name that Odoo shows."""
        found = self.call("admin", "ir.cron", "search", [("name", "=", name)])
        if len(found) != 1:
            raise LookupError(f"{len(found)} scheduled actions of Odoo are called {name!r}, expected one")
        try:
            self.call("admin", "ir.cron", "method_direct_trigger", found)
        except odoorpc.error.RPCError as error:
            if "already executing" not in str(error):  # then its own schedule was quicker
                raise

    def bot(self, model: str, method: str, **named: Any) -> requests.Response:
        """Call a method the way n8n does: JSON-2 with the bot's key."""
        return requests.post(
            f"{self.url('odoo')}/json/2/{model}/{method}",
            json=named,
            timeout=60,
            headers={
                "Authorization": f"bearer {self.data['bot']['api_key']}",
                "X-Odoo-Database": self.data["databases"]["odoo"],
            },
        )

    @contextmanager
    def mailbox(self, name: str) -> Iterator[imaplib.IMAP4]:
        """One of the stack's mailboxes, logged in: `service` or `documents`."""
        at = urlsplit(self.url("imap"))
        with imaplib.IMAP4(str(at.hostname), int(at.port or 0), timeout=30) as box:
            box.login(name, self.data["imap_passwords"][name])
            yield box

    def put_mail(self, name: str, content: bytes) -> None:
        """Put one mail into a mailbox, unseen."""
        with self.mailbox(name) as box:
            status, answer = box.append("INBOX", "", "", content)
        if status != "OK":
            raise AssertionError(f"the mailbox {name} did not take a mail: {answer!r}")

    def execute(self, workflow: str) -> None:
        """Execute a scheduled workflow now, as its owner does in n8n's editor; named by its file, without `.json`."""
        content = json.loads((ROOT / "n8n-workflows" / f"{workflow}.json").read_text())
        [trigger] = [node["name"] for node in content["nodes"] if node["type"].endswith(".scheduleTrigger")]
        self.n8n().execute(content["id"], trigger)

    def n8n(self) -> N8nEditor:
        """n8n's editor as its owner; signed in once, because n8n takes few logins a minute."""
        if self.editor is None:
            editor = N8nEditor(self.url("n8n"))
            editor.sign_in(self.data["n8n"]["email"], self.data["n8n"]["password"])
            self.editor = editor
        return self.editor

    def partner_mode(self, partner: str, mode: str, delay_ms: int = 0) -> None:
        """Tell a partner to behave: `finance`, `carrier`, `account`, `supplier`, `booking`, `mail` or `alerts`; `ok`, `slow`, `down`, …"""
        answer = requests.put(
            f"{self.url('partners')}/control/{partner}",
            json={"mode": mode, "delay_ms": delay_ms},
            headers={"Authorization": f"Bearer {self.data['partners']['key']}"},
            timeout=10,
        )
        answer.raise_for_status()

    def partner_saw(self, what: str, **narrow: Any) -> list[dict[str, Any]]:
        """What the partners were asked or got: `calls`, `bookings`, `posts` or `mails`."""
        answer = requests.get(
            f"{self.url('partners')}/{what}",
            params=narrow,
            headers={"Authorization": f"Bearer {self.data['partners']['key']}"},
            timeout=10,
        )
        answer.raise_for_status()
        seen: list[dict[str, Any]] = answer.json()[what]
        return seen


@contextmanager
def stopped(name: str) -> Iterator[None]:
    """Run with one service of the stack ended, in each of its processes, and start it again afterwards."""
    started = Stack.load().data["pids"]
    names = [one for one in started if one == name or one.startswith(f"{name}_")]

    def each(command: str) -> None:
        for one in names:
            subprocess.run([sys.executable, "-m", "stack", command, one], cwd=ROOT, check=True)

    each("stop")
    try:
        yield
    finally:
        each("start")
