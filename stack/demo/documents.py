"""What Gatehouse shows on a document: status, checks, holds and events, read as a given user."""

from __future__ import annotations

from typing import Any

from stack.client import Stack, wait_until


def read(stack: Stack, model: str, record: int, login: str) -> dict[str, Any]:
    """The document's state as that user sees it."""
    fields = ["name", "state", "gatehouse_status", "picking_ids"]
    [row] = stack.call(login, model, "read", [record], fields)
    return dict(row)


def wait_for(
    stack: Stack, model: str, record: int, login: str, status: str | tuple[str, ...], seconds: float = 40.0
) -> dict[str, Any]:
    """Wait until the document's checks are in; it must then show `status`, or one of them: clear, held or degraded.

    Raises AssertionError when it shows another one, or still waits after that time.
    """
    row = wait_until(
        lambda: read(stack, model, record, login), lambda row: row["gatehouse_status"] != "waiting", seconds
    )
    wanted = (status,) if isinstance(status, str) else status
    if row["gatehouse_status"] not in wanted:
        raise AssertionError(
            f"{row['name']} is {row['gatehouse_status']} in Odoo, expected {' or '.join(wanted)}"
        )
    return row


#: Nothing holds it. The sidecar abstains from what it has no record of, which a case's own items and vendors are.
FREE = ("clear", "degraded")


def on(model: str, record: int) -> list[tuple[str, str, Any]]:
    """The domain of the ledger rows of one document."""
    return [("res_model", "=", model), ("res_id", "=", record)]


def checks(stack: Stack, model: str, record: int, login: str) -> dict[str, dict[str, Any]]:
    """The recorded checks of a document by their code; of several, the newest."""
    rows = stack.call(login, "gatehouse.check", "search_read", on(model, record), [], order="id")
    return {row["code"]: row for row in rows}


def holds(stack: Stack, model: str, record: int, login: str) -> list[dict[str, Any]]:
    """The open holds of a document."""
    domain = [*on(model, record), ("state", "=", "open")]
    return list(stack.call(login, "gatehouse.hold", "search_read", domain, []))


def release(stack: Stack, login: str, hold: int, reason: str) -> None:
    """Release a hold with a reason, as that user."""
    stack.call(login, "gatehouse.hold", "release", [hold], reason)


def events(stack: Stack, model: str, record: int) -> list[dict[str, Any]]:
    """The outbox rows of a document, oldest first, as the administrator sees them."""
    return list(stack.call("admin", "gatehouse.event", "search_read", on(model, record), [], order="id"))


def find(stack: Stack, login: str, model: str, field: str, value: str) -> int:
    """The id of the one record with that value; raises LookupError without one."""
    ids = stack.call(login, model, "search", [(field, "=", value)], limit=1)
    if not ids:
        raise LookupError(f"no {model} with {field} {value!r} for user {login}")
    return int(ids[0])


def create(stack: Stack, login: str, model: str, values: dict[str, Any]) -> int:
    """Create one record and answer its id."""
    made = stack.call(login, model, "create", values)
    return int(made[0] if isinstance(made, list) else made)
