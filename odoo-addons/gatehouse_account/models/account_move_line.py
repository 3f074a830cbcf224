from odoo import api, models

MATERIAL_FIELDS = {
    "product_id", "product_uom_id", "quantity", "price_unit", "discount", "account_id", "purchase_line_id", "move_id",
    "balance", "amount_currency", "debit", "credit",
}  # fmt: skip


class AccountMoveLine(models.Model):
    """Lines of a posted bill or credit note are no way round what was decided about it."""

    _inherit = "account.move.line"

    @api.model_create_multi
    def create(self, vals_list):
        moves = self.env["account.move"].browse({vals["move_id"] for vals in vals_list if vals.get("move_id")})
        with moves._gatehouse_watch():
            return super().create(vals_list)

    def write(self, vals):
        if not MATERIAL_FIELDS & vals.keys():
            return super().write(vals)
        moves = self.move_id
        if vals.get("move_id"):
            moves |= moves.browse(vals["move_id"])
        with moves._gatehouse_watch():
            return super().write(vals)

    def unlink(self):
        with self.move_id._gatehouse_watch():
            return super().unlink()
