"""A session of Odoo's web client."""

from __future__ import annotations

from typing import Any

import odoorpc
import pytest

from stack.odoo_session import OdooSession

pytestmark = pytest.mark.unit


class Answers:
    """Odoo's answers by path: what answers nothing has no `result`."""

    def __init__(self, *_where: Any, **_how: Any) -> None:
        pass

    def json(self, path: str, _params: dict[str, Any]) -> dict[str, Any]:
        """What Odoo sends."""
        if path.endswith("authenticate"):
            return {"jsonrpc": "2.0", "result": {"uid": 7}}
        return {"jsonrpc": "2.0"} if path.endswith("void") else {"jsonrpc": "2.0", "result": [path]}


def test_a_method_that_answers_nothing_is_called_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odoorpc, "ODOO", Answers)
    session = OdooSession("http://127.0.0.1:8069", "odoo", "sam", "x")
    assert session.call("stock.quant", "void", [1]) is None
    assert session.call("stock.quant", "read", [1]) == ["/web/dataset/call_kw/stock.quant/read"]
