"""n8n through the paths of its own editor, signed in as its owner. Standard library only: the containers run it too."""

from __future__ import annotations

import http.cookiejar
import json
import time
import urllib.error
import urllib.request
from typing import Any

BROWSER = "gatehouse-stack"
#: How often a login is tried that n8n puts off, and the seconds between.
WAITS, WAIT_SECONDS = 10, 10.0


class N8nRefused(Exception):
    """n8n answered with an error; the text names path, status and answer."""


class N8nEditor:
    """One n8n, before and after `sign_in`."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def sign_in(self, email: str, password: str) -> None:
        """Go on as this person; n8n takes five logins a minute, and a further one waits. Raises N8nRefused."""
        for left in reversed(range(WAITS)):
            try:
                self.rest("/rest/login", {"emailOrLdapLoginId": email, "password": password})
                return
            except N8nRefused as error:
                if not left or "answered 429" not in str(error):
                    raise
            time.sleep(WAIT_SECONDS)

    def execute(self, workflow: str, trigger: str) -> None:
        """Begin an execution at a trigger, as *Execute workflow* does; it is not waited for. Raises N8nRefused."""
        self.rest(f"/rest/workflows/{workflow}/run", {"triggerToStartFrom": {"name": trigger}})

    def rest(self, path: str, body: Any = None, method: str = "") -> Any:
        """What a path of the editor answers; POST when there is a body and no method. Raises N8nRefused."""
        request = urllib.request.Request(
            self.url + path,
            data=json.dumps(body).encode() if body is not None else None,
            method=method or ("POST" if body is not None else "GET"),
            headers={"Content-Type": "application/json", "browser-id": BROWSER},
        )
        try:
            with self.opener.open(request, timeout=30) as answer:
                return json.loads(answer.read() or b"{}")
        except urllib.error.HTTPError as error:
            detail = error.read().decode(errors="replace")[:300]
            raise N8nRefused(f"{path} answered {error.code}: {detail}") from error
