from odoo import fields, models


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    control = fields.Selection(
        selection_add=[
            ("purchase_amount", "Purchase: spend"),
            ("purchase_checks", "Purchase: checks from outside"),
        ],
        ondelete={"purchase_amount": "cascade", "purchase_checks": "cascade"},
    )
