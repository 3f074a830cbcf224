import psycopg2

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools import documents

CATEGORIES = [
    ("delivery", "Event not delivered"),
    ("repeat", "Raised again and again"),
    ("workflow", "Workflow failed"),
    ("check", "Check unavailable"),
    ("document", "Document missing"),
    ("approval", "Approval stuck"),
    ("break_glass", "Break-glass to review"),
    ("continuation", "Going on failed"),
    ("effect", "Message or booking"),
    ("supply", "Supply late"),
    ("configuration", "Configuration changed"),
    ("reconciliation", "Systems differ"),
    ("pattern", "Habit noticed"),
    ("monitoring", "Monitoring"),
    ("other", "Other"),
]

#: So many open ones of one title from one workflow: what else it reports counts on the newest of them.
MOST_ALIKE = 100


class GatehouseException(models.Model):
    """The manual queue: automation that stopped and needs a person."""

    _name = "gatehouse.exception"
    _description = "Gatehouse exception"
    _rec_name = "title"
    _order = "state, priority desc, deadline, id desc"

    key = fields.Char(required=True, readonly=True, index=True)
    category = fields.Selection(CATEGORIES, default="other", required=True, readonly=True)
    title = fields.Char(required=True, readonly=True)
    detail = fields.Text(readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("resolved", "Resolved")], default="open", required=True, readonly=True, index=True
    )
    priority = fields.Selection([("0", "Normal"), ("1", "High"), ("2", "Urgent")], default="0", readonly=True)
    deadline = fields.Datetime(readonly=True)
    role_id = fields.Many2one("res.groups", string="Owner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    warehouse_id = fields.Many2one("stock.warehouse", string="Site", readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    document_gone = fields.Boolean(compute="_compute_document_gone", help="The record that it is about was deleted, or its addon is gone.")
    event_id = fields.Many2one("gatehouse.event", readonly=True, ondelete="set null")
    execution_id = fields.Char(readonly=True)
    workflow = fields.Char(readonly=True)
    about_user_id = fields.Many2one("res.users", string="About", readonly=True, help="Does not resolve it himself.")
    occurrences = fields.Integer(default=1, readonly=True)
    last_at = fields.Datetime("Last time", default=fields.Datetime.now, readonly=True)
    resolution = fields.Text(readonly=True)
    resolved_by = fields.Many2one("res.users", readonly=True)
    resolved_at = fields.Datetime(readonly=True)

    _key_unique = models.UniqueIndex("(key)")
    _of_event = models.Index("(event_id) WHERE state = 'open'")
    _alike = models.Index("(workflow, title, id) WHERE state = 'open'")

    @api.depends("res_model", "res_id")
    def _compute_document_gone(self):
        found = documents.of(self)
        for record in self:
            record.document_gone = bool(record.res_id) and not found[record]

    @api.model
    def _open(self, key, category, title, **values):
        """Open an exception, or count one more occurrence of an open one. Returns (record, created).

        The record is empty where another transaction opened it meanwhile: it counts on that one after the commit.
        """
        found = self.sudo().search([("key", "=", key)], limit=1)
        if found:
            found._count_again(1, detail=values.get("detail", found.detail))
            return found, False
        if self._is_opened_elsewhere(key):
            again = {"detail": values["detail"]} if "detail" in values else {}
            self._count_after_commit(key, 1, **again)
            return self.browse(), False
        values.setdefault("role_id", self.env.ref("gatehouse.group_operations_manager").id)
        values.setdefault("warehouse_id", self._site(values))
        return self.sudo().create({"key": key, "category": category, "title": title, **values}), True

    @api.model
    def _is_opened_elsewhere(self, key):
        """Whether another transaction opened it since this one began: only the unique index knows, and waits for its commit.

        A row that was tried keeps the others waiting in turn, until the end of this transaction.
        """
        cr = self.env.cr
        try:
            with cr.savepoint(flush=False):
                row = "INSERT INTO gatehouse_exception (key, category, title, state) VALUES (%s, 'other', '', 'open')"
                cr.execute(row, [key], log_exceptions=False)
                cr.execute("DELETE FROM gatehouse_exception WHERE key = %s", [key])
        except psycopg2.errors.UniqueViolation:
            return True
        return False

    def _count_again(self, times, **values):
        """It happened so many times more."""
        self.write({"occurrences": self.occurrences + times, "last_at": fields.Datetime.now(), "state": "open", **values})

    def _count_beside_others(self, times, **values):
        """As `_count_again`; after the commit where another transaction counts at this moment, for both would begin again and again."""
        try:
            with self.env.cr.savepoint():
                query = "SELECT 1 FROM gatehouse_exception WHERE id = %s FOR UPDATE SKIP LOCKED"
                self.env.cr.execute(query, [self.id], log_exceptions=False)
                if self.env.cr.fetchone():
                    self._count_again(times, **values)
                    return
        except psycopg2.errors.SerializationFailure:  # somebody counted since this transaction began
            self.invalidate_recordset()
        self._count_after_commit(self.key, times, **values)

    @api.model
    def _tell_contract(self, key, title, detail, **about):
        """One open exception about answers that cannot be read, which counts by the minute: whoever answers has changed what he answers."""
        known = self.sudo().search([("key", "=", key)], limit=1)
        if not known:
            self._open(key, "check", title, detail=detail, **about)
        elif known.state != "open" or known.last_at <= fields.Datetime.subtract(fields.Datetime.now(), minutes=1):
            known._count_beside_others(1, detail=detail)

    @api.model
    def _count_after_commit(self, key, times, **values):
        """Count in a transaction of its own, which holds nothing else while it waits for another to end."""
        registry, context = self.env.registry, self.env.context

        def count():
            with registry.cursor() as cr:
                # Odoo's transactions read all as of their begin, and fail where somebody counted since.
                cr.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
                cr.execute("SELECT id FROM gatehouse_exception WHERE key = %s FOR UPDATE", [key])
                env = api.Environment(cr, SUPERUSER_ID, context)
                env["gatehouse.exception"].browse(row[0] for row in cr.fetchall())._count_again(times, **values)

        self.env.cr.postcommit.add(count)

    @api.model
    def _site(self, values):
        name, number = values.get("res_model"), values.get("res_id")
        document = self.env[name].sudo().browse(number).exists() if name in self.env and number else None
        return self._site_of(document) if document else False

    @api.model
    def _site_of(self, document):
        """The warehouse of a document, by itself or by its operation type; False where it has none."""
        if "warehouse_id" in document._fields:
            return document.warehouse_id.id
        return document.picking_type_id.warehouse_id.id if "picking_type_id" in document._fields else False

    @api.model
    def report(self, reports):
        """Called by the integration for what stopped outside; idempotent on `key`. With `again` a resolved one is opened anew.

        What a workflow says of a document under another key, word for word as in an open one, counts on that one.
        """
        if not (self.env.su or self.env.user.has_group("gatehouse.group_bot")):
            raise AccessError(self.env._("Only the integration may report exceptions."))
        if not isinstance(reports, list):
            raise ValidationError(self.env._("reports: must be a list"))
        again = {}
        answers = [self._report_one(index, report, again) for index, report in enumerate(reports)]
        for record, (times, execution_id) in again.items():
            record._count_beside_others(times, execution_id=execution_id)
        return answers

    def _report_one(self, index, report, again):
        """The answer for one report; what counts on an open exception is added to `again`, {exception: (times, last execution)}."""
        if not isinstance(report, dict):
            raise ValidationError(self.env._("reports[%s]: must be an object", index))
        for name in ("key", "title"):
            if not isinstance(report.get(name), str) or not report[name].strip():
                raise ValidationError(
                    self.env._("reports[%(index)s].%(name)s: must be a text", index=index, name=name)
                )
        found = self.sudo().search([("key", "=", report["key"])], limit=1)
        if found and not (report.get("again") is True and found.state == "resolved"):
            return {"key": found.key, "id": found.id, "created": False}
        category = report.get("category")
        event = self.env["gatehouse.event"].sudo()
        if report.get("event_id"):
            event = event.search([("event_id", "=", str(report["event_id"]))], limit=1)
        values = {
            "category": category if category in dict(CATEGORIES) else "other",
            "title": report["title"][:500],
            "detail": str(report.get("detail") or "")[:20000],
            "event_id": event.id,
            "execution_id": str(report.get("execution_id") or "")[:200],
            "workflow": str(report.get("workflow") or "")[:200],
            "res_model": event.res_model,
            "res_id": event.res_id,
            "company_id": event.company_id.id,
        }
        if found:
            found._count_beside_others(1, detail=values["detail"], execution_id=values["execution_id"])
            return {"key": found.key, "id": found.id, "created": False}
        alike = self._alike_of(values)
        if alike:
            again[alike] = (again.get(alike, (0,))[0] + 1, values["execution_id"])
            return {"key": report["key"], "id": alike.id, "created": False}
        record, created = self._open(report["key"], **values)
        return {"key": report["key"], "id": record.id, "created": created}

    @api.model
    def _alike_of(self, values):
        """The open exception that a report counts on: one that says the same, or the newest of very many of its kind."""
        if not values["workflow"]:
            return self.browse()
        alike = self.sudo().search(
            [("state", "=", "open"), ("workflow", "=", values["workflow"]), ("title", "=", values["title"])],
            order="id desc", limit=MOST_ALIKE,
        )
        same = alike.filtered(lambda row: all((row[name] or False) == (values[name] or False) for name in ("detail", "res_model", "res_id")))
        return same[:1] or (alike[:1] if len(alike) == MOST_ALIKE else self.browse())

    # -- what people do ------------------------------------------------------------------------
    def _require_owner(self):
        self.check_access("read")
        groups = self.env.user.all_group_ids
        manager = self.env.ref("gatehouse.group_operations_manager")
        for record in self:
            if manager not in groups and not record._actor_owns():
                raise AccessError(self.env._("Only the owner of an exception may act on it."))
            if record.sudo().about_user_id == self.env.user:
                raise AccessError(self.env._("%s is about you: somebody else looks at it.", record.title))

    def _actor_owns(self):
        return self.sudo().role_id in self.env.user.all_group_ids

    def resolve(self, reason):
        self._require_owner()
        if not isinstance(reason, str) or not reason.strip():
            raise ValidationError(self.env._("reason: please say what was done"))
        for record in self.sudo():
            record._close(reason.strip())
            self.env["gatehouse.decision"]._append("exception_resolved", record, reason=reason.strip())

    def _close(self, resolution):
        self.write(
            {
                "state": "resolved",
                "resolution": resolution,
                "resolved_by": self.env.uid,
                "resolved_at": fields.Datetime.now(),
            }
        )

    def action_resolve(self):
        return self.env["gatehouse.reason"]._open_for("exception_ids", self)

    def action_open_document(self):
        self.ensure_one()
        if not self.res_model or not self.res_id:
            raise UserError(self.env._("No document belongs to this exception."))
        if self.document_gone:
            raise UserError(self.env._("The document was deleted. What happened to it until then: Story."))
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "view_mode": "form",
        }
