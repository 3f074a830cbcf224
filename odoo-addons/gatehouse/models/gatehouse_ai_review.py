from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import documents

#: What the sidecar is told of an answer that was right, and of one that was not.
OUTCOMES = {"right": "confirmed", "wrong": "rejected"}


class GatehouseCheck(models.Model):
    """What a person makes of one answer of the sidecar: right or wrong, by one click, whether it warned or let pass.

    It decides nothing about the document: a hold is released or refused as before.
    """

    _inherit = "gatehouse.check"

    review = fields.Selection([("right", "Right"), ("wrong", "Wrong")], readonly=True, copy=False)
    reviewed_by = fields.Many2one("res.users", readonly=True, copy=False)
    reviewed_at = fields.Datetime(readonly=True, copy=False)
    review_text = fields.Char("Reviewed", compute="_compute_review_text")
    can_review = fields.Boolean(compute="_compute_can_review")

    _reviewed = models.Index("(reviewed_at) WHERE reviewed_at IS NOT NULL")

    @api.depends("review", "reviewed_by")
    def _compute_review_text(self):
        said = dict(self._fields["review"]._description_selection(self.env))
        for check in self:
            check.review_text = check.review and f"{said[check.review]}, {check.sudo().reviewed_by.name}"

    @api.depends("review_text")
    def _compute_measured_text(self):
        super()._compute_measured_text()
        for check in self.filtered("review_text"):
            check.measured_text = f"{check.measured_text}\n{check.review_text}"

    @api.depends("source", "verdict")
    @api.depends_context("uid")
    def _compute_can_review(self):
        answered = self.filtered(lambda check: check.source == "sidecar" and check.verdict in ("pass", "fail"))
        mine = answered._of_reviewer(self.env.user) if answered else answered
        for check in self:
            check.can_review = check in mine

    def _of_reviewer(self, user):
        """Those that a user may say this of: who reviews what such a check stops, and never who asked for the document.

        Being superuser or the integration is not enough, as with a signature.
        """
        if user.id == 1 or not user.active or user.has_group("gatehouse.group_bot"):
            return self.browse()
        found, checks = documents.of(self.sudo()), self.sudo()
        holds = self.env["gatehouse.hold"].sudo().search([("event_id", "in", checks.event_id.ids), ("kind", "=", "review")])
        decided = holds.approval_ids.step_ids.filtered(lambda step: step._authority(user)).approval_id.hold_id.event_id
        mine = checks.filtered(lambda check: found[check] and (
            check.event_id in decided or check._roles() & user.sudo().all_group_ids
        ) and user not in check._requesters(found[check], holds))
        return self.browse(mine.ids)

    def _roles(self):
        """Who reviews what this check stops, and the operations manager."""
        expected = [entry["role_id"] for entry in self.event_id.expected or [] if entry["check"] == self.code]
        return self.env["res.groups"].browse(expected) | self.env.ref("gatehouse.group_operations_manager")

    def _requesters(self, document, holds):
        """Who asked for the document, and who did when it was held: handing it over opens no way round four eyes."""
        now = document._gatehouse_requesters() if hasattr(document, "_gatehouse_requesters") else self.env["res.users"]
        return now | holds.filtered(lambda hold: hold.event_id == self.event_id).requester_ids

    def action_right(self):
        return self._review("right")

    def action_wrong(self):
        return self._review("wrong")

    def _review(self, said):
        """Keep who said it and when, write it into the log and tell the sidecar; the last word counts."""
        self.check_access("read")
        for check in self:
            if not check.can_review:
                raise AccessError(self.env._(
                    "An answer of the sidecar is judged by who reviews its documents, and never by who asked for the document."))
            if check.review == said:
                continue
            document = documents.of(check.sudo())[check]
            if not document:
                raise UserError(self.env._("The document is gone."))
            self.env["gatehouse.decision"]._append(
                "check_reviewed", document, check=check.code, model=check.model or "", verdict=check.verdict, said=said,
                before=check.review or None, event=check.sudo().event_id.event_id)
            check.sudo().write({"review": said, "reviewed_by": self.env.uid, "reviewed_at": fields.Datetime.now()})
            check.sudo()._return_feedback(document, OUTCOMES[said])
        return True

    def _return_feedback(self, document, outcome):
        """Tell the sidecar of each of these answers what a person made of it. What he wrote stays here: it may name people.

        :param outcome: "confirmed" where the answer was right, else "rejected"
        """
        for check in self:
            self.env["gatehouse.event"]._raise_event(document.sudo(), "ai.output.reviewed", {
                "event_id": check.event_id.event_id, "check": check.code, "outcome": outcome, "warned": check.verdict == "fail",
            })


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

    def _warnings(self):
        """The sidecar's checks that this hold is about, of which nobody said anything yet: their failing placed it."""
        named = {reason.get("code") for reason in self.reasons or []}
        return self.event_id.check_ids.filtered(
            lambda check: check.source == "sidecar" and check.verdict == "fail" and check.code in named and not check.review
        )

    def _return_feedback(self, outcome):
        """Released by people: the warning was overruled (`rejected`). Refused by them: it was right (`confirmed`).

        A signature that others still have to follow says nothing yet.
        """
        if not self.event_id or (outcome == "approved" and self.state != "released"):
            return
        document = self._document()
        if document:
            self._warnings()._return_feedback(document, "confirmed" if outcome == "rejected" else "rejected")
