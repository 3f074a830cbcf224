import json

from odoo import Command
from odoo.addons.gatehouse.tests.common import ScheduledCase, people

BUYER_GROUPS = "base.group_user,purchase.group_purchase_user,stock.group_stock_user"


class PurchaseCase(ScheduledCase):
    """A buyer, a manager, a vendor and a product; the policies are those that the addon ships."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer, cls.manager, cls.bot = people(cls.env, {
            "gh_buyer": BUYER_GROUPS,
            "gh_purchase_manager": "base.group_user,purchase.group_purchase_manager,stock.group_stock_user",
            "gh_bot": "base.group_user,gatehouse.group_bot",
        })
        cls.vendor = cls.env["res.partner"].create({"name": "Gate Vendor", "is_company": True})
        cls.product = cls.env["product.product"].create({
            "name": "Gate bolt", "default_code": "GATE-BOLT", "type": "consu", "is_storable": True, "standard_price": 10.0,
            "supplier_taxes_id": [Command.clear()],
        })
        cls.connect("http://127.0.0.1:1/none")

    @classmethod
    def connect(cls, url):
        """Whether anything outside listens; nothing is ever delivered in these tests."""
        cls.env["ir.config_parameter"].sudo().set_param("gatehouse.events_url", url)

    def order(self, quantity=10, price=10.0, user=None, **values):
        lines = [Command.create({"product_id": self.product.id, "product_qty": quantity, "price_unit": price})]
        return self.env["purchase.order"].with_user(user or self.buyer).create(
            {"partner_id": self.vendor.id, "order_line": lines, **values})

    def confirmed(self, quantity=10, price=10.0):
        order = self.order(quantity, price)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")
        return order

    def events(self, order):
        return self.env["gatehouse.event"].sudo().search([("res_model", "=", order._name), ("res_id", "=", order.id)])

    def holds(self, order):
        return self.env["gatehouse.hold"]._open_on(order._name, order.ids)

    def answer(self, order, percentile=0.5, available=True, reasons=()):
        """Write the check back as n8n does; the event counts as delivered."""
        event = self.events(order)[0]
        if event.state == "pending":
            event.write({"attempt": 1, "state": "delivered"})
        check = {"check": "purchase_anomaly", "source": "sidecar", "available": available, "reasons": list(reasons)}
        if available:
            check.update(
                measures={"anomaly": {"value": percentile, "unit": "score"},
                          "anomaly_percentile": {"value": percentile, "unit": "quantile"}},
                score=percentile, confidence=0.9, model="purchases test", observed_at="2026-11-23T09:00:01Z",
            )
        return self.env["gatehouse.event"].with_user(self.bot).record_checks(event.event_id, [check], True)

    def payload(self, order):
        return json.loads(self.events(order)[0].payload)

    def receive(self, order, user=None):
        picking = order.sudo().picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))[:1]
        picking = picking.with_user(user or self.buyer)
        picking.move_ids.quantity = 0
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
        return picking.with_context(skip_backorder=True).button_validate()
