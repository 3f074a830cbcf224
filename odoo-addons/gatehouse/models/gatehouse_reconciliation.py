import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

DAYS = 2
#: An event n8n stored this long ago is not merely slow; the lease delivers it again before, so its answer got lost.
LOST_HOURS = 6
STUCK_HOURS = 1
KINDS = [
    ("no_event", "Document without its event"),
    ("pending_without_event", "Waits for checks nobody was asked for"),
    ("pending_after_answer", "Waits although every check is in"),
    ("hold_on_gone", "Hold on a deleted document"),
    ("hold_on_cancelled", "Hold on a cancelled document"),
    ("event_stuck", "Delivery that stopped half way"),
    ("event_unanswered", "Delivered and never answered"),
    ("review_without_approval", "Review nobody was asked for"),
    ("approval_without_hold", "Approval of nothing"),
    ("goods_left_under_hold", "Goods left under a hold"),
    ("solved_exception", "Exception about what is solved"),
    ("deadline_passed", "Missing check past its deadline"),
    ("execution_lost", "Execution that never ended"),
    ("execution_unreported", "Failed execution nobody was told of"),
]


class GatehouseReconciliation(models.Model):
    """One run: Odoo's documents against holds, events and approvals, and these against n8n's executions."""

    _name = "gatehouse.reconciliation"
    _description = "Gatehouse reconciliation"
    _rec_name = "create_date"
    _order = "id desc"

    line_ids = fields.One2many("gatehouse.reconciliation.line", "reconciliation_id", readonly=True)
    found_count = fields.Integer("Differences", readonly=True)
    repaired_count = fields.Integer("Repaired", readonly=True)
    person_count = fields.Integer("Need a person", readonly=True)
    executions_seen = fields.Integer("Executions looked at", readonly=True)
    partner_records = fields.Integer("Partners' records looked at", readonly=True)

    @api.model
    def reconcile(self, executions=None):
        """Compare, repair what is safe, and hand the rest to a person.

        :param executions: n8n's executions of late, as `gatehouse reconcile` reads them: {"id", "workflow", "status",
                           "started_at": UTC ISO 8601, "timeout_seconds"}
        :return: {"id", "found", "repaired", "person", "lines": [{"kind", "name", "text", "outcome"}]}
        """
        user = self.env.user
        if not (self.env.su or user.has_group("gatehouse.group_bot") or user.has_group("gatehouse.group_operations_manager")):
            raise AccessError(self.env._("Only the integration and operations managers reconcile."))
        clean = self._clean_executions(executions)
        run = self.sudo().create({"executions_seen": len(clean)})
        run._run(clean)
        return {
            "id": run.id,
            "found": run.found_count,
            "repaired": run.repaired_count,
            "person": run.person_count,
            "lines": [
                {"kind": line.kind, "name": line.name, "text": line.text, "outcome": line.outcome} for line in run.line_ids
            ],
        }

    @api.model
    def _cron_reconcile(self):
        """Every 15 minutes; a run that finds nothing leaves one row a day."""
        run = self.sudo().create({})
        run._run([])
        if not run.found_count and self.sudo().search_count(
            [("id", "<", run.id), ("create_date", ">", fields.Datetime.subtract(fields.Datetime.now(), days=1))], limit=1
        ):
            run.unlink()

    def _clean_executions(self, executions):
        if executions is None:
            return []
        if not isinstance(executions, list) or len(executions) > 5000:
            raise ValidationError(self.env._("executions: must be a list of at most 5,000"))
        clean = []
        for index, execution in enumerate(executions):
            if not isinstance(execution, dict) or not isinstance(execution.get("id"), str) or not execution["id"]:
                raise ValidationError(self.env._("executions[%s].id: must be a text", index))
            try:
                started = datetime.datetime.fromisoformat(str(execution.get("started_at")).replace("Z", "+00:00"))
                started = started.astimezone(datetime.timezone.utc).replace(tzinfo=None) if started.tzinfo else started
                seconds = float(execution.get("timeout_seconds") or 300)
            except (ValueError, TypeError) as error:
                raise ValidationError(self.env._("executions[%(index)s]: %(why)s", index=index, why=error)) from error
            clean.append({**execution, "started": started, "seconds": seconds})
        return clean

    # -- running -------------------------------------------------------------------------------
    def _run(self, executions):
        self.ensure_one()
        for kind, _label in KINDS:
            if not kind.startswith("execution_"):
                for record, text, repair in getattr(self, f"_find_{kind}")():
                    self._note(kind, record, text, repair)
        self._compare_executions(executions)
        self._count()

    def _count(self):
        lines = self.line_ids
        self.write(
            {
                "found_count": len(lines),
                "repaired_count": len(lines.filtered(lambda line: line.outcome == "repaired")),
                "person_count": len(lines.filtered(lambda line: line.outcome == "person")),
            }
        )

    def _note(self, kind, record, text, repair, name=None, key=None, **exception):
        """A line of the report; what nobody may repair by rule becomes an exception, once."""
        name = name or record.display_name
        key = key or f"{record._name}:{record.id}"
        if repair:
            repair()
        line = self.env["gatehouse.reconciliation.line"].create(
            {
                "reconciliation_id": self.id,
                "kind": kind,
                "name": name,
                "text": text,
                "outcome": "repaired" if repair else "person",
                "res_model": record._name if record is not None else False,
                "res_id": record.id if record is not None else False,
            }
        )
        if repair:
            self.env["gatehouse.decision"]._append("reconciled", line, kind=kind, text=text)
            return
        label = dict(line._fields["kind"]._description_selection(self.env))[kind]
        target = record if record is not None and record._name not in ("gatehouse.hold", "gatehouse.event", "gatehouse.effect") else None
        if record is not None and record._name in ("gatehouse.hold", "gatehouse.event", "gatehouse.effect"):
            target = self.env[record.res_model].browse(record.res_id) if record.res_model in self.env else None
        self.env["gatehouse.exception"]._open(
            f"reconcile:{kind}:{key}",
            "reconciliation",
            f"{label}: {name}",
            detail=text,
            res_model=target._name if target else False,
            res_id=target.id if target else False,
            priority="1",
            **exception,
        )

    def _compare_executions(self, executions):
        now = fields.Datetime.now()
        known = self._told_executions(executions)
        for row in executions:
            workflow = str(row.get("workflow") or "")[:200]
            name = f"{workflow} {row['id']}"
            age = (now - row["started"]).total_seconds()
            if row.get("status") in ("running", "new", "waiting") and age > row["seconds"] + 60:
                text = self.env._(
                    "Running for %(minutes)s minutes, its limit is %(limit)s: n8n lost it. Events it carried are delivered again by themselves.",
                    minutes=round(age / 60), limit=round(row["seconds"] / 60, 1),
                )  # fmt: skip
                self._note("execution_lost", None, text, None, name, row["id"])
            elif row.get("status") in ("error", "crashed") and row["id"] not in known:
                text = self.env._(
                    "It ended with %s and no exception names it, as when Odoo did not answer. Open it in n8n; events that it carried are delivered again "
                    "by themselves. Mend what failed, then resolve this.", row["status"])
                self._note("execution_unreported", None, text, None, name, row["id"], execution_id=row["id"], workflow=workflow)

    def _told_executions(self, executions):
        """Ids of those an exception names, or that count on one of their workflow: it names the last of them alone."""
        queue = self.env["gatehouse.exception"]
        named = queue.search([("execution_id", "in", [row["id"] for row in executions])])
        counting = queue.search([
            ("category", "=", "workflow"), ("occurrences", ">", 1), ("last_at", "!=", False),
            ("workflow", "in", [row.get("workflow") for row in executions]),
        ], order="last_at")
        last = {row.workflow: row.last_at for row in counting}
        began = {row["id"]: (row.get("workflow"), row["started"]) for row in executions}
        counted = {number for number, (workflow, started) in began.items() if workflow in last and started <= last[workflow]}
        return {*named.mapped("execution_id"), *counted}


class GatehouseReconciliationLine(models.Model):
    _name = "gatehouse.reconciliation.line"
    _description = "Gatehouse difference"
    _order = "id"

    reconciliation_id = fields.Many2one("gatehouse.reconciliation", required=True, readonly=True, index=True, ondelete="cascade")
    kind = fields.Selection(KINDS, required=True, readonly=True)
    name = fields.Char("Record", readonly=True)
    text = fields.Text("What differs", readonly=True)
    outcome = fields.Selection([("repaired", "Repaired"), ("person", "Needs a person")], required=True, readonly=True)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
