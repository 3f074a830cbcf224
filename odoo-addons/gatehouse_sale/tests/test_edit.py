from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.gate_cost import GateCost

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestEdit(GateCost, SaleCase):
    """Edits of confirmed orders: what is worse than what was decided is refused or held, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rebate = {"name": "Rebate", "type": "service", "list_price": 0.0, "taxes_id": [Command.clear()]}
        cls.rebate = cls.env["product.product"].create(rebate)
        cls.products = cls.env["product.product"].create([{**rebate, "name": f"E{n}", "list_price": 10.0} for n in range(12)])

    def with_rebate(self, quantity, price):
        """A confirmed order of 200 and its line that takes something off."""
        order = self.order()
        order.order_line = [Command.create({"product_id": self.rebate.id, "product_uom_qty": quantity, "price_unit": price})]
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        return order, order.order_line[1]

    def reviews(self, order):
        return self.holds(order).filtered(lambda hold: hold.kind == "review")

    def test_a_rebate_that_grows_after_the_confirmation_is_refused_or_held_whichever_sign_it_has_it_by(self):
        for quantity, price, held, refused in (
            (1, -1, {"price_unit": -50}, {"price_unit": -150}),
            (-1, 1, {"price_unit": 50}, {"price_unit": 150}),
            (-1, 1, {"product_uom_qty": -50, "price_unit": 1}, {"product_uom_qty": -150, "price_unit": 1}),
            (-1, 1, {"product_uom_qty": -2, "price_unit": 25}, {"product_uom_qty": 150, "price_unit": -1}),
        ):
            with self.subTest(quantity=quantity, price=price, held=held):
                order, line = self.with_rebate(quantity, price)
                with self.assertRaisesRegex(UserError, "limit is 40"), self.env.cr.savepoint():
                    line.write(refused)
                line.write(held)
                self.assertEqual((self.reviews(order).control, self.reviews(order).blocks), ("sale_discount", "ship"))

    def test_a_rebate_that_grows_is_asked_about_outside_without_any_band(self):
        order, line = self.with_rebate(-1, 1)
        self.active().filtered(lambda policy: policy.control != "sale_checks")._transition({"mode": "off"})
        line.price_unit = 150
        self.assertEqual(self.event(order).type, "sale.order.recheck_requested")

    def test_less_under_the_same_rebate_is_a_larger_discount(self):
        order, _rebate = self.with_rebate(1, -20)
        order.order_line[0].product_uom_qty = 1
        self.assertEqual(self.reviews(order).control, "sale_discount")

    def test_less_at_the_price_that_was_right_for_more_is_a_larger_discount(self):
        self.env.ref("base.group_user").implied_ids += self.env.ref("product.group_product_pricelist")
        rule = {"compute_price": "percentage", "percent_price": 25, "min_quantity": 10}
        self.partner.property_product_pricelist = self.env["product.pricelist"].create(
            {"name": "By the dozen", "item_ids": [Command.create(rule)]}
        )
        order = self.confirmed(quantity=20, price_unit=75, discount=0)
        order.order_line.write({"product_uom_qty": 10, "price_unit": 75, "discount": 0})
        self.assertFalse(self.reviews(order))
        order.order_line.write({"product_uom_qty": 9, "price_unit": 75, "discount": 0})
        self.assertEqual(self.reviews(order).control, "sale_discount")

    def test_less_at_a_dearer_price_or_with_a_smaller_rebate_asks_nobody(self):
        order, rebate = self.with_rebate(1, -20)
        first = self.event(order)
        rebate.price_unit = -10
        order.order_line[0].price_unit = 110
        order.order_line[0].product_uom_qty = 1
        self.assertEqual((self.event(order), self.reviews(order)), (first, self.reviews(order).browse()))

    def test_what_was_signed_is_not_asked_again_by_an_edit_that_makes_it_better(self):
        order = self.order(quantity=1000, discount=20)
        order.action_confirm()
        for hold in self.holds(order):
            hold.with_user(self.manager).release("known")
        order.order_line.write({"product_uom_qty": 900, "discount": 20})
        self.assertFalse(self.reviews(order))

    def statements(self, lines):
        """Of one edit of all lines of a confirmed order: each dearer, and fewer of it."""
        values = [Command.create({"product_id": product.id, "product_uom_qty": 3}) for product in self.products[:lines]]
        order = self.confirmed(order_line=values)
        return self.counted_edits(order, {"product_uom_qty": 2, "price_unit": 11}, {"product_uom_qty": 1, "price_unit": 12})

    def test_an_edit_of_ten_more_lines_costs_the_gates_no_statement(self):
        self.every_control("sale.order")
        self.assertLessEqual(self.cost_of_gates(12), self.cost_of_gates(2) + 1)
