import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import person

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestBreakGlass(SaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rescuer = person(
            cls.env,
            "gatehouse_rescuer",
            groups="sales_team.group_sale_salesman_all_leads,gatehouse.group_break_glass,"
            "gatehouse.group_operations_manager",
        )
        for policy in cls.env["gatehouse.policy"].search([("state", "=", "active")]):
            policy._transition({"break_glass_cap": 1000.0})
            policy._transition({"compiled": policy._compile()})

    def review(self, order):
        return self.env["gatehouse.exception"].search([("category", "=", "break_glass"), ("res_id", "=", order.id)])

    def test_the_role_passes_a_review_and_a_refusal_and_somebody_else_looks_at_it(self):
        for discount in (20, 60):
            order = self.order(discount=discount)
            order.with_user(self.rescuer).break_glass("ambulance waits at the gate")
            self.assertEqual(order.state, "sale")
            review = self.review(order)
            self.assertEqual((review.about_user_id, review.state), (self.rescuer, "open"))
            with self.assertRaisesRegex(AccessError, "about you"):
                review.with_user(self.rescuer).resolve("fine")
            review.with_user(self.operations).resolve("it was urgent")

    def test_the_review_is_due_within_one_working_day_and_reviews_are_counted_per_person(self):
        hours = [{"dayofweek": str(day), "hour_from": 9, "hour_to": 15, "day_period": "morning", "name": str(day)} for day in range(5)]
        self.env.company.resource_calendar_id = self.env["resource.calendar"].create(
            {"name": "Six hours", "tz": "Europe/Berlin", "attendance_ids": [Command.clear(), *map(Command.create, hours)]}
        )
        orders = self.order(discount=20) | self.order(discount=20)
        with freeze_time("2026-11-27 13:00:00"):  # Friday, 14:00 in Berlin
            for order in orders:
                order.with_user(self.rescuer).break_glass("ambulance waits at the gate")
        reviews = self.env["gatehouse.exception"].search([("category", "=", "break_glass"), ("res_id", "in", orders.ids)])
        self.assertEqual(reviews.mapped("deadline"), [datetime.datetime(2026, 11, 30, 13, 0)] * 2)
        counted = reviews._read_group([("id", "in", reviews.ids)], ["about_user_id"], ["__count"])
        self.assertEqual(counted, [(self.rescuer, 2)])

    def test_it_takes_the_role_a_reason_and_stays_below_the_cap(self):
        order = self.order(discount=20)
        with self.assertRaises(AccessError):
            order.with_user(self.manager).break_glass("I am the manager")
        with self.assertRaises(AccessError):
            order.with_user(self.env.ref("base.user_root")).break_glass("superuser")
        with self.assertRaises(UserError):
            order.with_user(self.rescuer).break_glass(" ")
        with self.assertRaisesRegex(UserError, "up to 1,000.00"):
            self.order(discount=20, quantity=50).with_user(self.rescuer).break_glass("large")
        with self.assertRaisesRegex(UserError, "Nothing stops"):
            self.order().with_user(self.rescuer).break_glass("nothing")

    def test_a_policy_without_a_cap_allows_none(self):
        policy = self.env["gatehouse.policy"].search([("control", "=", "sale_discount"), ("state", "=", "active")])
        policy._transition({"break_glass_cap": 0.0})
        policy._transition({"compiled": policy._compile()})
        with self.assertRaisesRegex(UserError, "allows no break-glass"):
            self.order(discount=20).with_user(self.rescuer).break_glass("urgent")

    def test_the_checks_policy_has_no_say_before_there_are_checks(self):
        checks = self.env["gatehouse.policy"].search([("control", "=", "sale_checks"), ("state", "=", "active")])
        checks._transition({"break_glass_cap": 0.0})
        checks._transition({"compiled": checks._compile()})
        order = self.order(discount=20)
        order.action_confirm()
        self.assertEqual(self.holds(order).mapped("control"), ["sale_discount"])
        order.with_user(self.rescuer).break_glass("urgent")
        self.assertEqual(order.state, "sale")
        with self.assertRaisesRegex(UserError, f'"{checks.name}" allows no break-glass'):
            order.with_user(self.rescuer).break_glass("and the checks too")

    def test_it_covers_what_it_was_broken_for_and_not_what_comes_later(self):
        order = self.order(discount=20)
        order.with_user(self.rescuer).break_glass("urgent")
        self.assertEqual(self.holds(order).mapped("kind"), ["checks_pending"])
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.sudo().order_line.discount = 60
        copy = order.with_user(self.seller).copy()
        copy.action_confirm()
        self.assertEqual(copy.state, "draft")

    def test_a_hold_of_an_automation_rule_is_passed_only_as_far_as_the_rule_allows(self):
        order = self.order()
        action = self.env["ir.actions.server"].create({
            "name": "Export control", "model_id": self.env["ir.model"]._get_id("sale.order"), "state": "gatehouse_hold",
            "gatehouse_text": "Check the destination", "gatehouse_blocks": "confirm",
            "gatehouse_role_id": self.env.ref("sales_team.group_sale_manager").id,
        })  # fmt: skip
        action.with_context(active_model="sale.order", active_ids=order.ids).run()
        self.assertEqual(len(self.holds(order)), 1)
        with self.assertRaisesRegex(UserError, '"Export control" allows no break-glass'):
            order.with_user(self.rescuer).break_glass("urgent")
        action.gatehouse_break_glass_cap = 1000
        order.with_user(self.rescuer).break_glass("urgent")
        self.assertEqual(order.state, "sale")

    def test_a_shipping_hold_is_passed_too(self):
        order = self.confirmed()
        checks = self.good_checks()
        checks[3] = self.check("account_data", active=0)
        self.record(order, checks)
        self.assertEqual(self.holds(order).mapped("kind"), ["review"])
        order.with_user(self.rescuer).break_glass("known customer")
        self.assertFalse(self.holds(order))
