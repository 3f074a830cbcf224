from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    @property
    def _gatehouse_transient_controls(self):
        return (*super()._gatehouse_transient_controls, "sale_master_data")

    def _gatehouse_controls(self):
        return [*super()._gatehouse_controls(), "sale_master_data"]

    def _gatehouse_value(self, control, policy):
        if control == "sale_master_data":
            return self.order_line.product_id._gatehouse_master_data_value(policy)
        return super()._gatehouse_value(control, policy)
