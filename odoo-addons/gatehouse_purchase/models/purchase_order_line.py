from odoo import api, models

MATERIAL_FIELDS = {"product_id", "product_uom_id", "product_qty", "price_unit", "discount", "order_id"}


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        orders = self.env["purchase.order"].browse({vals["order_id"] for vals in vals_list if vals.get("order_id")})
        with orders._gatehouse_complete()._gatehouse_watch():
            return super().create(vals_list)

    def write(self, vals):
        if not MATERIAL_FIELDS & vals.keys():
            return super().write(vals)
        orders = self.order_id
        if vals.get("order_id"):
            orders |= orders.browse(vals["order_id"])
        with orders._gatehouse_watch():
            return super().write(vals)

    def unlink(self):
        with self.order_id._gatehouse_watch():
            return super().unlink()

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
