from odoo import fields, models


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    control = fields.Selection(
        selection_add=[
            ("stock_shortage", "Stock: shortage of promised goods"),
            ("stock_adjustment", "Stock: value of an inventory adjustment"),
        ],
        ondelete={"stock_shortage": "cascade", "stock_adjustment": "cascade"},
    )
