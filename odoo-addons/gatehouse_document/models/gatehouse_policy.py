from odoo import fields, models


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
