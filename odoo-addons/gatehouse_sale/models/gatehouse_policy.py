from odoo import fields, models


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    control = fields.Selection(
        selection_add=[
            ("sale_discount", "Sales: discount"),
            ("sale_amount", "Sales: order amount"),
            ("sale_checks", "Sales: checks from outside"),
        ],
        ondelete={"sale_discount": "cascade", "sale_amount": "cascade", "sale_checks": "cascade"},
    )
