from odoo import api, models


class GatehouseHold(models.Model):
    _inherit = "gatehouse.hold"

    @api.model
    def _orders_of_transfers(self):
        return {**super()._orders_of_transfers(), "sale.order": "sale_id"}
