from odoo import models


class StockPickingBatch(models.Model):
    _inherit = "stock.picking.batch"

    def _compute_allowed_picking_ids(self):
        """What is on hold is not offered."""
        super()._compute_allowed_picking_ids()
        for batch in self:
            batch.allowed_picking_ids = batch.allowed_picking_ids.filtered_domain([("gatehouse_held", "=", False)])
