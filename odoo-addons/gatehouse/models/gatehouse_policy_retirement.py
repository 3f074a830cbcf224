from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class GatehousePolicy(models.Model):
    """A policy that nothing takes the place of ends by four eyes, as it began: its control stops working."""

    _inherit = "gatehouse.policy"

    retirement_asked_by = fields.Many2one("res.users", readonly=True, copy=False)

    def action_retire(self):
        """An author or the board asks for it; a member of the board who neither asked nor wrote it retires it."""
        for policy in self:
            if policy.state != "active":
                raise UserError(self.env._("%s is not active.", policy.name))
        asked = self.filtered(lambda policy: policy.retirement_asked_by and policy.retirement_asked_by != self.env.user)
        (self - asked)._ask_retirement()
        asked._retire()

    def _ask_retirement(self):
        if self and not self.env.user.has_group("gatehouse.group_policy_author"):
            self._require_group("group_governance_board")
        for policy in self - self.filtered("retirement_asked_by"):
            policy._transition({"retirement_asked_by": self.env.uid})
            policy.sudo().message_post(body=self.env._("%s asks to retire this policy", self.env.user.name))

    def _retire(self):
        if self:
            self._require_group("group_governance_board")
        for policy in self:
            if self.env.user in policy.author_ids:
                raise AccessError(self.env._("The author of a policy cannot retire it: another member of the board does."))
            asker = policy.retirement_asked_by
            policy._transition({"state": "retired"})
            self.env["gatehouse.decision"]._append(
                "policy_retired", policy, version=policy.version, control=policy.control, asked_by=asker.login
            )

    def action_keep(self):
        """The retirement that somebody asked for is off."""
        if not self.env.user.has_group("gatehouse.group_policy_author"):
            self._require_group("group_governance_board")
        for policy in self.filtered(lambda policy: policy.state == "active" and policy.retirement_asked_by):
            policy._transition({"retirement_asked_by": False})
            policy.sudo().message_post(body=self.env._("%s keeps this policy", self.env.user.name))
