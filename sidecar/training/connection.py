"""A logged-in client of Odoo."""

from typing import Any
from urllib.parse import urlsplit

import odoorpc


def connect(url: str, database: str, login: str, key: str) -> Any:
    """A logged-in client. Raises odoorpc.error.Error or URLError when Odoo refuses or is away."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 80)
    client = odoorpc.ODOO(
        parts.hostname, protocol="jsonrpc+ssl" if secure else "jsonrpc", port=port, timeout=120
    )
    client.login(database, login, key)
    return client
