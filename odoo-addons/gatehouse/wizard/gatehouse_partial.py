from odoo import api, fields, models


class GatehousePartial(models.TransientModel):
    """Releases a part of a hold: quantities by line, or goods up to a value; the hold checks the actor."""

    _name = "gatehouse.partial"
    _description = "Partial release of a Gatehouse hold"

    hold_id = fields.Many2one("gatehouse.hold", required=True, readonly=True)
    res_name = fields.Char(related="hold_id.res_name")
    reason_text = fields.Text(related="hold_id.reason_text")
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    cap = fields.Monetary("Up to a value of", help="Net, in company currency: whole units line by line, while they are within it.")
    amount = fields.Monetary("Released", compute="_compute_amount")
    line_ids = fields.One2many("gatehouse.partial.line", "wizard_id")
    reason = fields.Text()

    @api.depends("hold_id")
    def _compute_currency_id(self):
        for wizard in self:
            wizard.currency_id = (wizard.hold_id.sudo().company_id or self.env.company).currency_id

    @api.depends("line_ids.quantity", "line_ids.price")
    def _compute_amount(self):
        for wizard in self:
            wizard.amount = sum(line.quantity * line.price for line in wizard.line_ids)

    @api.model
    def _open_for(self, hold):
        hold.ensure_one()
        hold._require_partial()
        wizard = self.create(
            {
                "hold_id": hold.id,
                "line_ids": [
                    (0, 0, {"order_line": line["id"], "name": line["name"], "left": line["left"], "price": line["price"]})
                    for line in hold._lines_left()
                ],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Release a part of %s", hold.res_name),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.onchange("cap")
    def _onchange_cap(self):
        quantities = self.hold_id._fill_value(self.cap) if self.cap > 0 else {}
        for line in self.line_ids:
            line.quantity = quantities.get(line.order_line, 0.0)

    def action_apply(self):
        self.ensure_one()
        quantities = {line.order_line: line.quantity for line in self.line_ids if line.quantity}
        self.hold_id.release_part(quantities, self.reason)
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class GatehousePartialLine(models.TransientModel):
    _name = "gatehouse.partial.line"
    _description = "Line of a partial release"

    wizard_id = fields.Many2one("gatehouse.partial", required=True, ondelete="cascade")
    order_line = fields.Integer(readonly=True)
    name = fields.Char(readonly=True)
    left = fields.Float("Held", digits="Product Unit", readonly=True)
    price = fields.Float("Net price", readonly=True)
    quantity = fields.Float("Release", digits="Product Unit")
