"""The two calls of Odoo that read and write policies."""

from __future__ import annotations

from typing import Any

import odoorpc

from sidecar.training.connection import connect


class OdooRefused(Exception):
    """Odoo answered with a refusal; its text names the policy and the field."""


class Policies:
    """Policies of one Odoo database, as one of its users."""

    def __init__(self, url: str, database: str, login: str, key: str) -> None:
        try:
            self._client = connect(url, database, login, key)
        except odoorpc.error.RPCError as error:
            raise OdooRefused(f"{login} cannot sign in: {error}") from error

    def export(self, states: list[str]) -> list[dict[str, Any]]:
        """The policies in these states as documents. Raises OdooRefused."""
        rows: list[dict[str, Any]] = self._call("export_documents", states)
        return rows

    def apply(self, documents: list[dict[str, Any]], dry_run: bool) -> list[dict[str, Any]]:
        """Make drafts of documents; what happened to each, in their order. Raises OdooRefused, then nothing is written."""
        rows: list[dict[str, Any]] = self._call("apply_documents", documents, dry_run)
        return rows

    def _call(self, method: str, *arguments: Any) -> Any:
        try:
            return self._client.execute("gatehouse.policy", method, *arguments)
        except odoorpc.error.RPCError as error:
            raise OdooRefused(str(error)) from error
