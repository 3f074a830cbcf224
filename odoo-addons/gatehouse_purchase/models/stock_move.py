from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _gatehouse_origin_documents(self):
        """The orders that goods come in for: by line, transfer or reference, else by vendor and product."""
        documents = super()._gatehouse_origin_documents()
        orders = self.env["purchase.order"].sudo()
        loose = self.browse()
        for move in self:
            found = move.purchase_line_id.order_id or (move.picking_id.purchase_id | move.reference_ids.purchase_ids)
            orders |= found
            if not found and move.location_id.usage == "supplier":
                loose |= move
        documents["purchase.order"] = set(orders.ids) | loose._gatehouse_held_orders_of_vendor()
        return documents

    def _gatehouse_held_orders_of_vendor(self):
        """Held orders at the same vendor for the same goods: a receipt made by hand is theirs, without a vendor too."""
        found = set()
        for move in self:
            partner = (move.partner_id or move.picking_id.partner_id).commercial_partner_id
            self.env.cr.execute(
                """SELECT o.id FROM gatehouse_hold h
                     JOIN purchase_order o ON o.id = h.res_id
                     JOIN res_partner p ON p.id = o.partner_id AND p.commercial_partner_id = COALESCE(%s, p.commercial_partner_id)
                    WHERE h.res_model = 'purchase.order' AND o.company_id = %s AND h.state = 'open' AND h.blocks = 'receive'
                      AND EXISTS (SELECT 1 FROM purchase_order_line l
                                   WHERE l.order_id = o.id AND l.product_id = %s)""",
                [partner.id or None, move.company_id.id, move.product_id.id],
            )
            found.update(row[0] for row in self.env.cr.fetchall())
        return found

    def _gatehouse_origin_fields(self):
        return super()._gatehouse_origin_fields() | {"purchase_line_id", "reference_ids"}
