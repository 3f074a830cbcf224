"""The decision log: from a decision in Odoo to an export that holds offline."""

from __future__ import annotations

import json

import pytest
import requests

from sidecar.audit.chain import BrokenChain, verify
from stack.client import Stack
from stack.demo import documents, sales
from stack.demo.anomalies import OVER_BAND_ORDER


def _export(stack: Stack, login: str) -> requests.Response:
    """The export as a person of the web client downloads it."""
    return stack.odoo(login).get("/gatehouse/audit/export")


def test_a_release_stands_in_the_auditors_export_and_a_changed_word_breaks_it(stack: Stack) -> None:
    order = sales.make_order(stack, OVER_BAND_ORDER)
    sales.confirm(stack, order)
    [hold] = sales.holds(stack, order)
    documents.release(stack, "sales_manager", hold["id"], "Framework contract of May")
    answer = _export(stack, "auditor")
    assert answer.status_code == 200
    lines = answer.content.decode().splitlines()
    head = verify(lines)
    assert head.number == len(lines)
    reasons = [json.loads(line)["content"].get("reason") for line in lines]
    assert "Framework contract of May" in reasons
    changed = [line.replace("Framework contract of May", "Framework contract of June") for line in lines]
    with pytest.raises(BrokenChain, match="does not match its seal"):
        verify(changed)


def test_a_salesperson_gets_no_export(stack: Stack) -> None:
    assert _export(stack, "salesperson").status_code == 403
