from odoo import api, fields, models

from odoo.addons.gatehouse.models.gatehouse_policy_soundness import GOODS


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    control = fields.Selection(
        selection_add=[
            ("confirmation_value", "Order confirmation: % a price or quantity differs from the order"),
            ("confirmation_delay", "Order confirmation: days later than ordered"),
            ("invoice_match", "Vendor invoice: % a price or quantity exceeds order and receipt"),
        ],
        ondelete=dict.fromkeys(("confirmation_value", "confirmation_delay", "invoice_match"), "cascade"),
    )

    @api.model
    def _narrowing(self):
        return {**super()._narrowing(), "confirmation_*": GOODS, "invoice_match": GOODS}
