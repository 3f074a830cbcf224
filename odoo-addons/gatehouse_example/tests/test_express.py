import datetime
import json
from pathlib import Path

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import OrderBypass
from odoo.addons.gatehouse_sale.tests.common import SaleCase


@tagged("post_install", "-at_install")
class TestExpress(OrderBypass, SaleCase):
    BYPASS = {"sale_express": 1}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        role = cls.env.ref("sales_team.group_sale_manager").id
        policy = cls.env["gatehouse.policy"].create(
            {
                "name": "Express",
                "control": "sale_express",
                "mode": "enforcing",
                "packing_days": 3,
                "band_ids": [
                    Command.create({"up_to": 0.5, "outcome": "pass"}),
                    Command.create({"outcome": "review", "role_id": role}),
                ],
            }
        )
        policy._activate()

    def promised_in(self, days):
        return self.order(commitment_date=fields.Datetime.now() + datetime.timedelta(days=days, hours=1))

    def test_an_order_promised_too_soon_waits_and_goes_on_with_the_release(self):
        order = self.promised_in(1)
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertIn("2 days sooner", self.holds(order).reason_text)
        self.holds(order).with_user(self.manager).release("the warehouse agreed")
        self.assertEqual(order.state, "sale")
        self.assertTrue(json.loads(self.event(order).payload)["data"]["promised_date"])

    def test_time_enough_passes_and_a_date_moved_forward_after_the_release_is_asked_again(self):
        order = self.promised_in(5)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        early = self.promised_in(1)
        early.action_confirm()
        early.commitment_date = fields.Datetime.now() + datetime.timedelta(hours=2)
        early.action_confirm()
        self.assertEqual((early.state, len(self.holds(early))), ("draft", 1))

    def test_an_order_without_a_promised_date_passes_and_its_event_says_null(self):
        order = self.order()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIsNone(json.loads(self.event(order).payload)["data"]["promised_date"])

    def twin(self, order):
        return {"commitment_date": order.commitment_date}

    def test_no_way_leads_past_it(self):
        self.nothing_passes(self.promised_in(self.BYPASS["sale_express"]), "sale")

    def test_the_field_goes_through_policy_files(self):
        [document] = [
            row for row in self.env["gatehouse.policy"].with_user(self.author).export_documents() if row["control"] == "sale_express"
        ]
        self.assertEqual(document["packing_days"], 3)

    def test_the_addon_is_as_small_as_the_page_says(self):
        folder = Path(__file__).parent.parent
        code = [line for path in folder.glob("models/*.py") for line in path.read_text().splitlines() if line.strip()]
        self.assertLess(len(code), 60)
