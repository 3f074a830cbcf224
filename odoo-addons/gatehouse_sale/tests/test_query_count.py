from odoo import Command
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import person
from odoo.addons.gatehouse.tests.gate_cost import GateCost

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestQueryCount(GateCost, SaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = cls.env["product.product"].create(
            [{"name": f"Q{n}", "type": "consu", "list_price": 10.0, "taxes_id": [Command.clear()]} for n in range(12)]
        )

    def statements(self, lines):
        values = [Command.create({"product_id": product.id, "product_uom_qty": 1}) for product in self.products[:lines]]
        return self.counted(
            lambda: self.env["sale.order"].create({"partner_id": self.partner.id, "order_line": values}), "action_confirm"
        )

    def test_more_orders_that_wait_for_an_item_with_a_reordering_rule_cost_no_statement_each(self):
        self.products = self.env["product.product"].create(
            {"name": "Ruled", "type": "consu", "is_storable": True, "list_price": 10.0, "taxes_id": [Command.clear()]}
        )
        self.env["stock.warehouse.orderpoint"].create(
            {"product_id": self.products.id, "product_min_qty": 5, "product_max_qty": 10, "trigger": "auto"}
        )
        few = self.statements(1)
        for _three_more in range(3):
            self.statements(1)
        self.assertLess(self.statements(1) - few, 9)  # twelve orders later

    def test_a_thousand_more_policies_cost_no_statement(self):
        few = self.statements(3)
        for policy in self.active().filtered(lambda policy: policy.control in ("sale_discount", "sale_amount")):
            self.multiply(policy, 500)
        self.assertGreaterEqual(len(self.active()), 1000)
        self.assertLessEqual(self.statements(3), few)

    def test_ten_more_lines_cost_the_gates_no_statement(self):
        self.every_control("sale.order")
        self.assertLessEqual(self.cost_of_gates(12), self.cost_of_gates(2) + 1)

    # -- the queue -----------------------------------------------------------------------------
    def waiting(self, count):
        """Orders over the band, each waiting for the manager."""
        for _n in range(count):
            self.order(discount=25).action_confirm()
        self.env.flush_all()

    def opening(self, user):
        """Statements that the list 'Waiting for me' takes, and how many it shows."""
        self.env.invalidate_all()
        steps = self.env["gatehouse.approval.step"].with_user(user)
        before = self.env.cr.sql_log_count
        columns = ("res_name", "partner_name", "amount", "reason_text", "measured", "requester_ids", "next_text", "can_decide")
        found = steps.web_search_read([("can_decide", "=", True)], {name: {} for name in columns}, limit=80)
        return self.env.cr.sql_log_count - before, found["length"]

    def test_a_longer_queue_opens_with_the_same_statements(self):
        self.waiting(2)
        self.opening(self.manager)
        few, shown = self.opening(self.manager)
        self.waiting(8)
        many, more = self.opening(self.manager)
        self.assertEqual(more - shown, 8)
        self.assertLessEqual(many, few + 1)

    def test_a_delegates_longer_queue_opens_with_the_same_statements(self):
        deputy = person(self.env, "gatehouse_deputy", groups="base.group_user,gatehouse.group_approver")
        self.env["gatehouse.delegation"].with_user(self.manager).create({"delegate_id": deputy.id, "reason": "away"})
        self.waiting(2)
        self.opening(deputy)
        few, shown = self.opening(deputy)
        self.assertGreaterEqual(shown, 2)
        self.waiting(8)
        many, more = self.opening(deputy)
        self.assertEqual(more - shown, 8)
        self.assertLessEqual(many, few + 1)

    def test_those_barred_by_four_eyes_do_not_find_it_waiting(self):
        before = self.opening(self.manager)[1]
        order = self.order(discount=25)
        order.sudo().user_id = self.manager
        order.sudo().action_confirm()
        self.assertEqual(self.opening(self.manager)[1], before)

    # -- the back-test -------------------------------------------------------------------------
    def judging(self, count):
        """Statements of a batch over `count` confirmed orders, and of reading its numbers."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET date_order = '2020-01-01' WHERE state = 'sale'")
        self.env.invalidate_all()
        for _n in range(count):
            self.confirmed()
        role = self.env.ref("sales_team.group_sale_manager").id
        draft = self.env["gatehouse.policy"].create(
            {
                "name": "Draft", "control": "sale_terms", "mode": "enforcing",
                "band_ids": [Command.create({"up_to": -1, "outcome": "pass"}), Command.create({"outcome": "review", "role_id": role})],
            }
        )  # fmt: skip
        test = self.env["gatehouse.backtest"]._start(draft, 90)
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        test._run_batch({})
        self.env.flush_all()
        self.assertEqual((test.state, test.review_count, test.changed_count), ("done", count, count))
        return self.env.cr.sql_log_count - before

    def test_a_batch_of_a_back_test_takes_the_same_statements_for_more_orders(self):
        self.judging(2)
        self.assertLessEqual(self.judging(9), self.judging(3) + 1)
