import json
import os
import uuid

from odoo import api, fields, models

from ..tools import documents, settings


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
    def _raise_event(self, record, event_type, data, material_hash="", policy=None, expected=None, recheck_count=0, delay=0):
        """Put an event about a document into the outbox; nothing when nobody listens outside.

        :param delay: seconds until it is due; 0 delivers it at the end of the transaction
        """
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
            "next_at": fields.Datetime.add(now, seconds=delay),
        }
        location = record._gatehouse_location() if hasattr(record, "_gatehouse_location") else None
        values["payload"] = json.dumps({
            "event_id": values["event_id"], "type": event_type, "occurred_at": now.isoformat() + "Z",
            "company": f"company:{company.id}", "location": location,
            "document": {"model": record._name, "id": record.id, "name": values["res_name"]},
            "material_hash": material_hash, "data": data, "traceparent": values["traceparent"],
            **({"expects": sorted({entry["check"] for entry in expected})} if expected else {}),
        })
        if expected:
            values.update(
                policy_id=policy["id"], policy_version=policy["version"], enforcing=policy["mode"] == "enforcing",
                expected=expected,
                deadline=fields.Datetime.add(now, minutes=min(entry["deadline_minutes"] for entry in expected)),
            )
        event = self.sudo().create(values)
        if not delay:
            self._ring()
        return event

    @api.model
    def _ring(self):
        """Wake the delivery once a transaction; again where a savepoint that was undone took the first call with it."""
        marks = self.env.cr.postcommit.data
        if not (marks.get("gatehouse.rung") and self.env["ir.cron.trigger"].sudo().browse(marks["gatehouse.rung"]).exists()):
            cron = self.env["ir.cron"].sudo().browse(self.env["ir.model.data"]._xmlid_to_res_id("gatehouse.cron_deliver"))
            cron.fetch(["active"])  # all that a trigger reads of it
            marks["gatehouse.rung"] = cron._trigger().ids

    def _requeue(self):
        """Deliver again from the start; a person asked for it."""
        self.sudo().write({"state": "pending", "attempt": 0, "next_at": fields.Datetime.now(), "last_error": False})
        self._ring()

    def _gatehouse_document(self):
        """The document, or an empty value when it was deleted or its addon is gone."""
        self.ensure_one()
        return self._gatehouse_documents()[self]

    def _gatehouse_documents(self):
        """{event: its document, or an empty value}, read together."""
        return documents.of(self)

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

    # -- called by the integration -------------------------------------------------------------
    @api.model
    def record_checks(self, event_id, checks, final=True):
        """Store and judge the checks of one event; idempotent on (event, check)."""
        return self.env["gatehouse.judge"]._record(event_id, checks, final)

    @api.model
    def record_checks_batch(self, results):
        """As `record_checks` for many events; a bad entry does not hold up the others."""
        return self.env["gatehouse.judge"]._record_batch(results)
