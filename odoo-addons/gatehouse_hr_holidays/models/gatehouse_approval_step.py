from odoo import api, fields, models


class GatehouseApprovalStep(models.Model):
    """What only absent people may decide goes to the next role at once."""

    _inherit = "gatehouse.approval.step"

    @api.model
    def _absent(self, users):
        """Those of `users` who are away at this moment, by their validated time off."""
        now = fields.Datetime.now()
        leaves = self.env["hr.leave"].sudo().search(
            [
                ("state", "=", "validate"), ("date_from", "<=", now), ("date_to", ">=", now),
                ("employee_id.user_id", "in", users.ids), ("holiday_status_id.time_type", "=", "leave"),
            ]
        )  # fmt: skip
        return leaves.employee_id.user_id & users

    def _open(self):
        super()._open()
        self.sudo()._escalate_absent()

    def _escalate_absent(self):
        """Escalate steps that have deciders, and none of them is here."""
        for step in self.filtered(lambda step: step.state == "open" and not step.escalated_role_id):
            deciders = step._deciders()
            if not deciders or deciders - step._absent(deciders) or step._next_role() == step.role_id:
                continue
            step._escalate()
            step.approval_id._log("approver_absent", role=step.role_id.full_name, who=deciders.mapped("login"))

    @api.model
    def _cron_absence(self):
        """Leaves begin without anybody doing anything."""
        steps = self.sudo().search([("state", "=", "open"), ("escalated_role_id", "=", False)])
        self.env["gatehouse.scheduled"]._each(
            "absence", self.env._("An absent approver's step could not go on: %s"), steps, lambda step: step._escalate_absent(), category="approval"
        )
