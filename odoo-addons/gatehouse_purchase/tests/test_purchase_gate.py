from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import swallowed

from .common import PurchaseCase


@tagged("post_install", "-at_install")
class TestPurchaseGate(PurchaseCase):
    def test_small_order_passes(self):
        order = self.confirmed()
        self.assertFalse(self.holds(order).filtered(lambda hold: hold.blocks == "confirm"))

    def test_the_limit_itself_passes(self):
        self.confirmed(1000, 10.0)

    def test_over_the_band_waits_and_goes_on_with_the_release(self):
        order = self.order(1001, 10.0)
        action = order.button_confirm()
        self.assertEqual(order.state, "draft")
        self.assertEqual(action["tag"], "display_notification")
        hold = self.holds(order)
        self.assertEqual((hold.kind, hold.blocks, hold.control), ("review", "confirm", "purchase_amount"))
        self.assertEqual(hold.role_id, self.env.ref("purchase.group_purchase_manager"))
        with self.assertRaises(AccessError):
            hold.with_user(self.buyer).release("I am in a hurry")
        hold.with_user(self.manager).release("Annual contract")
        self.assertEqual(order.state, "purchase")
        self.assertTrue(order.picking_ids)

    def test_confirming_again_keeps_one_hold(self):
        order = self.order(2000, 10.0)
        order.button_confirm()
        order.button_confirm()
        self.assertEqual(len(self.holds(order)), 1)

    def test_others_go_on_when_one_waits(self):
        small, large = self.order(), self.order(2000, 10.0)
        (small | large).button_confirm()
        self.assertEqual((small.state, large.state), ("purchase", "draft"))

    def test_writing_the_state_is_refused(self):
        order = self.order(2000, 10.0)
        for user in (self.buyer, self.manager, self.env.ref("base.user_root")):
            with self.assertRaisesRegex(UserError, "needs a review"), self.cr.savepoint():
                order.with_user(user).write({"state": "purchase"})
        self.assertEqual(order.state, "draft")

    def test_writing_state_and_lines_at_once_is_judged_by_the_new_lines(self):
        order = self.order(10, 10.0)
        with self.assertRaisesRegex(UserError, "needs a review"), self.cr.savepoint():
            order.write({"state": "purchase", "order_line": [Command.update(order.order_line.id, {"price_unit": 5000.0})]})

    def test_a_place_written_together_with_the_state_is_judged_by_its_own_policies(self):
        warehouse = self.env["stock.warehouse"].create({"name": "Strict", "code": "STRI"})
        policy = self.env["gatehouse.policy"].create(
            {
                "name": "Nothing here", "control": "purchase_amount", "mode": "enforcing", "warehouse_id": warehouse.id,
                "band_ids": [Command.create({"outcome": "forbid"})],
            }
        )  # fmt: skip
        policy._activate()
        order = self.order(1, 10.0)
        order._gatehouse_decide()  # remembered until the next savepoint, which assertRaises would make
        with swallowed(self, why="Nothing here"):
            order.write({"state": "purchase", "picking_type_id": warehouse.in_type_id.id})
        self.assertNotEqual(order.state, "purchase")

    def test_creating_in_the_final_state_is_refused(self):
        with self.assertRaisesRegex(UserError, "needs a review"), self.cr.savepoint():
            self.order(2000, 10.0, state="purchase")

    def test_creating_a_small_order_in_the_final_state_raises_one_event(self):
        order = self.order(state="purchase")
        self.assertEqual(self.events(order).mapped("type"), ["purchase.order.confirmed"])

    def test_the_second_step_of_odoos_approval_ends_in_the_gate(self):
        order = self.order(2000, 10.0)
        order.sudo().write({"state": "to approve"})
        order.with_user(self.manager).button_approve()
        self.assertEqual(order.state, "to approve")
        self.holds(order).with_user(self.manager).release("Checked with finance")
        self.assertEqual(order.state, "purchase")

    def test_forbidden_has_no_way(self):
        order = self.order(100001, 10.0)
        with self.assertRaisesRegex(UserError, "is forbidden"), self.cr.savepoint():
            order.with_user(self.manager).button_confirm()
        with self.assertRaisesRegex(UserError, "is forbidden"), self.cr.savepoint():
            order.with_user(self.manager).write({"state": "purchase"})

    def test_the_band_is_in_the_companys_currency(self):
        currency = self.env["res.currency"].create({"name": "GHC", "symbol": "g", "rounding": 0.01, "rate_ids": [
            Command.create({"name": "2020-01-01", "rate": 100.0, "company_id": self.env.company.id})]})
        self.assertEqual(self._state_after_confirm(currency, 900_000), "purchase")
        self.assertEqual(self._state_after_confirm(currency, 1_100_000), "draft")

    def _state_after_confirm(self, currency, amount):
        order = self.order(1, amount, currency_id=currency.id)
        order.button_confirm()
        return order.state

    def test_a_currency_without_a_rate_is_refused_as_nobody_can_judge_it(self):
        order = self.order(1, 9.0, currency_id=self.env["res.currency"].create({"name": "XGT", "symbol": "G"}).id)
        for attempt in (order.button_confirm, lambda: order.sudo().write({"state": "purchase"})):
            with self.assertRaisesRegex(UserError, "is in XGT, which has no exchange rate"), self.env.cr.savepoint():
                attempt()
        self.assertEqual(order.state, "draft")

    def test_what_a_reordering_rule_proposes_waits_by_the_spend_band(self):
        self.product.write({
            "route_ids": [Command.link(self.env.ref("purchase_stock.route_warehouse0_buy").id)],
            "seller_ids": [Command.create({"partner_id": self.vendor.id, "price": 10.0})],
        })  # fmt: skip
        self.env["stock.warehouse.orderpoint"].create(
            {"product_id": self.product.id, "product_min_qty": 2000, "product_max_qty": 2000}
        ).action_replenish()
        order = self.env["purchase.order"].search([("partner_id", "=", self.vendor.id)])
        self.assertEqual((order.state, order.amount_untaxed), ("draft", 20000.0))
        order.with_user(self.buyer).button_confirm()
        self.assertEqual((order.state, self.holds(order).control), ("draft", "purchase_amount"))

    def test_an_edit_voids_the_review(self):
        order = self.order(2000, 10.0)
        order.button_confirm()
        order.order_line.product_qty = 1500
        self.assertFalse(self.holds(order))
        order.button_confirm()
        self.assertEqual(self.holds(order).amount, 15000)

    def test_observing_lets_pass(self):
        self.env["gatehouse.policy"].search([("control", "=", "purchase_amount")])._transition({"mode": "observing"})
        self.env.flush_all()
        self.confirmed(2000, 10.0)

    def test_raising_a_confirmed_line_over_the_band_holds_the_receipt(self):
        order = self.confirmed()
        order.order_line.product_qty = 2000
        review = self.holds(order).filtered(lambda hold: hold.kind == "review")
        self.assertEqual((review.blocks, review.control), ("receive", "purchase_amount"))
        self.assertEqual(self.events(order)[0].type, "purchase.order.recheck_requested")

    def test_lowering_a_confirmed_line_asks_nothing(self):
        order = self.confirmed()
        order.order_line.price_unit = 9.0
        self.assertEqual(len(self.events(order)), 1)

    def test_a_rebate_that_shrinks_after_the_confirmation_holds_the_receipt_whichever_way_it_does(self):
        rebate = self.env["product.product"].create({"name": "Rebate", "type": "service", "supplier_taxes_id": [Command.clear()]})
        for quantity, price, shrunk in (
            (-1, 55_000, {"price_unit": 0}), (-1, 55_000, {"price_unit": 1}), (-1, 55_000, {"product_qty": 0}),
            (-1, 55_000, {"discount": 90}), (1, -55_000, {"price_unit": -1}), (1, -55_000, {"product_qty": 0}),
            (-55_000, 1, {"product_qty": -100, "price_unit": 1}), (-55_000, 1, {"product_qty": 1, "price_unit": 0}),
        ):  # fmt: skip
            with self.subTest(quantity=quantity, price=price, shrunk=shrunk):
                order = self.order(6000, 10.0)
                order.order_line = [Command.create({"product_id": rebate.id, "product_qty": quantity, "price_unit": price})]
                order.button_confirm()
                self.assertEqual(order.state, "purchase")
                order.order_line[1].write(shrunk)
                review = self.holds(order).filtered(lambda hold: hold.kind == "review")
                self.assertEqual((review.blocks, review.control), ("receive", "purchase_amount"))

    def test_a_larger_rebate_after_the_confirmation_asks_nothing(self):
        order = self.order()
        order.order_line = [Command.create({"product_id": self.product.id, "product_qty": 1, "price_unit": -10})]
        order.button_confirm()
        order.order_line[1].price_unit = -20
        self.assertEqual(len(self.events(order)), 1)

    def test_the_same_price_in_another_currency_is_judged_again(self):
        order = self.confirmed(500, 10.0)
        dear = self.env["res.currency"].create({"name": "GHD", "symbol": "d", "rounding": 0.01, "rate_ids": [
            Command.create({"name": "2020-01-01", "rate": 0.1, "company_id": self.env.company.id})]})
        order.sudo().currency_id = dear
        self.assertIn("purchase_amount", self.holds(order).mapped("control"))

    def test_a_smaller_unit_is_a_higher_price(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.order()
        order.order_line.write({"product_uom_id": dozen.id, "product_qty": 10, "price_unit": 120.0})
        order.button_confirm()
        order.order_line.write({"product_uom_id": self.product.uom_id.id, "price_unit": 120.0})
        self.assertEqual(self.events(order)[0].type, "purchase.order.recheck_requested")

    def test_a_manager_does_not_release_the_review_he_asked_for(self):
        order = self.order(2000, 10.0, user=self.manager)
        order.button_confirm()
        hold = self.holds(order)
        self.assertTrue(hold)
        with self.assertRaisesRegex(AccessError, "yourself"):
            hold[:1].with_user(self.manager).release("I need it")
