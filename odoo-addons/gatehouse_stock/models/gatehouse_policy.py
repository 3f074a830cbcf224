from odoo import api, fields, models

from odoo.addons.gatehouse.models.gatehouse_policy_soundness import GOODS


class GatehousePolicy(models.Model):
    _inherit = "gatehouse.policy"

    control = fields.Selection(
        selection_add=[
            ("stock_shortage", "Stock: shortage of promised goods"),
            ("stock_adjustment", "Stock: value of an inventory adjustment"),
            ("stock_shipment", "Stock: days the customer is overdue before shipping"),
        ],
        ondelete=dict.fromkeys(("stock_shortage", "stock_adjustment", "stock_shipment"), "cascade"),
    )
    carrier_id = fields.Many2one("delivery.carrier", ondelete="restrict", help="Only deliveries with this carrier; empty: any.")

    @api.model
    def _narrowing(self):
        return {**super()._narrowing(), "stock_adjustment": ("warehouse_id", "product_category_id"), "stock_*": GOODS}

    def _compile(self):
        return {**super()._compile(), "carrier": self.carrier_id.id or None}

    @api.model
    def _named_fields(self):
        return {**super()._named_fields(), "carrier_id": "name"}


class DeliveryCarrier(models.Model):
    _name = "delivery.carrier"
    _inherit = ["delivery.carrier", "gatehouse.scope.mixin"]
