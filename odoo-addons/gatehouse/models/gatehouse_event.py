import json
import logging
import os
import time
import uuid

import psycopg2
import requests

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..tools import settings, signing

_logger = logging.getLogger(__name__)

#: Lease in one statement: rows that are due, and delivered ones nobody acknowledged in time.
LEASE = """
    UPDATE gatehouse_event SET state = 'leased', attempt = attempt + 1,
           next_at = (clock_timestamp() AT TIME ZONE 'utc') + %(lease)s * interval '1 second'
     WHERE id IN (SELECT id FROM gatehouse_event
                   WHERE state IN ('pending', 'leased', 'delivered') AND attempt < %(attempts)s
                     AND next_at <= (clock_timestamp() AT TIME ZONE 'utc')
                   ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED)
 RETURNING id, attempt, payload
"""


class GatehouseEvent(models.Model):
    """The outbox: written with the document's change in one transaction, delivered after the commit."""

    _name = "gatehouse.event"
    _description = "Gatehouse event"
    _rec_name = "event_id"
    _order = "id desc"

    event_id = fields.Char(required=True, readonly=True)
    type = fields.Char(required=True, readonly=True, index=True)
    state = fields.Selection(
        [("pending", "Pending"), ("leased", "Being delivered"), ("delivered", "Delivered"),
         ("acknowledged", "Acknowledged"), ("dead", "Dead")],
        default="pending", required=True, readonly=True,
    )
    occurred_at = fields.Datetime(readonly=True, default=fields.Datetime.now, index=True)
    company_id = fields.Many2one("res.company", readonly=True)
    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True, index=True)
    res_name = fields.Char(string="Document", readonly=True)
    material_hash = fields.Char(readonly=True)
    payload = fields.Text(readonly=True)
    traceparent = fields.Char(readonly=True)
    attempt = fields.Integer(default=0, readonly=True)
    next_at = fields.Datetime(readonly=True, default=fields.Datetime.now)
    delivered_at = fields.Datetime(readonly=True)
    acknowledged_at = fields.Datetime(readonly=True)
    last_error = fields.Char(readonly=True)
    # what the policy expects back
    policy_id = fields.Many2one("gatehouse.policy", readonly=True, index=True)
    policy_version = fields.Integer(readonly=True)
    enforcing = fields.Boolean(readonly=True)
    expected = fields.Json(readonly=True)
    deadline = fields.Datetime(readonly=True, help="When the next missing check falls back.")
    settled = fields.Boolean(readonly=True, help="Every expected check has a verdict.")
    recheck_at = fields.Datetime(readonly=True)
    recheck_count = fields.Integer(readonly=True)
    check_ids = fields.One2many("gatehouse.check", "event_id", readonly=True)

    _event_id_unique = models.UniqueIndex("(event_id)")
    _due = models.Index("(next_at, id) WHERE state IN ('pending', 'leased', 'delivered')")
    _overdue = models.Index("(deadline) WHERE NOT settled AND deadline IS NOT NULL")
    _recheck = models.Index("(recheck_at) WHERE recheck_at IS NOT NULL")

    # -- raising -------------------------------------------------------------------------------
    @api.model
    def _raise_event(self, record, event_type, data, material_hash="", policy=None, expected=None, recheck_count=0):
        """Put an event about a document into the outbox; nothing when nobody listens outside."""
        if not settings.events_url(self.env):
            return self.browse()
        record.ensure_one()
        now = fields.Datetime.now()
        company = record.company_id if "company_id" in record._fields and record.company_id else self.env.company
        values = {
            "event_id": str(uuid.uuid4()),
            "type": event_type,
            "occurred_at": now,
            "company_id": company.id,
            "res_model": record._name,
            "res_id": record.id,
            "res_name": record.sudo().display_name,
            "material_hash": material_hash,
            "traceparent": f"00-{os.urandom(16).hex()}-{os.urandom(8).hex()}-01",
            "recheck_count": recheck_count,
        }
        location = record._gatehouse_location() if hasattr(record, "_gatehouse_location") else None
        values["payload"] = json.dumps({
            "event_id": values["event_id"], "type": event_type, "occurred_at": now.isoformat() + "Z",
            "company": f"company:{company.id}", "location": location,
            "document": {"model": record._name, "id": record.id, "name": values["res_name"]},
            "material_hash": material_hash, "data": data, "traceparent": values["traceparent"],
        })
        if expected:
            values.update(
                policy_id=policy["id"], policy_version=policy["version"], enforcing=policy["mode"] == "enforcing",
                expected=expected,
                deadline=fields.Datetime.add(now, minutes=min(entry["deadline_minutes"] for entry in expected)),
            )
        event = self.sudo().create(values)
        self._ring()
        return event

    @api.model
    def _ring(self):
        """Wake the delivery once a transaction."""
        marks = self.env.cr.postcommit.data
        if not marks.get("gatehouse.rung"):
            marks["gatehouse.rung"] = True
            cron_id = self.env["ir.model.data"]._xmlid_to_res_id("gatehouse.cron_deliver")
            self.env["ir.cron"].sudo().browse(cron_id)._trigger()

    def _requeue(self):
        """Deliver again from the start; a person asked for it."""
        self.sudo().write({"state": "pending", "attempt": 0, "next_at": fields.Datetime.now(), "last_error": False})
        self._ring()

    def _gatehouse_document(self):
        """The document, or an empty value when it was deleted or its addon is gone."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).exists() if self.res_model in self.env else None

    @api.model
    def _degraded_documents(self, model, ids):
        """{document id: names of the checks it went on without}, judged by each document's last event."""
        if not ids:
            return {}
        self.env["gatehouse.check"].flush_model()
        self.flush_model()
        self.env.cr.execute(
            """SELECT e.res_id, array_agg(c.code ORDER BY c.code) FROM gatehouse_check c
                 JOIN (SELECT DISTINCT ON (res_id) id, res_id FROM gatehouse_event
                        WHERE res_model = %s AND res_id = ANY(%s) AND expected IS NOT NULL AND settled
                        ORDER BY res_id, id DESC) e ON e.id = c.event_id
                WHERE c.verdict = 'unavailable' GROUP BY e.res_id""",
            [model, list(ids)],
        )
        return dict(self.env.cr.fetchall())

    # -- delivering ----------------------------------------------------------------------------
    @api.model
    def _cron_deliver(self):
        """Lease and commit, POST without a transaction, mark and commit.

        Never raises, or the trigger of the events behind would be lost; stops at the first
        failure, so that a dead receiver costs one timeout a run.
        """
        cron = self.env["ir.cron"]
        self._bury_exhausted()
        seconds_left = cron._commit_progress()
        while seconds_left > 0 and settings.events_url(self.env):
            self.env.cr.execute(LEASE, {
                "lease": settings.lease_seconds(self.env), "attempts": len(settings.RETRY_DELAYS), "batch": settings.BATCH_SIZE,
            })
            rows = sorted(self.env.cr.fetchall())
            url = settings.events_url(self.env)
            self.invalidate_model()
            cron._commit_progress()
            if not rows or not all(self._deliver(url, part) for part in self._parts(rows)):
                break
            seconds_left = cron._commit_progress(len(rows), remaining=0)

    @api.model
    def _parts(self, rows):
        """Batches below the receiver's body limit, in order."""
        part, size = [], 0
        for row in rows:
            if part and size + len(row[2]) > settings.BATCH_BYTES:
                yield part
                part, size = [], 0
            part.append(row)
            size += len(row[2])
        if part:
            yield part

    @api.model
    def _deliver(self, url, rows):
        """POST one batch and note the outcome; True when the receiver stored it."""
        error = self._post(url, rows)
        if error:
            _logger.info("Gatehouse delivery failed: %s", error)
        for _attempt in range(3):
            try:
                self._note_outcome(rows, error)
                self.env["ir.cron"]._commit_progress()
                return not error
            except psycopg2.OperationalError:  # an acknowledgement came at the same moment
                self.env.cr.rollback()
        return False

    @api.model
    def _post(self, url, rows):
        """None, or what went wrong in one line."""
        try:
            body = ('{"events": [' + ",".join(
                payload[:-1] + f', "attempt": {attempt}}}' for _id, attempt, payload in rows
            ) + "]}").encode()
            message_id, timestamp = str(uuid.uuid4()), int(time.time())
            secrets = settings.signing_secrets()
            if not secrets:
                return "GATEHOUSE_SIGNING_SECRET is not set"
            headers = {
                "Content-Type": "application/json",
                "webhook-id": message_id,
                "webhook-timestamp": str(timestamp),
                "webhook-signature": signing.signature(secrets, message_id, timestamp, body),
            }
            response = requests.post(url, data=body, headers=headers, timeout=settings.post_timeout(), allow_redirects=False)
        except (requests.RequestException, ValueError) as error:
            return f"{type(error).__name__}: {error}"[:300]
        return None if 200 <= response.status_code < 300 else f"HTTP {response.status_code}"

    @api.model
    def _note_outcome(self, rows, error):
        """Only rows still leased: an acknowledgement may have come before the 202."""
        if not error:
            self.env.cr.execute(
                """UPDATE gatehouse_event SET state = 'delivered', last_error = NULL,
                          delivered_at = (clock_timestamp() AT TIME ZONE 'utc')
                    WHERE id = ANY(%s) AND state = 'leased'""", [[row[0] for row in rows]])
        else:
            for event_id, attempt, _payload in rows:
                delay = settings.RETRY_DELAYS[min(attempt, len(settings.RETRY_DELAYS) - 1)]
                self.env.cr.execute(
                    """UPDATE gatehouse_event SET state = 'pending', last_error = %s,
                              next_at = (clock_timestamp() AT TIME ZONE 'utc') + %s * interval '1 second'
                        WHERE id = %s AND state = 'leased'""", [error, delay, event_id])
        self.invalidate_model()

    @api.model
    def _bury_exhausted(self):
        """Events out of attempts go to the manual queue, once."""
        events = self.sudo().search([
            ("state", "in", ("pending", "leased", "delivered")), ("attempt", ">=", len(settings.RETRY_DELAYS)),
            ("next_at", "<=", fields.Datetime.now()),
        ], limit=200)
        events.write({"state": "dead"})
        for event in events:
            self.env["gatehouse.exception"]._open(
                f"dead:{event.event_id}", "delivery",
                self.env._("%(type)s of %(name)s was never acknowledged", type=event.type, name=event.res_name),
                detail=event.last_error or "", event_id=event.id, res_model=event.res_model, res_id=event.res_id,
                company_id=event.company_id.id, priority="1",
            )

    # -- called by the integration -------------------------------------------------------------
    @api.model
    def record_checks(self, event_id, checks, final=True):
        """Store and judge the checks of one event; idempotent on (event, check)."""
        return self.env["gatehouse.judge"]._record(event_id, checks, final)

    @api.model
    def record_checks_batch(self, results):
        """As `record_checks` for many events; a bad entry does not hold up the others."""
        return self.env["gatehouse.judge"]._record_batch(results)

    def action_requeue(self):
        if not self.env.user.has_group("gatehouse.group_operations_manager"):
            raise AccessError(self.env._("Only the operations manager may deliver events again."))
        self._requeue()
