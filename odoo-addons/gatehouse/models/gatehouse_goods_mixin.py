from odoo import models

from .stock_move import STAYS_INSIDE


class GatehouseDocumentMixin(models.AbstractModel):
    """The goods of an order: which lines they belong to, what moved of them, which transfers carry them."""

    _inherit = "gatehouse.document.mixin"

    #: the field of `stock.move` that names the order's line; empty where goods are no matter
    _gatehouse_goods_link = ""

    def _gatehouse_pickings(self):
        """The transfers that carry this document's goods."""
        return self.picking_ids if "picking_ids" in self._fields else self.env["stock.picking"]

    def _gatehouse_goods_lines(self):
        """[{"id", "name", "quantity" in the line's unit, "price" of one net in company currency, "rounding"}]"""
        self.ensure_one()
        when = self._gatehouse_priced_at()
        found = []
        for line in self.order_line.filtered(lambda line: line.product_id and not line.display_type):
            quantity = line[self._gatehouse_goods_quantity]
            worth = self.currency_id._convert(
                line.price_subtotal, self.company_id.currency_id, self.company_id, when, round=False
            )
            found.append(
                {
                    "id": line.id, "name": line.product_id.display_name, "quantity": quantity,
                    "price": worth / quantity if quantity else 0.0, "rounding": line.product_uom_id.rounding,
                }
            )  # fmt: skip
        return found

    #: the field of a line that holds its quantity
    _gatehouse_goods_quantity = "product_uom_qty"

    def _gatehouse_goods_of(self, move, planned=False):
        """(line id, quantity in the line's unit) that a move carries; (None, 0) when it is no line's own product.

        :param planned: what the move shall carry, instead of what it carries now
        """
        line = move[self._gatehouse_goods_link]
        if not line or line.order_id != self or line.product_id != move.product_id:
            return None, 0.0
        quantity = max(move.product_uom_qty, move.quantity) if planned else move.quantity
        return line.id, move.product_uom._compute_quantity(quantity, line.product_uom_id, round=False)

    def _gatehouse_goods_done(self, line_id):
        """What left, or came in, for a line, in its unit. What came back counts no less: it was let go once."""
        self.ensure_one()
        coming = self._gatehouse_goods_block() == "receive"
        where = ("location_id.usage", "=", "supplier") if coming else ("location_dest_id.usage", "not in", STAYS_INSIDE)
        moves = self.env["stock.move"].sudo().search(
            [(self._gatehouse_goods_link, "=", line_id), ("state", "=", "done"), where]
        )
        return sum(self._gatehouse_goods_of(move)[1] for move in moves)
