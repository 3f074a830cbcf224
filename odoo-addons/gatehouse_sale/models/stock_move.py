from odoo import models


class StockMove(models.Model):
    _inherit = "stock.move"

    def _gatehouse_origin_documents(self):
        """The orders that goods leave for: by line, transfer or reference, and else by customer and product."""
        documents = super()._gatehouse_origin_documents()
        orders = self.env["sale.order"].sudo()
        loose = self.browse()
        for move in self:
            found = move.sale_line_id.order_id | move.picking_id.sale_id | move.reference_ids.sale_ids
            orders |= found
            if not found and move.location_dest_id.usage == "customer":
                loose |= move
        documents["sale.order"] = set(orders.ids) | loose._gatehouse_held_orders_of_customer()
        return documents

    def _gatehouse_held_orders_of_customer(self):
        """Held orders of the same customer for the same goods: a delivery made by hand is theirs.

        A quantity that leaves without naming a customer may be any of theirs, so it waits for all of them.
        """
        found = set()
        for move in self:
            partner = (move.partner_id or move.picking_id.partner_id).commercial_partner_id
            self.env.cr.execute(
                """SELECT o.id FROM gatehouse_hold h
                     JOIN sale_order o ON o.id = h.res_id
                     JOIN res_partner p ON p.id = o.partner_id AND p.commercial_partner_id = COALESCE(%s, p.commercial_partner_id)
                    WHERE h.res_model = 'sale.order' AND o.company_id = %s AND h.state = 'open' AND h.blocks = 'ship'
                      AND EXISTS (SELECT 1 FROM sale_order_line l WHERE l.order_id = o.id AND l.product_id = %s)""",
                [partner.id or None, move.company_id.id, move.product_id.id],
            )
            found.update(row[0] for row in self.env.cr.fetchall())
        return found

    def _gatehouse_origin_fields(self):
        return super()._gatehouse_origin_fields() | {"sale_line_id", "reference_ids"}
