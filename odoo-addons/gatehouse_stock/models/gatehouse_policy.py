from odoo import fields, models


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    control = fields.Selection(
        selection_add=[("stock_shortage", "Stock: shortage of promised goods")],
        ondelete={"stock_shortage": "cascade"},
    )
