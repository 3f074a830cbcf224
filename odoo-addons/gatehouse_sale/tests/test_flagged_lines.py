from odoo import Command
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestFlaggedLines(SaleCase):
    """A flag that any caller may write on a line takes no price away from the controls."""

    def flagged(self, **flags):
        line = {"product_id": self.product.id, "product_uom_qty": 2, "price_unit": 1.0, **flags}
        return self.env["sale.order"].with_user(self.seller).create({"partner_id": self.partner.id, "order_line": [Command.create(line)]})

    def test_goods_that_are_called_something_else_are_judged_by_their_price(self):
        self.product.standard_price = 80
        for flags in ({"is_delivery": True}, {"is_downpayment": True}, {"extra_tax_data": {"computation_key": "global_discount,1"}}):
            with self.subTest(flags=flags):
                if next(iter(flags)) not in self.env["sale.order.line"]._fields:
                    self.skipTest("Odoo's delivery costs are not installed")
                order = self.flagged(**flags)
                self.assertAlmostEqual(order.sudo()._gatehouse_effective_discount(), 99)
                self.assertEqual(order.sudo()._gatehouse_margin_value()[0], 1000)

    def test_a_discount_on_the_whole_order_counts_as_one(self):
        order = self.order()
        wizard = self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, "discount_type": "so_discount", "discount_percentage": 0.25}
        )
        wizard.action_apply_discount()
        self.assertTrue(order.order_line.filtered(lambda line: line._gatehouse_is_discount()))
        self.assertAlmostEqual(order.sudo()._gatehouse_effective_discount(), 25)

    def test_a_down_payment_and_what_the_carrier_charges_are_no_discount(self):
        order = self.order()
        order.order_line = [Command.create({"name": "Down payment", "is_downpayment": True, "price_unit": 30, "product_uom_qty": 0})]
        self.assertAlmostEqual(order.sudo()._gatehouse_effective_discount(), 0)
        if "is_delivery" in self.env["sale.order.line"]._fields:
            freight = self.env["product.product"].create({"name": "Freight", "type": "service", "list_price": 50})
            carrier = self.env["delivery.carrier"].create({"name": "Free", "product_id": freight.id, "delivery_type": "fixed"})
            order.carrier_id = carrier
            order.order_line = [Command.create({"product_id": freight.id, "price_unit": 0, "is_delivery": True})]
            self.assertAlmostEqual(order.sudo()._gatehouse_effective_discount(), 0)
