"""A signed-in person of Odoo, for tests and the demo."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import odoorpc


class OdooSession:
    """One person's session, asked as Odoo's web client asks.

    A call by odoorpc's `execute_kw` sends the password along, and Odoo hashes it again (600,000 rounds) whenever its caches were
    emptied: three fifths of what Odoo did under the tests. A session is signed in once.

    Raises odoorpc.error.RPCError with Odoo's own words where it refuses.
    """

    def __init__(self, url: str, database: str, login: str, password: str) -> None:
        at = urlsplit(url)
        self._odoo = odoorpc.ODOO(at.hostname, port=at.port, timeout=120)
        who = {"db": database, "login": login, "password": password}
        #: The user's id in Odoo.
        self.uid: int = self._odoo.json("/web/session/authenticate", who)["result"]["uid"]

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a public method of an Odoo model; keyword arguments as they are, `context` among them.

        Of a method that answers nothing Odoo sends no `result` at all.
        """
        asked = {"model": model, "method": method, "args": list(args), "kwargs": kwargs}
        return self._odoo.json(f"/web/dataset/call_kw/{model}/{method}", asked).get("result")
