import json

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestConfirm(SaleCase):
    def test_ordinary_order_goes_on_and_waits_for_checks(self):
        order = self.confirmed()
        self.assertEqual(order.gatehouse_status, "waiting")
        self.assertEqual(self.holds(order).kind, "checks_pending")
        event = json.loads(self.event(order).payload)
        self.assertEqual((event["type"], event["data"]["amount_untaxed"]), ("sale.order.confirmed", "200.00"))
        self.assertEqual(event["data"]["lines"][0]["tier_price"], "100.00")

    def test_no_address_no_waiting(self):
        self.env["ir.config_parameter"].set_param("gatehouse.events_url", "off")
        order = self.confirmed()
        self.assertEqual(order.gatehouse_status, "clear")
        with self.assertRaisesRegex(UserError, "limit is 40"):
            self.order(discount=50).action_confirm()
        order.picking_ids.with_user(self.seller).button_validate()
        self.assertEqual(order.picking_ids.state, "done")

    def test_forbidden_names_policy_and_limit(self):
        for values in ({"discount": 50}, {"price_unit": 50}, {"price_unit": 80, "discount": 30}):
            with self.assertRaisesRegex(UserError, "Discounts.*version 1.*limit is 40"):
                self.order(**values).action_confirm()

    def test_review_waits_and_goes_on_after_release(self):
        order = self.order(discount=20)
        answer = order.action_confirm()
        self.assertEqual((answer["tag"], order.state), ("display_notification", "draft"))
        hold = self.holds(order)
        self.assertEqual(
            (hold.blocks, hold.control, hold.role_id),
            ("confirm", "sale_discount", self.env.ref("sales_team.group_sale_manager")),
        )
        with self.assertRaises(AccessError):
            hold.with_user(self.seller).release("I want it")
        hold.with_user(self.manager).release("good customer")
        self.assertEqual(order.state, "sale")
        confirmed = self.env["gatehouse.decision"].search([], limit=20).filtered(lambda row: row.action == "confirmed")[:1]
        self.assertEqual(confirmed.actor, self.seller.name)  # who asked for it, not who signed

    def test_confirm_again_places_no_second_hold(self):
        order = self.order(discount=20)
        order.action_confirm()
        order.action_confirm()
        self.assertEqual(len(self.holds(order)), 1)

    def test_material_edit_voids_the_review(self):
        order = self.order(discount=20)
        order.action_confirm()
        hold = self.holds(order)
        order.order_line.discount = 30
        self.assertEqual(hold.state, "voided")
        order.action_confirm()
        self.holds(order).with_user(self.manager).release("once")
        self.assertEqual(order.state, "sale")

    def test_written_state_meets_the_gate(self):
        for user in (self.seller, self.env.ref("base.user_root")):
            for values in ({"discount": 20}, {"discount": 50}, {"quantity": 1000}):
                order = self.order(**values)
                with self.assertRaises(UserError), self.env.cr.savepoint():
                    order.with_user(user).write({"state": "sale"})
                order.invalidate_recordset()
                self.assertEqual(order.state, "draft")

    def test_state_and_terms_in_one_write_are_judged_together(self):
        order = self.order()
        line = [Command.update(order.order_line.id, {"discount": 60})]
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.write({"state": "sale", "order_line": line})
        order.invalidate_recordset()
        self.assertEqual((order.state, order.order_line.discount), ("draft", 0))

    def test_cancelled_order_holds_nothing(self):
        order = self.confirmed()
        order.sudo()._action_cancel()
        self.assertFalse(self.holds(order))
        checks = self.good_checks()
        checks[3] = self.check("account_data", active=0)
        self.record(order, checks)
        self.assertFalse(self.holds(order))

    def test_two_reviews_both_have_to_be_released(self):
        order = self.order(quantity=1000, discount=20)
        order.action_confirm()
        holds = self.holds(order)
        self.assertEqual(set(holds.mapped("control")), {"sale_discount", "sale_amount"})
        holds[0].with_user(self.manager).release("price is fine")
        self.assertEqual(order.state, "draft")
        holds[1].with_user(self.manager).release("amount too")
        self.assertEqual(order.state, "sale")

    def test_global_discount_and_price_list_count(self):
        order = self.order()
        order.order_line = [
            Command.create({"product_id": self.product.id, "product_uom_qty": -1, "price_unit": 60})
        ]
        self.assertAlmostEqual(order._gatehouse_effective_discount(), 30)
        self.env.ref("base.group_user").implied_ids += self.env.ref("product.group_product_pricelist")
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Gold",
                "item_ids": [Command.create({"compute_price": "percentage", "percent_price": 30})],
            }
        )
        self.partner.property_product_pricelist = pricelist
        order = self.order()
        self.assertEqual(order.pricelist_id, pricelist)
        self.assertAlmostEqual(order._gatehouse_effective_discount(), 0)
        # where discounts are shown on lines, Odoo splits the list's price into price and discount
        self.assertEqual(order.order_line.price_subtotal, 140)
        order.order_line.write({"price_unit": 63, "discount": 0})
        self.assertAlmostEqual(
            order._gatehouse_effective_discount(), 10, msg="against the price list, not the product's price"
        )

    def test_a_cheaper_price_list_than_the_customers_own_is_a_discount(self):
        self.env.ref("base.group_user").implied_ids += self.env.ref("product.group_product_pricelist")
        own, cheaper, dearer = self.env["product.pricelist"].create([
            {"name": name, "item_ids": [Command.create({"compute_price": "percentage", "percent_price": percent})]}
            for name, percent in (("Retail", 0), ("Gold", 30), ("Spot", -25))
        ])
        self.partner.property_product_pricelist = own
        order = self.order(pricelist_id=cheaper.id)
        self.assertAlmostEqual(order._gatehouse_effective_discount(), 30)
        order.with_user(self.seller).action_confirm()
        self.assertNotEqual(order.state, "sale")
        [hold] = self.holds(order).filtered(lambda hold: hold.control == "sale_discount")
        self.assertIn("Retail", hold.reason_text)
        self.assertAlmostEqual(self.order()._gatehouse_effective_discount(), 0, msg="his own list")
        self.assertAlmostEqual(self.order(pricelist_id=dearer.id)._gatehouse_effective_discount(), 0, msg="nothing is given away")
        without = self.order(pricelist_id=False)
        without.order_line.price_unit = 50
        self.assertAlmostEqual(without._gatehouse_effective_discount(), 50, msg="a list that was cleared hides nothing")

    def test_no_context_key_lifts_it(self):
        order = self.order(discount=50).with_context(
            skip=True, skip_validation_check=True, gatehouse_skip=True, install_mode=True
        )
        with self.assertRaises(UserError):
            order.write({"state": "sale"})

    def test_created_confirmed_meets_the_gate(self):
        for values in ({"discount": 50}, {"discount": 20}):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                self.order(state="sale", **values)
        order = self.order(state="sale")
        self.assertEqual(len(self.holds(order)), 1)
        self.assertEqual(self.event(order).type, "sale.order.confirmed")

    def test_large_order_is_reviewed_in_company_currency(self):
        order = self.order(quantity=600, price_unit=100)
        order.action_confirm()
        self.assertEqual(self.holds(order).control, "sale_amount")

    def test_raised_terms_after_confirm_are_judged_again(self):
        order = self.confirmed()
        first = self.event(order)
        order.order_line.product_uom_qty = 3
        self.assertEqual(self.event(order).type, "sale.order.recheck_requested")
        self.assertNotEqual(self.event(order), first)
        self.assertEqual(len(self.holds(order)), 1)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.order_line.discount = 60
        order.invalidate_recordset()
        order.write({"order_line": [Command.create({"product_id": self.product.id, "discount": 25})]})
        self.assertEqual(set(self.holds(order).mapped("kind")), {"review", "checks_pending"})

    def test_observing_logs_and_lets_pass(self):
        policies = self.env["gatehouse.policy"].search([("state", "=", "active")])
        policies._transition({"mode": "observing"})
        order = self.confirmed(discount=50)
        self.assertEqual(order.gatehouse_status, "clear")
        controls = self.env["gatehouse.decision"].search([], limit=1).content["controls"]
        self.assertIn("forbid", {control["outcome"] for control in controls})
        self.assertEqual(self.record(order, self.good_checks()), "recorded")
        self.assertEqual(set(order.gatehouse_check_ids.mapped("verdict")), {"pass"})

    def test_queries_of_the_gate_are_bounded(self):
        """Against the same confirm with every policy off and no address."""
        self.confirmed()

        def count():
            order = self.order()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order.action_confirm()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        with_gate = count()
        self.env["gatehouse.policy"].search([("state", "=", "active")])._transition({"mode": "off"})
        self.env["ir.config_parameter"].set_param("gatehouse.events_url", "off")
        count()
        self.assertLessEqual(with_gate - count(), 25)

    def test_a_manager_does_not_release_the_review_of_an_order_he_answers_for(self):
        order = self.order(discount=30)
        order.sudo().user_id = self.manager
        order.sudo().action_confirm()
        hold = self.holds(order)
        self.assertFalse(hold.with_user(self.manager).can_release)
        with self.assertRaisesRegex(AccessError, "yourself"):
            hold.with_user(self.manager).release("my own order")
        order.sudo().user_id = self.seller
        with self.assertRaisesRegex(AccessError, "yourself"):
            hold.with_user(self.manager).release("not mine any more")
        self.assertEqual(hold.state, "open")

    def test_a_manager_does_not_release_the_discount_he_wrote_into_anothers_order(self):
        order = self.order()
        order.with_user(self.manager).order_line.discount = 30
        order.with_user(self.manager).action_confirm()
        with self.assertRaisesRegex(AccessError, "yourself"):
            self.holds(order).with_user(self.manager).release("I gave it")

    def test_a_manager_who_only_confirms_anothers_order_may_release_its_review(self):
        order = self.order(discount=30)
        order.with_user(self.manager).action_confirm()
        self.holds(order).with_user(self.manager).release("Agreed")
        self.assertEqual(order.state, "sale")

    def test_who_gave_the_discount_does_not_sign_it_whoever_touches_the_line_afterwards(self):
        order = self.order()
        order.with_user(self.manager).order_line.discount = 30
        for touched in ({"name": "Gate, as agreed"}, {"discount": 31}):
            order.order_line.with_user(self.seller).write(touched)
        self.assertEqual(order.order_line.write_uid, self.seller)
        order.with_user(self.seller).action_confirm()
        with self.assertRaisesRegex(AccessError, "yourself"):
            self.holds(order).with_user(self.manager).release("I gave it")
        with self.assertRaises(AccessError):
            order.with_user(self.manager).gatehouse_writer_ids = []

    def test_who_wrote_terms_of_the_header_does_not_sign_for_them(self):
        order = self.order(discount=30)
        order.with_user(self.manager).payment_term_id = self.env["account.payment.term"].create({"name": "Some day"})
        order.order_line.with_user(self.seller).discount = 31
        order.with_user(self.seller).action_confirm()
        self.assertIn(self.manager, self.holds(order).requester_ids)
