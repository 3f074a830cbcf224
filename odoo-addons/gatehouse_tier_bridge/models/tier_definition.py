from odoo import api, models
from odoo.exceptions import ValidationError


class TierDefinition(models.Model):
    """A tier definition for documents that a policy holds already is refused."""

    _inherit = "tier.definition"

    @api.constrains("active", "model_id", "company_id")
    def _check_gatehouse(self):
        policies = self.env["gatehouse.policy"].sudo().search([("state", "=", "active"), ("mode", "=", "enforcing")])
        for definition in self.filtered("active"):
            for policy in policies:
                if definition in policy._tier_rivals():
                    raise ValidationError(policy._tier_sentence(definition))
