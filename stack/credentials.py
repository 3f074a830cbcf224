"""The credentials whose stubs the workflow files name, filled for one place. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def credentials(
    urls: Mapping[str, str], database: str, secrets: Mapping[str, Any], bot_key: str
) -> list[dict[str, Any]]:
    """What `n8n import:credentials` reads.

    urls: base addresses of odoo, sidecar and partners as n8n reaches them; database: Odoo's; secrets: as
    `stack.store.stack_secrets` makes them; bot_key: the API key of Odoo's bot.
    """
    partner = {"baseUrl": urls["partners"], "apiKey": secrets["partners_key"]}
    sidecar = {"baseUrl": urls["sidecar"], "apiKey": secrets["sidecar_keys"]["n8n"]}
    odoo = {"baseUrl": urls["odoo"], "database": database, "apiKey": bot_key}
    signing = {"secret": secrets["signing_secret"], "previousSecret": ""}
    mail = {"name": "X-Gatehouse-Token", "value": secrets["mail_token"]}
    rows: list[tuple[str, str, str, dict[str, str]]] = [
        ("gatehouse-signing", "Gatehouse signing", "gatehouseSigningApi", signing),
        ("gatehouse-sidecar", "Gatehouse sidecar", "gatehouseApi", sidecar),
        ("gatehouse-finance", "Gatehouse finance partner", "gatehousePartnerApi", partner),
        ("gatehouse-carrier", "Gatehouse carrier partner", "gatehousePartnerApi", partner),
        ("gatehouse-account", "Gatehouse account partner", "gatehousePartnerApi", partner),
        ("gatehouse-odoo", "Gatehouse Odoo", "gatehouseOdooApi", odoo),
        ("gatehouse-mail", "Gatehouse mail webhook", "httpHeaderAuth", mail),
    ]
    # No node but ours may send one of these anywhere.
    closed = {"allowedHttpRequestDomains": "none"}
    return [
        {"id": key, "name": name, "type": kind, "data": {**data, **closed}} for key, name, kind, data in rows
    ]
