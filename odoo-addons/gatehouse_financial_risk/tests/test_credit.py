from odoo import Command
from odoo.tests import tagged

from odoo.addons.gatehouse_sale.tests.common import SaleCase


@tagged("post_install", "-at_install")
class TestCredit(SaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.write({"credit_limit": 150, "risk_sale_order_include": True, "risk_invoice_draft_include": True})

    def enforce(self):
        role = self.env.ref("sales_team.group_sale_manager")
        policy = self.env["gatehouse.policy"].create({
            "name": "Credit", "control": "sale_credit", "mode": "enforcing",
            "band_ids": [
                Command.create({"up_to": 0.005, "outcome": "pass"}), Command.create({"outcome": "review", "role_id": role.id}),
            ],
        })  # fmt: skip
        policy._activate()

    def test_orders_and_drafts_that_the_customer_form_includes_count(self):
        order = self.order(quantity=1)
        self.assertEqual(order._gatehouse_credit_value()[0], 0)
        self.env["account.move"].create({
            "move_type": "out_invoice", "partner_id": self.partner.id,
            "invoice_line_ids": [Command.create({"name": "Open", "price_unit": 130, "tax_ids": [Command.clear()]})],
        })  # fmt: skip
        over, text = order._gatehouse_credit_value()
        self.assertAlmostEqual(over, 130 + order.amount_total - 150)
        self.assertIn("credit limit 150.00", text)
        self.partner.risk_invoice_draft_include = False
        self.assertEqual(order._gatehouse_credit_value()[0], 0)

    def test_over_the_limit_the_policy_holds_and_nobody_is_asked_a_second_time(self):
        self.enforce()
        order = self.order(quantity=3)
        order.action_confirm()
        self.assertEqual((order.state, self.holds(order).control), ("draft", "sale_credit"))
        self.holds(order).with_user(self.manager).release("he pays tomorrow")
        self.assertEqual(order.state, "sale")

    def test_without_an_enforcing_policy_the_question_is_asked_as_ever(self):
        answer = self.order(quantity=3).action_confirm()
        self.assertEqual(answer["res_model"], "partner.risk.exceeded.wiz")

    def test_a_customer_whose_form_includes_nothing_is_judged_as_odoo_does(self):
        self.env.company.account_use_credit_limit = True
        self.partner.write({"risk_sale_order_include": False, "risk_invoice_draft_include": False})
        order = self.order(quantity=3)
        self.assertAlmostEqual(order._gatehouse_credit_value()[0], order.amount_total - 150)

    def test_a_customer_without_a_limit_is_judged_as_odoo_does(self):
        self.partner.credit_limit = 0
        self.assertEqual(self.order(quantity=30)._gatehouse_credit_value(), (0.0, "no credit limit"))
