from odoo import api, fields, models


class GatehouseMessageRule(models.Model):
    _inherit = "gatehouse.message.rule"

    @api.model
    def _occasions(self):
        return {
            **super()._occasions(),
            "partially_shipped": (self.env._("A part of an order was shipped"), "stock.picking"),
            "delivery_delayed": (self.env._("A delivery is later than promised"), "stock.picking"),
        }


class StockPicking(models.Model):
    """What the customer is told about deliveries."""

    _inherit = "stock.picking"

    def _gatehouse_tell_partial(self):
        """A delivery that left a back-order behind: what came, what is still to come."""
        for picking in self.filtered(lambda picking: picking.sale_id and picking.backorder_ids):
            self.env["gatehouse.message.rule"]._tell(picking, "partially_shipped")

    @api.model
    def _cron_gatehouse_delays(self):
        """Tell customers once about deliveries that are later than they were promised."""
        late = self.sudo().search(
            [
                ("picking_type_code", "=", "outgoing"),
                ("state", "in", ("waiting", "confirmed", "assigned")),
                ("date_deadline", "<", fields.Datetime.now()),
                ("sale_id", "!=", False),
            ],
            order="date_deadline",
            limit=1000,
        )
        self.env["gatehouse.scheduled"]._each(
            "delay", self.env._("The customer could not be told of the delay of %s"), late, lambda picking: picking._gatehouse_tell_delay()
        )

    def _gatehouse_tell_delay(self):
        Rule = self.env["gatehouse.message.rule"]
        if not Rule._told(self, "delivery_delayed"):
            Rule._tell(self, "delivery_delayed")
