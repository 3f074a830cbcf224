import datetime

from odoo import api, models
from odoo.exceptions import AccessError, UserError, ValidationError

#: Days that a partner is asked about.
DAYS = 2
MOST_ROWS = 10000


class GatehouseReconciliation(models.Model):
    """Odoo against what partners keep: n8n fetches their records, Odoo compares them. Which ones, addons say. And what n8n runs."""

    _inherit = "gatehouse.reconciliation"

    @api.model
    def _comparisons(self):
        """{kind of records: (boolean field of the company that asks for it, words for people)}"""
        return {}

    @api.model
    def _ask_partners(self):
        """Ask outside for the records of every company that wants them compared; one question at a time each."""
        Event, asked = self.env["gatehouse.event"].sudo(), self.env["gatehouse.event"]
        for company in self.env["res.company"].sudo().search([]):
            kinds = [kind for kind, (switch, _words) in self._comparisons().items() if company[switch]]
            running = Event.search_count(
                [("type", "=", "reconciliation.requested"), ("res_id", "=", company.id),
                 ("state", "not in", ("acknowledged", "dead"))], limit=1,
            )  # fmt: skip
            if kinds and not running:
                asked |= Event.with_company(company)._raise_event(
                    company, "reconciliation.requested", {"records": kinds, "days": DAYS}
                )
        return asked

    def action_reconcile(self):
        """*Compare now*: compares Odoo's own records, repairs what is safe, and opens what was found."""
        if not self.env.user.has_group("gatehouse.group_operations_manager"):
            raise AccessError(self.env._("Only the operations manager compares now."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compared now"),
            "res_model": self._name,
            "res_id": self.reconcile()["id"],
            "views": [[False, "form"]],
        }

    def action_ask_partners(self):
        """*Compare with partners now*."""
        if not self.env.user.has_group("gatehouse.group_operations_manager"):
            raise AccessError(self.env._("Only the operations manager asks for a comparison."))
        if not self._ask_partners():
            raise UserError(self.env._("Nothing to ask: no company compares with a partner, or an earlier question is still open."))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "message": self.env._("Asked. What differs will stand here and among the exceptions.")},
        }

    @api.model
    def _cron_reconcile(self):
        super()._cron_reconcile()
        self._ask_partners()

    @api.model
    def compare_partners(self, results):
        """Called by the integration with what partners keep; settles the question, and is idempotent on it.

        :param results: [{"event_id", "records": [{"kind", "available", "since": UTC ISO 8601, "rows", "reason"?}]}]
        :return: [{"event_id", "status": recorded|duplicate|refused, "detail"}]
        """
        if not (self.env.su or self.env.user.has_group("gatehouse.group_bot")):
            raise AccessError(self.env._("Only the integration hands in records of partners."))
        if not isinstance(results, list):
            raise ValidationError(self.env._("results: must be a list"))
        answers = []
        for index, result in enumerate(results):
            event_id = result.get("event_id") if isinstance(result, dict) else None
            try:
                with self.env.cr.savepoint():
                    status = self.sudo()._compare_result(result, f"results[{index}]")
                answers.append({"event_id": event_id, "status": status, "detail": ""})
            except UserError as error:
                answers.append({"event_id": event_id, "status": "refused", "detail": str(error)})
        return answers

    @api.model
    def compare_workflows(self, differences):
        """Called by the watch with everything in which n8n's workflows differ from the reviewed files, as reports for the queue.

        What stays is one open exception, also after somebody resolved it; what was told before and is gone is closed.
        """
        if not (self.env.su or self.env.user.has_group("gatehouse.group_bot")):
            raise AccessError(self.env._("Only the integration compares workflows."))
        if not isinstance(differences, list) or not all(isinstance(row, dict) for row in differences):
            raise ValidationError(self.env._("differences: must be a list of objects"))
        answers = self.env["gatehouse.exception"].report([{**row, "again": True} for row in differences])
        told = [row["key"] for row in differences]
        self.sudo()._solved([("key", "=like", "drift:%"), ("key", "not in", told)])
        self.sudo()._solved([("key", "=like", "workflow-files:%")])
        return answers

    def _compare_result(self, result, field):
        records = result.get("records") if isinstance(result, dict) else None
        if not isinstance(records, list):
            raise ValidationError(self.env._("%s.records: must be a list", field))
        self.env.cr.execute(
            "SELECT id FROM gatehouse_event WHERE event_id = %s AND type = 'reconciliation.requested' FOR UPDATE",
            [str(result.get("event_id") or "")],
        )
        row = self.env.cr.fetchone()
        if not row:
            raise ValidationError(self.env._("%s.event_id: nobody asked for this comparison", field))
        event = self.env["gatehouse.event"].browse(row[0])
        event.invalidate_recordset()
        if event.state == "acknowledged":
            return "duplicate"
        company = self.env["res.company"].browse(event.res_id)
        for index, entry in enumerate(records):
            self._compare_records(company, entry, f"{field}.records[{index}]")
        self.env["gatehouse.judge"]._acknowledge(event)
        return "recorded"

    def _compare_records(self, company, entry, field):
        known = self._comparisons()
        kind = entry.get("kind") if isinstance(entry, dict) else None
        if kind not in known:
            raise ValidationError(self.env._("%(field)s.kind: must be one of %(kinds)s", field=field, kinds=", ".join(known)))
        key, words = f"partner:{kind}:{company.id}", known[kind][1]
        if not entry.get("available"):
            self.env["gatehouse.exception"]._open(
                key, "reconciliation", self.env._("%s could not be compared", words), company_id=company.id,
                detail=self.env._("%s\nIt is asked again in 15 minutes; this closes when it works.", str(entry.get("reason") or "")[:2000]),
            )  # fmt: skip
            return
        rows = entry.get("rows")
        if not isinstance(rows, list) or len(rows) > MOST_ROWS or not all(isinstance(row, dict) for row in rows):
            raise ValidationError(self.env._("%(field)s.rows: must be a list of at most %(most)s objects", field=field, most=MOST_ROWS))
        try:
            since = datetime.datetime.fromisoformat(str(entry.get("since")).replace("Z", "+00:00"))
            since = since.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        except ValueError as error:
            raise ValidationError(self.env._("%(field)s.since: %(why)s", field=field, why=error)) from error
        run = self.create({"partner_records": len(rows)})
        getattr(run.with_company(company), f"_compare_{kind}")(company, since, rows)
        run._count()
        if not run.found_count:
            run.unlink()
        self._solved([("key", "=", key)])

    def _solved(self, domain):
        """Close the open exceptions of a domain: what they were about is gone."""
        found = self.env["gatehouse.exception"].search([("state", "=", "open"), *domain])
        found._close(self.env._("The next comparison found no difference"))
