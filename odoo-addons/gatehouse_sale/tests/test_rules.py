import datetime

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestRules(SaleCase):
    def policy(self, control, pass_up_to, **values):
        """An enforcing policy: passes up to a value, beyond it the sales manager reviews."""
        role = self.env.ref("sales_team.group_sale_manager")
        self.env["gatehouse.policy"].search([("control", "=", control), ("state", "=", "active")])._transition(
            {"state": "retired"}
        )
        policy = self.env["gatehouse.policy"].create(
            {
                "name": control,
                "control": control,
                "mode": "enforcing",
                "band_ids": [
                    Command.create({"up_to": pass_up_to, "outcome": "pass"}),
                    Command.create({"outcome": "review", "role_id": role.id}),
                ],
                **values,
            }
        )
        policy._activate()
        return policy

    def refused_everywhere(self, order):
        """The button asks for a review; RPC, superuser and creation in the state are refused."""
        for user in (self.seller, self.env.ref("base.user_root")):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                order.with_user(user).write({"state": "sale"})
            order.invalidate_recordset()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.with_user(self.seller).copy({"state": "sale"})
        order.action_confirm()
        self.assertEqual((order.state, len(self.holds(order))), ("draft", 1))
        return self.holds(order)

    def test_margin_below_the_floor_is_reviewed_on_every_path(self):
        self.product.standard_price = 80
        self.policy("sale_margin", 85)
        self.assertEqual(self.order()._gatehouse_margin_value()[0], 80)
        hold = self.refused_everywhere(self.order(discount=10))
        self.assertIn("cost is 88.9 %", hold.reason_text)
        self.confirmed()

    def test_free_and_negative_lines_do_not_dodge_the_margin(self):
        self.product.standard_price = 50
        order = self.order()
        order.order_line = [Command.create({"product_id": self.product.id, "product_uom_qty": 1, "price_unit": 0})]
        self.assertEqual(order._gatehouse_margin_value()[0], 1000)
        service = self.env["product.product"].create({"name": "Rebate", "type": "service", "standard_price": 0})
        order = self.order()
        order.order_line = [
            Command.create({"product_id": service.id, "product_uom_qty": 1, "price_unit": -80, "tax_ids": False})
        ]
        self.assertAlmostEqual(order._gatehouse_margin_value()[0], 100 / 120 * 100, places=3)

    def test_a_lower_cost_typed_into_the_line_does_not_lift_the_margin(self):
        self.product.standard_price = 80
        self.policy("sale_margin", 85)
        order = self.order(discount=10)
        for typed in (10, 0):
            order.with_user(self.seller).order_line.purchase_price = typed
            self.assertAlmostEqual(order._gatehouse_margin_value()[0], 80 / 90 * 100, places=3)
        order.action_confirm()
        self.assertEqual((order.state, self.holds(order).control), ("draft", "sale_margin"))
        order.order_line.purchase_price = 95
        self.assertGreater(order._gatehouse_margin_value()[0], 100, "what this sale costs more than usual counts")

    def test_terms_made_longer_after_the_confirmation_are_reviewed_and_shorter_ones_are_not(self):
        self.policy("sale_terms", 0.5)
        order = self.confirmed()
        long = self.env["account.payment.term"].create({
            "name": "60 days", "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": 60})],
        })  # fmt: skip
        order.with_user(self.seller).payment_term_id = long
        self.assertIn("sale_terms", self.holds(order).mapped("control"))
        other = self.confirmed()
        other.payment_term_id = self.env.ref("account.account_payment_term_immediate")
        self.assertNotIn("sale_terms", self.holds(other).mapped("control"))

    def test_another_payer_after_the_confirmation_is_judged_by_his_own_credit(self):
        self.env.company.account_use_credit_limit = True
        self.policy("sale_credit", 0.005)
        poor = self.env["res.partner"].create({"name": "Poor payer", "is_company": True, "credit_limit": 1})
        order = self.order()
        before = order._gatehouse_material_hash()
        order.partner_invoice_id = self.env["res.partner"].create({"name": "Desk", "parent_id": self.partner.id})
        self.assertEqual(order._gatehouse_material_hash(), before, "an address of the customer's own changes nothing")
        order = self.confirmed()
        order.with_user(self.seller).partner_invoice_id = poor
        self.assertNotEqual(order._gatehouse_material_hash(), before)
        self.assertIn("sale_credit", self.holds(order).mapped("control"))

    def test_credit_over_the_limit_waits_and_a_payment_lets_it_go(self):
        self.env.company.account_use_credit_limit = True
        self.partner.credit_limit = 150
        self.policy("sale_credit", 0.005)
        self.assertEqual(self.order(quantity=1)._gatehouse_credit_value()[0], 0)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner.id,
                "invoice_date": "2026-01-01",
                "invoice_line_ids": [Command.create({"name": "Old", "price_unit": 140, "tax_ids": False})],
            }
        )
        invoice.action_post()
        order = self.order(quantity=1)
        hold = self.refused_everywhere(order)
        self.assertIn("exposure with this order 240.00", hold.reason_text)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({})._create_payments()
        self.assertEqual((hold.state, hold.release_reason, order.state), ("released", "A payment came in", "sale"))

    def test_a_hold_whose_cause_stays_is_kept(self):
        self.env.company.account_use_credit_limit = True
        self.partner.credit_limit = 50
        self.policy("sale_credit", 0.005)
        order = self.order(quantity=1)
        order.action_confirm()
        self.env["sale.order"]._cron_gatehouse_recheck()
        self.assertEqual((order.state, self.holds(order).state), ("draft", "open"))
        self.partner.credit_limit = 500
        self.env["sale.order"]._cron_gatehouse_recheck()
        self.assertEqual(order.state, "sale")

    def test_longer_payment_terms_than_agreed_are_reviewed(self):
        terms = {
            days: self.env["account.payment.term"].create(
                {"name": f"{days} days", "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": days})]}
            )
            for days in (14, 60)
        }
        self.partner.property_payment_term_id = terms[14]
        self.policy("sale_terms", 0.5)
        self.confirmed(payment_term_id=terms[14].id)
        hold = self.refused_everywhere(self.order(payment_term_id=terms[60].id))
        self.assertIn("paid after 60 days, agreed are 14", hold.reason_text)

    def test_an_order_split_into_small_ones_is_seen_as_one(self):
        self.policy("sale_amount", 1000, rolling_days=7)
        self.confirmed(quantity=6)
        second = self.order(quantity=6)
        hold = self.refused_everywhere(second)
        self.assertIn("1200.00", hold.reason_text)
        hold.with_user(self.manager).release("a second project")
        self.assertEqual(second.state, "sale")
        self.order(quantity=3).action_confirm()
        other = self.env["res.partner"].create({"name": "Somebody else"})
        self.confirmed(quantity=6, partner_id=other.id)

    def test_all_orders_of_the_window_count_however_many_there_are(self):
        self.policy("sale_amount", 1000, rolling_days=7)
        first = self.confirmed(quantity=0.01)
        columns = ", ".join(f'"{name}"' for name, field in first._fields.items() if field.store and field.column_type and name != "id")
        self.env.flush_all()
        self.env.cr.execute(
            f"INSERT INTO sale_order ({columns}) SELECT {columns} FROM sale_order, generate_series(2, 600) WHERE id = %s", [first.id]
        )
        hold = self.refused_everywhere(self.order(quantity=5))
        self.assertIn("1100.00", hold.reason_text)

    def test_an_order_that_is_dated_back_after_its_confirmation_still_counts(self):
        self.policy("sale_amount", 1000, rolling_days=7)
        first = self.confirmed(quantity=6)
        first.write({"date_order": "2020-01-01"})
        hold = self.refused_everywhere(self.order(quantity=6))
        self.assertIn(first.name, hold.reason_text)
        with self.assertRaises(AccessError):
            first.with_user(self.manager).write({"gatehouse_confirmed_at": "2020-01-01"})

    def test_orders_of_the_same_item_count_together_whoever_buys_it(self):
        self.policy("sale_amount", 1000, rolling_days=7, rolling_by="item")
        first = self.confirmed(quantity=6)
        other = self.env["res.partner"].create({"name": "Somebody else"})
        hold = self.refused_everywhere(self.order(quantity=6, partner_id=other.id))
        self.assertIn(first.name, hold.reason_text)
        another = self.env["product.product"].create({"name": "Another", "type": "consu", "list_price": 100})
        line = {"product_id": another.id, "product_uom_qty": 6}
        self.confirmed(order_line=[Command.create(line)])

    def test_an_order_that_is_handed_over_after_its_confirmation_still_counts_for_who_confirmed_it(self):
        self.policy("sale_amount", 1000, rolling_days=7, rolling_by="requester")
        first = self.confirmed(quantity=6)
        first.sudo().user_id = self.manager
        other = self.env["res.partner"].create({"name": "Somebody else"})
        hold = self.refused_everywhere(self.order(quantity=6, partner_id=other.id))
        self.assertIn(first.name, hold.reason_text)

    def test_history_is_counted_together_by_its_own_dates(self):
        days = [datetime.timedelta(days=back) for back in (60, 58, 50, 0)]
        orders = self.env["sale.order"].union(*(self.confirmed(quantity=6) for _day in days))
        for order, day in zip(orders, days, strict=True):
            order.sudo().date_order -= day
        totals = [
            order._gatehouse_amount_value("sale_amount", {"rolling_days": 7})[0]
            for order in orders._gatehouse_together({}, replay=True)
        ]
        self.assertEqual(totals, [600, 1200, 600, 600])

    def test_what_a_person_reviewed_is_not_counted_again(self):
        self.policy("sale_amount", 1000, rolling_days=7)
        large = self.order(quantity=20)
        large.action_confirm()
        self.holds(large).with_user(self.manager).release("known")
        self.confirmed(quantity=6)
