"""What the partners keep, listed by pages: bookings of the carrier, balances of the finance system."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

from stack.partners.validation import Errors

PAGE = 200
Row = dict[str, Any]


class Balances:
    """The finance system's open balances; empty until somebody puts them in, for it keeps no books of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[Row] = []

    def replace(self, rows: list[Row]) -> None:
        """Keep these rows instead of those before."""
        with self._lock:
            self._rows = rows

    def listed(self) -> list[Row]:
        """Every balance."""
        with self._lock:
            return list(self._rows)


def page(rows: list[Row], cursor: str) -> tuple[list[Row], str | None]:
    """One page and the cursor of the next; a cursor nobody gave starts at the beginning."""
    start = int(cursor) if cursor.isascii() and cursor.isdigit() else 0
    after = start + PAGE
    return rows[start:after], str(after) if after < len(rows) else None


def since(text: str) -> tuple[datetime | None, Errors]:
    """The moment of `?since=`, UTC ISO 8601; none given means everything."""
    if not text:
        return None, []
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None, [{"field": "since", "message": "must be a moment in ISO 8601"}]
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)), []


def check_balances(body: Any) -> Errors:
    """Every mistake of ``{"balances": [{"customer", "balance": {"value", "currency"}}]}``."""
    rows = body.get("balances") if isinstance(body, dict) else None
    if not isinstance(rows, list):
        return [{"field": "balances", "message": "must be a list"}]
    return [
        {"field": f"balances[{at}]", "message": "must have customer and balance"}
        for at, row in enumerate(rows)
        if not (isinstance(row, dict) and row.get("customer") and isinstance(row.get("balance"), dict))
    ]
