import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import StockCase


@tagged("post_install", "-at_install")
class TestDeliveryMessages(StockCase):
    def message(self, picking, occasion):
        event = self.events(picking, f"message.{occasion}.requested")
        return json.loads(event.payload)["data"]["message"] if event else None

    def run_delays(self):
        self.patch(type(self.env["ir.cron"]), "_commit_progress", lambda self, *args, **kwargs: 10.0)
        self.env["stock.picking"]._cron_gatehouse_delays()

    def test_a_partial_delivery_tells_what_came_and_what_is_to_come(self):
        picking = self.delivery(4)
        self.ship(picking, 3)
        text = self.message(picking, "partially_shipped")["text"]
        self.assertIn("3.0 Units Gate", text)
        self.assertIn("1.0 Units Gate", text)

    def test_a_whole_delivery_tells_nothing(self):
        picking = self.delivery(4)
        self.ship(picking)
        self.assertIsNone(self.message(picking, "partially_shipped"))

    def test_a_late_delivery_is_told_once(self):
        picking = self.delivery(4)
        picking.move_ids.date_deadline = fields.Datetime.now() - timedelta(days=1)
        self.env.flush_all()
        self.run_delays()
        self.run_delays()
        self.assertEqual(len(self.events(picking, "message.delivery_delayed.requested")), 1)
        self.assertIn(picking.sale_id.name, self.message(picking, "delivery_delayed")["subject"])

    def test_a_delivery_in_time_is_not_told(self):
        picking = self.delivery(4)
        picking.move_ids.date_deadline = fields.Datetime.now() + timedelta(days=1)
        self.env.flush_all()
        self.run_delays()
        self.assertIsNone(self.message(picking, "delivery_delayed"))
