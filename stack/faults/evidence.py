"""What a run left behind, read from where it lies: Odoo's tables, n8n's executions, what the partners got."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psycopg
import requests
from psycopg.rows import dict_row

from stack.client import Stack

Rows = list[dict[str, Any]]

EVENTS = """
    SELECT id, event_id, type, state, res_model, res_id, res_name, attempt, settled, last_error,
           ARRAY(SELECT DISTINCT e->>'check' FROM jsonb_array_elements(coalesce(expected::jsonb, '[]')) e) AS expected,
           payload::jsonb #>> '{data,message,to}' AS receiver,
           payload::jsonb #>> '{data,message,subject}' AS subject,
           extract(epoch FROM acknowledged_at - occurred_at)::float AS seconds
      FROM gatehouse_event WHERE id > %(after)s ORDER BY id
"""
EARLIER = (
    "SELECT id, event_id, state FROM gatehouse_event WHERE id <= %(after)s AND event_id = ANY(%(mentions)s)"
)
CHECKS = "SELECT event_id, code, verdict FROM gatehouse_check WHERE event_id > %(after)s"
HOLDS = """
    SELECT h.id, h.res_id, h.kind, h.blocks, h.state, h.placed_at, h.released_at, o.name
      FROM gatehouse_hold h JOIN sale_order o ON o.id = h.res_id AND h.res_model = 'sale.order'
     WHERE o.client_order_ref LIKE %(mark)s
"""
EXCEPTIONS = """
    SELECT id, category, title, state, event_id, res_model, res_id, role_id IS NOT NULL AS owned,
           execution_id, workflow, occurrences, last_at
      FROM gatehouse_exception WHERE create_date >= %(begun)s OR write_date >= %(begun)s
"""
EFFECTS = """
    SELECT key, kind, state, event_id, res_name, reference, attempts FROM gatehouse_effect WHERE event_id > %(after)s
"""
KNOWN = "SELECT key FROM gatehouse_effect WHERE key = ANY(%(keys)s)"
ORDERS = (
    "SELECT id, name, state, client_order_ref AS mark FROM sale_order WHERE client_order_ref LIKE %(mark)s"
)
MOVES = """
    SELECT m.id, s.order_id, p.name AS picking, m.date FROM stock_move m JOIN sale_order_line s ON s.id = m.sale_line_id
      JOIN sale_order o ON o.id = s.order_id JOIN stock_picking p ON p.id = m.picking_id
     WHERE o.client_order_ref LIKE %(mark)s AND m.state = 'done'
"""
#: n8n marks what ended well and is not kept as deleted and leaves its status; what an execution carried is in its data.
EXECUTIONS = """
    SELECT e.id::text AS id, w.name AS workflow, e.mode, began AT TIME ZONE 'UTC' AS began, now() < began + make_interval(secs => lasts) AS in_time,
           CASE WHEN e."deletedAt" IS NULL THEN e.status ELSE 'success' END AS status,
           ARRAY(SELECT DISTINCT found[1] FROM regexp_matches(d.data, %(uuid)s, 'g') found) AS mentions
      FROM execution_entity e JOIN workflow_entity w ON w.id = e."workflowId"
      LEFT JOIN execution_data d ON d."executionId" = e.id AND e.status <> 'success' AND e."deletedAt" IS NULL,
           LATERAL (SELECT coalesce(e."startedAt", e."createdAt") AS began,
                           coalesce((w.settings->>'executionTimeout')::float, 300) AS lasts) times
     WHERE e."createdAt" >= %(begun)s
"""
UUID = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


@dataclass
class Evidence:
    """All rows of one run; `confirmed` is what the salespeople were told: {mark: order id}; `begun` as Odoo writes it.

    `earlier` are events of before the run that its executions carried. A booking is `known` where an effect of Odoo,
    of whatever time, has its key.
    """

    confirmed: dict[str, int]
    begun: datetime = datetime.min
    orders: Rows = field(default_factory=list)
    events: Rows = field(default_factory=list)
    checks: Rows = field(default_factory=list)
    holds: Rows = field(default_factory=list)
    exceptions: Rows = field(default_factory=list)
    effects: Rows = field(default_factory=list)
    moves: Rows = field(default_factory=list)
    executions: Rows = field(default_factory=list)
    earlier: Rows = field(default_factory=list)
    mails: Rows = field(default_factory=list)
    bookings: Rows = field(default_factory=list)


def query(url: str, text: str, **values: Any) -> Rows:
    """Rows of one query."""
    with psycopg.connect(url, row_factory=dict_row) as connection:
        return connection.execute(text, values).fetchall()


def last_event(stack: Stack) -> int:
    """The id of the outbox's newest row."""
    [row] = query(
        stack.data["database_urls"]["odoo"], "SELECT coalesce(max(id), 0) AS id FROM gatehouse_event"
    )
    return int(row["id"])


class Mails(threading.Thread):
    """Collects what the mail server keeps before it forgets the oldest."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(daemon=True, name="mails")
        self.stack, self.over = stack, threading.Event()
        self.got: dict[int, dict[str, Any]] = {}
        self.since = max((mail["number"] for mail in stack.partner_saw("mails")), default=0)

    def run(self) -> None:
        """Until it is over."""
        while not self.over.wait(5):
            self.collect()

    def collect(self) -> Rows:
        """Every mail since the begin of the run."""
        try:
            for mail in self.stack.partner_saw("mails", since=self.since):
                names = ("number", "at", "receivers", "subject", "message_id")
                self.got[mail["number"]] = {name: mail[name] for name in names}
                self.since = max(self.since, mail["number"])
        except requests.RequestException:
            time.sleep(0.5)  # asked again at the next turn
        return list(self.got.values())


def collect(
    stack: Stack, mark: str, after: int, begun: datetime, confirmed: dict[str, int], mails: Rows
) -> Evidence:
    """Everything of this run; begun: UTC without a time zone, as Odoo writes it."""
    odoo, n8n = stack.data["database_urls"]["odoo"], stack.data["database_urls"]["n8n"]
    values = {"mark": f"{mark}-%", "after": after, "begun": begun}
    tables = {
        "orders": ORDERS,
        "events": EVENTS,
        "checks": CHECKS,
        "holds": HOLDS,
        "exceptions": EXCEPTIONS,
        "effects": EFFECTS,
        "moves": MOVES,
    }
    found = {name: query(odoo, text, **values) for name, text in tables.items()}
    executions = query(n8n, EXECUTIONS, begun=begun, uuid=UUID)
    mentions = [event for row in executions for event in row["mentions"]]
    earlier = query(odoo, EARLIER, after=after, mentions=mentions)
    return Evidence(
        confirmed, begun, **found, executions=executions, earlier=earlier, mails=mails,
        bookings=_bookings(stack, begun),
    )  # fmt: skip


def _bookings(stack: Stack, begun: datetime) -> Rows:
    """What the carrier booked since the begin of the run."""
    since = begun.replace(tzinfo=UTC)
    made = [row for row in stack.partner_saw("bookings") if datetime.fromisoformat(row["booked_at"]) >= since]
    keys = [row["key"] for row in made]
    known = {row["key"] for row in query(stack.data["database_urls"]["odoo"], KNOWN, keys=keys)}
    return [{"key": row["key"], "reference": row["reference"], "known": row["key"] in known} for row in made]
