from odoo import models


class GatehouseApprovalStep(models.Model):
    """What people make of the sidecar's warnings goes back to it, so that models are judged by it."""

    _inherit = "gatehouse.approval.step"

    def _decide(self, outcome, reason):
        result = super()._decide(outcome, reason)
        for hold in self.sudo().approval_id.hold_id:
            hold._return_feedback(outcome)
        return result


class GatehouseHold(models.Model):
    _inherit = "gatehouse.hold"

    def _return_feedback(self, outcome):
        """Released by people: the warning was overruled (`rejected`). Refused by them: it was right (`confirmed`).

        A signature that others still have to follow says nothing yet. The reason stays here: it may name people.
        """
        if not self.event_id or (outcome == "approved" and self.state != "released"):
            return
        document = self._document()
        warned = self.event_id.check_ids.filtered(lambda check: check.source == "sidecar" and check.verdict == "fail")
        for check in warned if document else warned.browse():
            self.env["gatehouse.event"]._raise_event(
                document.sudo(), "ai.output.reviewed",
                {
                    "event_id": self.event_id.event_id,
                    "check": check.code,
                    "outcome": "confirmed" if outcome == "rejected" else "rejected",
                },
            )  # fmt: skip
