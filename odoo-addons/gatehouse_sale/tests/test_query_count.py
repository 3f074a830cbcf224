from odoo import Command
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestQueryCount(SaleCase):
    """What the gates cost in statements: neither policies nor lines may multiply it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = cls.env["product.product"].create(
            [{"name": f"Q{n}", "type": "consu", "list_price": 10.0, "taxes_id": [Command.clear()]} for n in range(12)]
        )

    def statements(self, lines):
        """Statements that confirming a fresh order takes, flush included; the first one warms what is cached."""
        found = 0
        for _warm in range(3):
            order = self.env["sale.order"].create(
                {
                    "partner_id": self.partner.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "product_uom_qty": 1}) for product in self.products[:lines]
                    ],
                }
            )
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            order.action_confirm()
            self.env.flush_all()
            found = self.env.cr.sql_log_count - before
            self.assertEqual(order.state, "sale")
        return found

    def active(self):
        return self.env["gatehouse.policy"].search([("state", "=", "active")])

    def cost_of_gates(self, lines):
        """Statements with the gates on beyond those with them off."""
        modes = {policy: policy.mode for policy in self.active()}
        on = self.statements(lines)
        self.active()._transition({"mode": "off"})
        off = self.statements(lines)
        for policy, mode in modes.items():
            policy._transition({"mode": mode})
        return on - off

    def test_forty_more_policies_cost_no_statement(self):
        few = self.statements(3)
        tags = self.env["res.partner.category"].create([{"name": f"T{n}"} for n in range(40)])
        for tag in tags:
            policy = self.env["gatehouse.policy"].create(
                {
                    "name": tag.name,
                    "control": "sale_discount",
                    "mode": "enforcing",
                    "partner_tag_id": tag.id,
                    "band_ids": [Command.create({"up_to": 0, "outcome": "pass"})],
                }
            )
            policy._activate()
        self.assertGreaterEqual(len(self.active()), 40)
        self.assertLessEqual(self.statements(3), few)

    def test_ten_more_lines_cost_the_gates_no_statement(self):
        self.assertLessEqual(self.cost_of_gates(12), self.cost_of_gates(2) + 1)
