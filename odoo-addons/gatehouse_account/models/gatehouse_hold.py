from odoo import fields, models


class GatehouseHold(models.Model):
    _inherit = "gatehouse.hold"

    blocks = fields.Selection(selection_add=[("pay", "Payment")], ondelete={"pay": "cascade"})
