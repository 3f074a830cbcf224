"""The events that Odoo has raised, those of an addon with a field of its own among them, are what the contract says."""

from __future__ import annotations

import json

import psycopg
import pytest

from stack.client import Stack
from stack.demo import sales
from stack.demo.anomalies import ORDINARY_ORDER
from tests.contract.schemas import errors

pytestmark = pytest.mark.integration
NEWEST = "SELECT DISTINCT ON (type) type, payload FROM gatehouse_event ORDER BY type, id DESC"


def test_the_newest_event_of_each_type_fits_the_schema(stack: Stack) -> None:
    sales.confirm(stack, sales.make_order(stack, ORDINARY_ORDER))
    with psycopg.connect(stack.data["database_urls"]["odoo"]) as odoo:
        rows = odoo.execute(NEWEST).fetchall()
    assert "sale.order.confirmed" in dict(rows)
    # the attempt is added when it is delivered
    assert {kind: errors("event", {**json.loads(payload), "attempt": 1}) for kind, payload in rows} == {
        kind: [] for kind, _payload in rows
    }
