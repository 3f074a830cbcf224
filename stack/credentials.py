"""The credentials whose stubs the workflow files name, filled for one place. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

#: {partner: the path of its contract}, which the credential's connection test asks for.
CONTRACTS = {
    "finance": "/v1/finance/exposure",
    "carrier": "/v1/carrier/limits",
    "account": "/v1/accounts/lookup",
    "supplier": "/v1/supplier/availability",
}


def credentials(
    urls: Mapping[str, str], database: str, secrets: Mapping[str, Any], bot_key: str
) -> list[dict[str, Any]]:
    """What `n8n import:credentials` reads.

    urls: base addresses of odoo, sidecar and partners as n8n reaches them, and of the mail server as
    `mail`, such as smtp://user:word@host:587 (smtps encrypts from the start); the folder of supplier documents as
    `files`, such as sftp://user:word@host:22; database: Odoo's; secrets: as
    `stack.store.stack_secrets` makes them; bot_key: the API key of Odoo's bot.
    """
    partner = {"baseUrl": urls["partners"], "apiKey": secrets["partners_key"]}
    sidecar = {"baseUrl": urls["sidecar"], "apiKey": secrets["sidecar_keys"]["n8n"]}
    odoo = {"baseUrl": urls["odoo"], "database": database, "apiKey": bot_key}
    signing = {"secret": secrets["signing_secret"], "previousSecret": ""}
    hooks = f"{urls['partners']}/hooks/{secrets['partners_key']}"
    mail = {"name": "X-Gatehouse-Token", "value": secrets["mail_token"]}
    # the only header that every Alertmanager can send
    alerts = {"name": "Authorization", "value": f"Bearer {secrets['alerts_token']}"}
    documents = {"name": "X-Gatehouse-Token", "value": secrets["documents_token"]}
    rows: list[tuple[str, str, str, dict[str, Any]]] = [
        ("gatehouse-signing", "Gatehouse signing", "gatehouseSigningApi", signing),
        ("gatehouse-sidecar", "Gatehouse sidecar", "gatehouseApi", sidecar),
        *(
            (
                f"gatehouse-{name}",
                f"Gatehouse {name} partner",
                "gatehousePartnerApi",
                {**partner, "contract": contract},
            )
            for name, contract in CONTRACTS.items()
        ),
        *(
            (
                f"gatehouse-{name.lower()}",
                f"Gatehouse {name} channel",
                "gatehousePartnerApi",
                {"baseUrl": f"{hooks}/{name.lower()}", "apiKey": "", "contract": name.lower()},
            )
            for name in ("Slack", "Teams")
        ),
        ("gatehouse-odoo", "Gatehouse Odoo", "gatehouseOdooApi", odoo),
        ("gatehouse-mail", "Gatehouse mail webhook", "httpHeaderAuth", mail),
        ("gatehouse-documents", "Gatehouse document webhook", "httpHeaderAuth", documents),
        ("gatehouse-alerts", "Gatehouse alert webhook", "httpHeaderAuth", alerts),
        ("gatehouse-documents-sftp", "Gatehouse document folder", "sftp", sftp(urls["files"])),
        ("gatehouse-smtp", "Gatehouse mail server", "smtp", smtp(urls["mail"])),
    ]
    # No node but ours may send one of these anywhere.
    closed = {"allowedHttpRequestDomains": "none"}
    return [
        {"id": key, "name": name, "type": kind, "data": {**data, **closed}} for key, name, kind, data in rows
    ]


def smtp(url: str) -> dict[str, Any]:
    """The mail server of an address; a login is sent over STARTTLS or TLS, plain only to loopback without one."""
    at = urlsplit(url)
    if at.scheme not in ("smtp", "smtps") or not at.hostname:
        raise ValueError(
            f"the mail server's address must look like smtp://user:word@host:587, not {at.scheme}://…"
        )
    secure = at.scheme == "smtps"
    return {
        "user": unquote(at.username or ""),
        "password": unquote(at.password or ""),
        "host": at.hostname,
        "port": at.port or (465 if secure else 587),
        "secure": secure,
        "disableStartTls": not secure and at.hostname == "127.0.0.1" and not at.username,
    }


def sftp(url: str) -> dict[str, Any]:
    """The folder of documents of an address; with a password, or with a key that is filled in n8n."""
    at = urlsplit(url)
    if at.scheme != "sftp" or not at.hostname:
        raise ValueError(
            f"the document folder's address must look like sftp://user:word@host:22, not {at.scheme}://…"
        )
    return {
        "host": at.hostname,
        "port": at.port or 22,
        "username": unquote(at.username or ""),
        "password": unquote(at.password or ""),
        "privateKey": "",
        "passphrase": "",
    }
