"""Where the running n8n reaches its neighbours, changed while it runs."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from stack.client import Stack
from stack.credentials import credentials
from stack.session import Session

#: Credentials that name one of the neighbours.
ADDRESSED = ("sidecar", "finance", "carrier", "account", "supplier", "odoo", "smtp")


def repoint(stack: Stack, session: Session, urls: Mapping[str, str]) -> None:
    """Tell the running n8n where its neighbours are, through its public API.

    urls: base addresses by service, as in stack.json; those left out stay as they are. Raises requests.HTTPError.
    """
    data, place = stack.data, session.place
    rows = credentials(
        {**place.neighbours, **urls}, data["databases"]["odoo"], place.secrets, data["bot"]["api_key"]
    )
    for row in rows:
        if row["id"].removeprefix("gatehouse-") not in ADDRESSED:
            continue
        # n8n refuses the domains' rule in what is no HTTP credential; an import leaves it out silently.
        closed = ("allowedHttpRequestDomains",) if row["type"] == "smtp" else ()
        answer = requests.patch(
            f"{stack.url('n8n')}/api/v1/credentials/{row['id']}",
            json={"data": {name: value for name, value in row["data"].items() if name not in closed}},
            headers={"X-N8N-API-KEY": data["n8n"]["api_key"]},
            timeout=60,
        )
        answer.raise_for_status()
