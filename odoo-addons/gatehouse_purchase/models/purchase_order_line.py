from odoo import models


class PurchaseOrderLine(models.Model):
    _name = "purchase.order.line"
    _inherit = ["gatehouse.line.mixin", "purchase.order.line"]
    _gatehouse_material_fields = frozenset({"product_id", "product_uom_id", "product_qty", "price_unit", "discount", "order_id"})

    def _gatehouse_event_line(self):
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return {
            "id": f"line:{self.id}",
            "item": self.product_id.default_code or f"product:{self.product_id.id}",
            "item_name": self.product_id.name,
            "category": self.product_id.categ_id.name or None,
            "quantity": self.product_qty,
            "uom": self.product_uom_id.name,
            "unit_price": self.order_id._gatehouse_money(self.price_unit, digits),
            "discount": self.discount,
            "promised_date": self.date_planned.date().isoformat() if self.date_planned else None,
        }
