from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _gatehouse_story_documents(self):
        """What is told together with this: its deliveries."""
        return self.picking_ids


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _gatehouse_story_documents(self):
        """What is told together with this: its order and the order's other deliveries."""
        return [*self.sale_id, *(self.sale_id.picking_ids - self)]
