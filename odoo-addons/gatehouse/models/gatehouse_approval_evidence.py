from markupsafe import Markup

from odoo import api, fields, models


class GatehouseApprovalStep(models.Model):
    """What the person who decides sees, and what the log keeps of it."""

    _inherit = "gatehouse.approval.step"

    check_ids = fields.Many2many("gatehouse.check", string="Checks", compute="_compute_check_ids")

    def _checks(self):
        """Of the document; what failed stands first."""
        found = self.env["gatehouse.check"].search(
            [("res_model", "=", self.approval_id.res_model), ("res_id", "=", self.approval_id.res_id)],
            order="id",
        )
        return found.sorted(lambda check: ("fail", "unavailable", "pass").index(check.verdict))

    @api.depends("approval_id")
    def _compute_check_ids(self):
        for step in self:
            step.check_ids = step._checks()

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
