from odoo import Command
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestRecheck(SaleCase):
    """A review whose cause goes away lets the order go by itself: price, margin and terms as well as credit."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gatehouse.policy"].search([("state", "=", "active")])._transition({"mode": "off"})
        cls.days = cls.env["account.payment.term"].create(
            {"name": "60 days", "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 60})]}
        )
        cls.pricelist = cls.env["product.pricelist"].create({"name": "Own list"})
        cls.partner.property_product_pricelist = cls.pricelist
        cls.product.standard_price = 50
        for control, limit in (("sale_discount", 10), ("sale_margin", 85), ("sale_terms", 0.5)):
            cls.env["gatehouse.policy"].create(
                {
                    "name": control, "control": control, "mode": "enforcing",
                    "band_ids": [
                        Command.create({"up_to": limit, "outcome": "pass"}),
                        Command.create({"outcome": "review", "role_id": cls.env.ref("sales_team.group_sale_manager").id}),
                    ],
                }
            )._activate()  # fmt: skip

    def held(self, control, **values):
        """An order that waits for this control alone."""
        order = self.order(**values)
        order.action_confirm()
        self.assertEqual((order.state, self.holds(order).mapped("control")), ("draft", [control]))
        return order

    def look_again(self):
        self.env["sale.order"]._cron_gatehouse_recheck()

    def lower(self, user, price=75.0):
        """A rule of the customer's list, written by somebody."""
        rule = {"compute_price": "fixed", "fixed_price": price, "applied_on": "3_global", "pricelist_id": self.pricelist.id}
        return self.env["product.pricelist.item"].with_user(user).sudo().create(rule)

    def test_a_mended_list_a_lower_cost_and_agreed_terms_let_each_its_own_order_go(self):
        price = self.held("sale_discount", discount=25)
        self.product.standard_price = 95
        margin = self.held("sale_margin")
        self.product.standard_price = margin.sudo().order_line.purchase_price = 50
        terms = self.held("sale_terms", payment_term_id=self.days.id)
        self.look_again()
        self.assertEqual([order.state for order in (margin, price, terms)], ["sale", "draft", "draft"])
        self.assertEqual(self.holds(margin, "released").release_reason, "Its cause went away")
        self.lower(self.operations)
        self.look_again()
        self.assertEqual([order.state for order in (price, terms)], ["sale", "draft"])
        self.partner.property_payment_term_id = self.days
        self.look_again()
        self.assertEqual(terms.state, "sale")

    def test_who_asked_for_the_order_and_lowers_its_list_waits_until_somebody_else_has_looked(self):
        order = self.held("sale_discount", discount=25)
        self.lower(self.seller)
        self.look_again()
        self.assertEqual((order.state, self.holds(order).control), ("draft", "sale_discount"))
        told = self.env["gatehouse.exception"].search([("key", "=like", "prices:%"), ("about_user_id", "=", self.seller.id)])
        told.with_user(self.operations).resolve("agreed for the winter")
        self.look_again()
        self.assertEqual(order.state, "sale")

    def test_a_cause_that_comes_back_before_the_order_went_on_is_held_again(self):
        order = self.order(discount=25, payment_term_id=self.days.id)
        order.action_confirm()
        rule = self.lower(self.operations)
        self.look_again()
        self.assertEqual((order.state, self.holds(order).control), ("draft", "sale_terms"))
        rule.unlink()
        order._gatehouse_forget()  # what this transaction decided before
        self.holds(order).with_user(self.manager).release("a good customer")
        self.assertEqual((order.state, self.holds(order).control), ("draft", "sale_discount"))
        self.holds(order).with_user(self.manager).release("as signed")
        self.assertEqual(order.state, "sale")
