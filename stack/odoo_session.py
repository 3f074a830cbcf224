"""A signed-in person of Odoo, for tests and the demo."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import odoorpc.error
import requests

from .store import read_json, write_private

COOKIE = "session_id"


class OdooSession:
    """One person's session, asked as Odoo's web client asks.

    A call by odoorpc's `execute_kw` sends the password along, and Odoo hashes it again (600,000 rounds) whenever its caches were
    emptied: three fifths of what Odoo did under the tests. A session is signed in once, and with `kept` once for all programs
    that ask this Odoo: the file holds the cookie of each login, readable by its owner only.

    Raises odoorpc.error.RPCError with Odoo's own words where it refuses.
    """

    def __init__(self, url: str, database: str, login: str, password: str, kept: Path | None = None) -> None:
        self._url, self._http = url, requests.Session()
        # A connection that is left open is one that a killed Odoo answers no more.
        self._http.headers["Connection"] = "close"
        before = read_json(kept, {}).get(login) if kept else None
        #: The user's id in Odoo.
        self.uid: int = self._resume(before) or self._sign_in(database, login, password)
        if kept and (before or {}).get(COOKIE) != self.cookie:
            signed_in = {COOKIE: self.cookie, "uid": self.uid}
            write_private(kept, {**read_json(kept, {}), login: signed_in})

    @property
    def cookie(self) -> str:
        """What a browser sends to be this session."""
        return self._http.cookies[COOKIE]

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a public method of an Odoo model; keyword arguments as they are, `context` among them.

        Of a method that answers nothing Odoo sends no `result` at all.
        """
        asked = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self._ask(f"/web/dataset/call_kw/{model}/{method}", asked)

    def get(self, path: str) -> requests.Response:
        """A page or a file as the person downloads it."""
        return self._http.get(self._url + path, timeout=120)

    def _sign_in(self, database: str, login: str, password: str) -> int:
        self._http.cookies.clear()
        who = {"db": database, "login": login, "password": password}
        uid: int = self._ask("/web/session/authenticate", who)["uid"]
        return uid

    def _resume(self, before: dict[str, Any] | None) -> int:
        """The user's id of a session that somebody began earlier; 0 when it has ended, or there is none."""
        if before is None:
            return 0
        # As a cookie of this host, so that one that Odoo sends later takes its place.
        self._http.cookies.set(COOKIE, before[COOKIE], domain=urlsplit(self._url).hostname, path="/")
        try:
            self._ask("/web/session/check", {})
        except odoorpc.error.RPCError:
            return 0
        return int(before["uid"])

    def _ask(self, path: str, params: dict[str, Any]) -> Any:
        asked = {"jsonrpc": "2.0", "method": "call", "params": params}
        answer = self._http.post(self._url + path, json=asked, timeout=120)
        answer.raise_for_status()
        body = answer.json()
        if error := body.get("error"):
            raise odoorpc.error.RPCError(error["data"]["message"], error)
        return body.get("result")
