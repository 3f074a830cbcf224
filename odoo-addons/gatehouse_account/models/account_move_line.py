from odoo import models


class AccountMoveLine(models.Model):
    """Lines of a posted bill or credit note are no way round what was decided about it."""

    _name = "account.move.line"
    _inherit = ["gatehouse.line.mixin", "account.move.line"]
    _gatehouse_document = "move_id"
    _gatehouse_material_fields = frozenset(
        (
            "product_id", "product_uom_id", "quantity", "price_unit", "discount", "account_id", "purchase_line_id", "move_id",
            "balance", "amount_currency", "debit", "credit",
        )
    )  # fmt: skip
