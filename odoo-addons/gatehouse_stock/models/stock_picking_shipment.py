from odoo import api, fields, models

CONTROL = "stock_shipment"


class StockPicking(models.Model):
    """Shipment hold: deliveries to customers who owe us, or whatever the policy's tag, country or carrier asks for."""

    _inherit = "stock.picking"

    @api.model
    def _gatehouse_goods_controls(self):
        return {**super()._gatehouse_goods_controls(), CONTROL: "ship"}

    @api.model
    def _gatehouse_goods_fields(self):
        return super()._gatehouse_goods_fields() | {"carrier_id"}

    def _gatehouse_material(self):
        return {**super()._gatehouse_material(), "carrier": self.carrier_id.id}

    def _gatehouse_value(self, control, policy):
        if control != CONTROL:
            return super()._gatehouse_value(control, policy)
        if policy.get("carrier") and policy["carrier"] != self.carrier_id.id:
            return None
        if not any(move.location_dest_id.usage == "customer" for move in self.move_ids):
            return None
        return self._gatehouse_overdue_value()

    def _gatehouse_overdue_value(self):
        """Days since the oldest open invoice of the customer was due, in this company; 0 when nothing is overdue."""
        customer = (self.sale_id.partner_invoice_id or self.partner_id).commercial_partner_id
        today = fields.Date.today()  # one verdict, in whatever time zone somebody asks
        due = self.env["account.move.line"].sudo().search(
            [
                ("partner_id", "child_of", customer.id), ("company_id", "=", self.company_id.id),
                ("parent_state", "=", "posted"), ("account_id.account_type", "=", "asset_receivable"),
                ("amount_residual", ">", 0), ("date_maturity", "<", today),
            ],
            order="date_maturity", limit=1,
        ) if customer else None  # fmt: skip
        if not due:
            return 0.0, self.env._("%s owes nothing that is due", customer.name or self.env._("Nobody"))
        days = (today - due.date_maturity).days
        return float(days), self.env._(
            "%(customer)s is %(days)s days late with %(invoice)s", customer=customer.name, days=days, invoice=due.move_id.name
        )
