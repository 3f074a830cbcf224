from odoo import api, models

VENDOR, UNORDERED = "receipt_vendor", "receipt_unordered"
#: what an item without a cost counts as, so that free goods are seen too
FREE = 0.01


class StockPicking(models.Model):
    """Receipt hold: goods of a vendor that was blocked meanwhile, and goods that nobody ordered."""

    _inherit = "stock.picking"

    @api.model
    def _gatehouse_goods_controls(self):
        return {**super()._gatehouse_goods_controls(), VENDOR: "receive", UNORDERED: "receive"}

    def _gatehouse_value(self, control, policy):
        if control not in (VENDOR, UNORDERED):
            return super()._gatehouse_value(control, policy)
        moves = self.move_ids.filtered(lambda move: move.state != "cancel" and move.location_id.usage == "supplier")
        if not moves:
            return None
        return self._gatehouse_vendor_value(moves) if control == VENDOR else self._gatehouse_unordered_value(moves)

    def _gatehouse_vendor_value(self, moves):
        """1 when the vendor of the transfer or of its orders is blocked."""
        vendors = (self.partner_id | moves.purchase_line_id.order_id.partner_id).commercial_partner_id
        blocked = vendors.filtered("gatehouse_purchase_block")[:1]
        if not blocked:
            return 0.0, self.env._("the vendor is not blocked")
        return 1.0, self.env._("%(vendor)s is blocked: %(why)s", vendor=blocked.name, why=blocked.gatehouse_purchase_block)

    def _gatehouse_unordered_value(self, moves):
        """What is not on a confirmed order, or beyond it, at cost in company currency."""
        worth, names = 0.0, []
        for move in moves:
            more = self._gatehouse_beyond_order(move)
            if more > 1e-6:
                cost = move.product_id.with_company(self.company_id).standard_price or FREE
                worth += more * cost
                names.append(f"{more:g} × {move.product_id.display_name}")
        if not names:
            return 0.0, self.env._("all of it was ordered")
        return round(worth, 2), self.env._("no confirmed order asked for %s", ", ".join(names[:5]))

    def _gatehouse_beyond_order(self, move):
        """Quantity in the product's unit that this move brings and its order line does not ask for."""
        unit = move.product_id.uom_id
        brings = max(move.product_qty, move.product_uom._compute_quantity(move.quantity, unit, round=False))
        line = move.purchase_line_id
        if not line or line.product_id != move.product_id or line.order_id.state not in ("purchase", "done"):
            return brings
        asked = line.product_uom_id._compute_quantity(line.product_qty, unit, round=False)
        others = line.move_ids.filtered(
            lambda other: other != move and other.state == "done" and other.location_id.usage == "supplier"
        )
        return min(brings, max(0.0, brings + sum(others.mapped("product_qty")) - asked))

    def _gatehouse_not_passed(self, decided, verdicts, kinds):
        """A release of unordered goods holds for what was there: more of them ask again."""
        open_ones = super()._gatehouse_not_passed(decided, verdicts, kinds)
        known = {verdict["control"] for verdict in open_ones}
        for verdict in verdicts:
            if verdict["control"] == UNORDERED and UNORDERED not in known:
                signed = self._gatehouse_signed([UNORDERED], decided["hash"], kinds)
                if verdict["value"] > max(signed.mapped("amount"), default=0.0) + 0.005:
                    open_ones.append(verdict)
        return open_ones
