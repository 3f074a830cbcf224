"""Keys of n8n's public API, made as its owner. Standard library only: the containers run it too."""

from __future__ import annotations

import http.cookiejar
import json
import time
import urllib.error
import urllib.request
from typing import Any

BROWSER = "gatehouse-stack"
LABEL = "gatehouse stack"
DAYS = 90


class N8nRefused(Exception):
    """n8n answered with an error; the text names path, status and answer."""


class N8nKeys:
    """One n8n, seen through the paths of its own editor."""

    def __init__(self, url: str) -> None:
        self.url = url
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def works(self, key: str) -> bool:
        """Whether n8n takes this key. Raises N8nRefused on any error but a refused key."""
        request = urllib.request.Request(
            f"{self.url}/api/v1/workflows?limit=1", headers={"X-N8N-API-KEY": key}
        )
        try:
            urllib.request.urlopen(request, timeout=30).close()
        except urllib.error.HTTPError as error:
            if error.code in (401, 403):
                return False
            raise N8nRefused(f"n8n answers {error.code}") from error
        return True

    def make(self, email: str, password: str, label: str = LABEL) -> tuple[str, int]:
        """A fresh key with every scope of the owner, and when it expires (seconds since 1970).

        An earlier key of the same label goes. Raises N8nRefused.
        """
        self._rest("/rest/login", {"emailOrLdapLoginId": email, "password": password})
        for old in self._rest("/rest/api-keys")["data"]["items"]:
            if old["label"] == label:
                self._rest(f"/rest/api-keys/{old['id']}", method="DELETE")
        scopes = self._rest("/rest/api-keys/scopes")["data"]
        expires = int(time.time()) + DAYS * 86400
        made = self._rest("/rest/api-keys", {"label": label, "expiresAt": expires, "scopes": scopes})
        return str(made["data"]["rawApiKey"]), expires

    def _rest(self, path: str, body: Any = None, method: str = "") -> Any:
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
