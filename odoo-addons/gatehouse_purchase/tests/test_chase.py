import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import PurchaseCase


@tagged("post_install", "-at_install")
class TestChase(PurchaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor.email = "sales@vendor.example"
        rules = cls.env["gatehouse.message.rule"].with_context(active_test=False)
        rules.search([("occasion", "in", ("supplier_late", "supplier_overdue"))]).active = True

    def promised(self, days):
        order = self.confirmed()
        order.order_line.date_planned = fields.Datetime.now() + timedelta(days=days)
        self.env.flush_all()
        return order

    def with_record(self, lead):
        """The vendor's own record: the median days it takes."""
        self.patch(type(self.env["purchase.order"]), "_gatehouse_vendor_record", lambda self, vendors: {
            vendor.id: (0.0, lead) for vendor in vendors})

    def messages(self, order, occasion):
        events = self.events(order).filtered(lambda event: event.type == f"message.{occasion}.requested")
        return [json.loads(event.payload)["data"]["message"] for event in events]

    def test_a_vendor_who_will_be_late_is_asked_for_a_date_once_a_week(self):
        order = self.promised(3)
        self.with_record(10.0)
        for _run in range(2):
            self.env["purchase.order"]._cron_gatehouse_lead_times()
        (message,) = self.messages(order, "supplier_late")
        self.assertIn("sales@vendor.example", message["to"])
        self.assertIn("10.0 Units", message["text"])
        first = self.events(order).filtered(lambda event: event.type.startswith("message."))
        first.occurred_at = fields.Datetime.now() - timedelta(days=8)
        self.env["purchase.order"]._cron_gatehouse_lead_times()
        self.assertEqual(len(self.messages(order, "supplier_late")), 2)

    def test_a_vendor_who_keeps_his_dates_is_left_alone(self):
        order = self.promised(30)
        self.with_record(10.0)
        self.env["purchase.order"]._cron_gatehouse_lead_times()
        self.assertFalse(self.messages(order, "supplier_late"))

    def test_an_overdue_vendor_is_asked_when_the_goods_come(self):
        order = self.promised(-3)
        self.with_record(10.0)
        self.env["purchase.order"]._cron_gatehouse_lead_times()
        self.assertEqual(len(self.messages(order, "supplier_overdue")), 1)
        self.assertFalse(self.messages(order, "supplier_late"))

    def predicted(self, order, model="lead-times 2026.11.24", days=10.0, attributes=None):
        """What workflow 20 writes where the policy expects the check."""
        event = self.events(order)[0]
        self.env["gatehouse.check"].sudo().create({
            "event_id": event.id, "res_model": order._name, "res_id": order.id, "company_id": order.company_id.id,
            "code": "late_probability", "source": "sidecar", "available": True, "verdict": "pass", "model": model,
            "measures": {"late_probability": {"value": 0.9}, "lead_days": {"value": days}},
            "attributes": attributes,
        })

    def late(self):
        return self.env["purchase.order"].sudo()._gatehouse_predicted_late(fields.Datetime.now())

    def test_the_models_median_goes_before_the_vendors_own_and_is_named(self):
        order = self.promised(5)
        self.with_record(2.0)
        self.assertNotIn(order, self.late())
        self.predicted(order)
        self.assertIn("10 days by the model's median", self.late()[order])

    def test_a_baseline_leaves_the_word_to_the_vendors_own_record(self):
        order = self.promised(5)
        self.with_record(8.0)
        self.predicted(order, "lead-times 2026.11.24 (baseline)", 30.0)
        self.assertIn("usually takes 8 days", self.late()[order])

    def test_the_models_days_count_where_a_baseline_answers_the_probability_alone(self):
        order = self.promised(5)
        self.with_record(2.0)
        self.predicted(order, "lead-times 2026.11.24 (baseline)", 30.0, {"baselines": ["late_probability"]})
        self.assertIn("30 days by the model's median", self.late()[order])

    def test_days_of_a_baseline_do_not_count(self):
        order = self.promised(5)
        self.with_record(8.0)
        self.predicted(order, "lead-times 2026.11.24 (baseline)", 30.0, {"baselines": ["late_probability", "lead_days"]})
        self.assertIn("usually takes 8 days", self.late()[order])
