from odoo import models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    @property
    def _gatehouse_transient_controls(self):
        return (*super()._gatehouse_transient_controls, "purchase_master_data")

    def _gatehouse_controls(self):
        return [*super()._gatehouse_controls(), "purchase_master_data"]

    def _gatehouse_value(self, control, policy):
        if control == "purchase_master_data":
            return self.order_line.product_id._gatehouse_master_data_value(policy)
        return super()._gatehouse_value(control, policy)

    def _gatehouse_supplier_value(self):
        """A vendor that is not approved counts as a blocked one."""
        why = self.partner_id._gatehouse_unapproved_vendor()
        return (1000.0, why) if why else super()._gatehouse_supplier_value()
