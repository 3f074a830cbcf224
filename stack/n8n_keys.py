"""Keys of n8n's public API, made as its owner. Standard library only: the containers run it too."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Sequence

from .n8n_editor import N8nEditor, N8nRefused

LABEL = "gatehouse stack"
DAYS = 90


class N8nKeys(N8nEditor):
    """The owner's keys of one n8n."""

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

    def make(
        self, email: str, password: str, label: str = LABEL, scopes: Sequence[str] = ()
    ) -> tuple[str, int]:
        """A fresh key with these scopes, or every scope of the owner, and when it expires (seconds since 1970).

        An earlier key of the same label goes. Raises N8nRefused.
        """
        self.sign_in(email, password)
        for old in self.rest("/rest/api-keys")["data"]["items"]:
            if old["label"] == label:
                self.rest(f"/rest/api-keys/{old['id']}", method="DELETE")
        wanted = list(scopes) or self.rest("/rest/api-keys/scopes")["data"]
        expires = int(time.time()) + DAYS * 86400
        made = self.rest("/rest/api-keys", {"label": label, "expiresAt": expires, "scopes": wanted})
        return str(made["data"]["rawApiKey"]), expires
