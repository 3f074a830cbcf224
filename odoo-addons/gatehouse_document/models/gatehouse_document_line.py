from odoo import api, fields, models
from odoo.exceptions import UserError

from .gatehouse_document import OPEN

#: What people correct; the rest is what the comparison found.
WRITABLE = {
    "sequence", "item", "description", "quantity", "unit", "price", "price_base", "tax", "adjustment", "amount", "delivery_date",
    "order_line_id", "product_id", "document_id",
}  # fmt: skip
DIGITS = (16, 6)


class GatehouseDocumentLine(models.Model):
    """One line of a document beside the line of the order it belongs to."""

    _name = "gatehouse.document.line"
    _description = "Line of a supplier document"
    _order = "document_id, sequence, id"

    document_id = fields.Many2one("gatehouse.document", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=1000)
    item = fields.Char()
    description = fields.Char()
    quantity = fields.Float(digits=DIGITS)
    unit = fields.Char()
    price = fields.Float(digits=DIGITS)
    price_base = fields.Float(digits=DIGITS, default=1.0, help="The price is for this many units.")
    tax = fields.Float("Tax %", digits=(6, 2))
    adjustment = fields.Float(digits=(16, 2), help="Charges less allowances of the line, already in its amount.")
    amount = fields.Float(digits=(16, 2))
    delivery_date = fields.Date("Delivery")
    confidence = fields.Float(readonly=True, digits=(4, 3), aggregator="avg")
    position = fields.Char("Stood at", readonly=True)
    as_read = fields.Json(readonly=True)
    product_id = fields.Many2one("product.product", "Product")
    order_line_id = fields.Many2one("purchase.order.line", "Line of the order")
    by_hand = fields.Boolean(readonly=True, help="A person said which line of the order it is.")
    found_by = fields.Char("Found by", readonly=True)
    difference = fields.Text(readonly=True)
    state = fields.Selection(
        [("match", "As ordered"), ("tolerated", "Within tolerance"), ("differs", "Differs"), ("unmatched", "Not on the order"),
         ("known", "Known item"), ("none", "Nothing to compare")],
        readonly=True, default="none",
    )
    # of the order, for the eye
    ordered_quantity = fields.Float(readonly=True, digits=DIGITS)
    ordered_price = fields.Float(readonly=True, digits=DIGITS)

    def _net_price(self):
        """For one unit, charges and allowances of the line in it."""
        self.ensure_one()
        price = self.price / (self.price_base or 1.0)
        return price + (self.adjustment / self.quantity if self.quantity else 0.0)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create([self._checked(vals) for vals in vals_list])
        lines._after()
        return lines

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        result = super().write(self._checked(vals))
        if {"order_line_id", "product_id"} & vals.keys():
            super(GatehouseDocumentLine, self.sudo()).write({"by_hand": True})
        self._after()
        return result

    def unlink(self):
        documents = self.document_id
        self._require_open()
        result = super().unlink()
        documents.line_ids._after()
        return result

    def _checked(self, vals):
        if not self.env.su:
            self._require_open()
            refused = set(vals) - WRITABLE
            if refused:
                raise UserError(self.env._("%s of a line is not changed by hand.", ", ".join(sorted(refused))))
        return vals

    def _require_open(self):
        if not self.env.su:
            for document in self.document_id:
                if document.state not in OPEN:
                    raise UserError(self.env._("%s is decided already.", document.name))

    def _after(self):
        if self.env.su or self.env.context.get("gatehouse_document_batch"):
            return
        self._require_open()
        for document in self.document_id.sudo():
            document._reconsider(by_hand={"line_ids"})
