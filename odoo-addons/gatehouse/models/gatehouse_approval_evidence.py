from markupsafe import Markup

from odoo import api, fields, models
from odoo.fields import Domain


class GatehouseApprovalStep(models.Model):
    """What the person who decides sees, and what the log keeps of it."""

    _inherit = "gatehouse.approval.step"

    check_ids = fields.Many2many("gatehouse.check", string="Checks", compute="_compute_check_ids")
    measured = fields.Text(compute="_compute_measured", compute_sudo=True, help="What the sidecar measured of the document.")

    def _checks(self):
        """Of the documents of these steps; what failed stands first."""
        domain = Domain.OR(
            Domain("res_model", "=", model) & Domain("res_id", "in", approvals.mapped("res_id"))
            for model, approvals in self.approval_id.grouped("res_model").items()
        )
        found = self.env["gatehouse.check"].search(domain, order="id")
        return found.sorted(lambda check: ("fail", "unavailable", "pass").index(check.verdict))

    @api.depends("approval_id")
    def _compute_check_ids(self):
        for step in self:
            step.check_ids = step._checks()

    @api.depends("approval_id")
    def _compute_measured(self):
        """For the queue, in the same statements however long it is."""
        checks = self._checks().grouped(lambda check: (check.res_model, check.res_id))
        for step in self:
            mine = checks.get((step.approval_id.res_model, step.approval_id.res_id), ())
            scored = [check for check in mine if check.score_text]
            step.measured = "\n".join(
                ", ".join(filter(None, [self.env._("score %s", check.score_text), check.model_text])) for check in scored
            )

    def _compute_measures(self):
        """The checks on the page behind the link in the mail."""
        for step in self:
            rows = [check._measures_row() for check in step._checks()]
            step.measures = Markup("<ul class='mb-0 ps-3'>%s</ul>") % Markup("").join(rows) if rows else False

    def _evidence(self):
        """What the person saw: the reasons of the hold and the checks at that moment."""
        step = self.sudo()
        return {
            "reasons": step.reason_text or "",
            "checks": [
                {
                    "check": check.code,
                    "verdict": check.verdict,
                    "text": check.verdict_text or "",
                    "model": check.model or "",
                    "score": check.score,
                    "confidence": check.confidence,
                    "review": check.review or "",
                }
                for check in step._checks()
            ],
        }

    def _decided_text(self):
        """The name of who decided, and for whom."""
        if self.on_behalf_of:
            return self.env._("%(who)s for %(whom)s", who=self.decided_by.name, whom=self.on_behalf_of.name)
        return self.decided_by.name
