from odoo import Command
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.gate_cost import GateCost

from .common import PurchaseCase


@tagged("post_install", "-at_install")
class TestQueryCount(GateCost, PurchaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = cls.env["product.product"].create(
            [{"name": f"Q{n}", "type": "consu", "supplier_taxes_id": [Command.clear()]} for n in range(12)]
        )

    def statements(self, lines):
        values = [
            Command.create({"product_id": product.id, "product_qty": 1, "price_unit": 10}) for product in self.products[:lines]
        ]
        return self.counted(
            lambda: self.env["purchase.order"].create({"partner_id": self.vendor.id, "order_line": values}), "button_confirm"
        )

    def test_a_thousand_more_policies_cost_no_statement(self):
        few = self.statements(3)
        for policy in self.active().filtered(lambda policy: policy.control in ("purchase_amount", "purchase_checks")):
            self.multiply(policy, 500)
        self.assertGreaterEqual(len(self.active()), 1000)
        self.assertLessEqual(self.statements(3), few)

    def test_ten_more_lines_cost_the_gates_no_statement(self):
        self.every_control("purchase.order")
        self.assertLessEqual(self.cost_of_gates(12), self.cost_of_gates(2) + 1)

    def test_an_edit_of_ten_more_lines_costs_the_gates_no_statement(self):
        self.every_control("purchase.order")
        self.statements = self.edit
        self.assertLessEqual(self.cost_of_gates(12), self.cost_of_gates(2) + 1)

    def edit(self, lines):
        """Statements of one edit of all lines of a confirmed order: each cheaper, and fewer of it."""
        values = [Command.create({"product_id": product.id, "product_qty": 3, "price_unit": 10}) for product in self.products[:lines]]
        order = self.env["purchase.order"].create({"partner_id": self.vendor.id, "order_line": values})
        order.button_confirm()
        return self.counted_edits(order, {"product_qty": 2, "price_unit": 9}, {"product_qty": 1, "price_unit": 8})
