from odoo import api, models


class GatehouseMessageRule(models.Model):
    _inherit = "gatehouse.message.rule"

    @api.model
    def _occasions(self):
        return {
            **super()._occasions(),
            "order_held": (self.env._("A confirmed order is held for a review"), "sale.order"),
            "order_released": (self.env._("An order the customer was told about may ship"), "sale.order"),
        }


class SaleOrder(models.Model):
    """What the customer is told about holds."""

    _inherit = "sale.order"

    def _gatehouse_hold_changed(self, hold):
        """Tell the customer once that his confirmed order waits, and once that it goes on.

        A hold before the confirmation is an internal matter: nothing was promised yet.
        """
        if hold.kind != "review" or hold.blocks != "ship" or not self._gatehouse_is_confirmed():
            return
        Rule = self.env["gatehouse.message.rule"]
        if hold.state == "open":
            if len(self._gatehouse_shipping_reviews()) == 1:
                Rule._tell(self, "order_held")
        elif hold.state == "released" and not self._gatehouse_shipping_reviews() and Rule._told(self, "order_held"):
            Rule._tell(self, "order_released")

    def _gatehouse_shipping_reviews(self):
        holds = self.env["gatehouse.hold"]._open_on(self._name, self.ids, "ship")
        return holds.filtered(lambda hold: hold.kind == "review")
