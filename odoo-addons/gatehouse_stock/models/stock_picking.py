from odoo import models


class StockPicking(models.Model):
    """What follows when a delivery is validated."""

    _inherit = "stock.picking"

    def _action_done(self):
        result = super()._action_done()
        shipped = self.filtered(lambda picking: picking.state == "done" and picking.picking_type_code == "outgoing")
        shipped._gatehouse_request_booking()
        shipped._gatehouse_tell_partial()
        return result

    def _gatehouse_location(self):
        warehouse = self.picking_type_id.warehouse_id
        return f"warehouse:{warehouse.id}" if warehouse else None
