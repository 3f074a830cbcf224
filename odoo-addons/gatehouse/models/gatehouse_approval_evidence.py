from markupsafe import Markup

from odoo import models


class GatehouseApprovalStep(models.Model):
    """What the person who decides sees, and what the log keeps of it."""

    _inherit = "gatehouse.approval.step"

    def _checks(self):
        return self.env["gatehouse.check"].search(
            [("res_model", "=", self.approval_id.res_model), ("res_id", "=", self.approval_id.res_id)],
            order="id",
        )

    def _compute_measures(self):
        for step in self:
            rows = [
                Markup("<li><strong>%s</strong> %s%s</li>")
                % (
                    check.code.replace("_", " ").capitalize(),
                    check.verdict_text or check.verdict or "",
                    f" ({check.model})" if check.model else "",
                )
                for check in step._checks()
            ]
            step.measures = Markup("<ul class='mb-0'>%s</ul>") % Markup("").join(rows) if rows else False

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
                }
                for check in step._checks()
            ],
        }

    def _decided_text(self):
        """The name of who decided, and for whom."""
        if self.on_behalf_of:
            return self.env._("%(who)s for %(whom)s", who=self.decided_by.name, whom=self.on_behalf_of.name)
        return self.decided_by.name
