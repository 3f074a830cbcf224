from odoo import api, fields, models

from odoo.addons.gatehouse.models.gatehouse_policy_soundness import GOODS


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    control = fields.Selection(
        selection_add=[
            ("sale_discount", "Sales: discount"),
            ("sale_amount", "Sales: order amount"),
            ("sale_margin", "Sales: cost in % of the price"),
            ("sale_credit", "Sales: over the credit limit"),
            ("sale_terms", "Sales: days beyond agreed payment terms"),
            ("sale_checks", "Sales: checks from outside"),
        ],
        ondelete=dict.fromkeys(
            ("sale_discount", "sale_amount", "sale_margin", "sale_credit", "sale_terms", "sale_checks"), "cascade"
        ),
    )

    @api.model
    def _narrowing(self):
        return {**super()._narrowing(), "sale_*": ("team_id", "channel", *GOODS)}
