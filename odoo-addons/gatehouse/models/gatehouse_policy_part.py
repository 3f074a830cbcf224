from odoo import api, fields, models


class GatehousePolicyPart(models.AbstractModel):
    """A row of a policy: written while the policy is a draft, and with it superseded, never edited, afterwards."""

    _name = "gatehouse.policy.part"
    _description = "Part of a Gatehouse policy"

    policy_id = fields.Many2one("gatehouse.policy", required=True, index=True, ondelete="cascade")

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.policy_id._require_draft()
        return parts

    def write(self, vals):
        self.policy_id._require_draft()
        result = super().write(vals)
        self.policy_id._require_draft()  # it may have been moved to another one
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self.policy_id._require_draft()
