import json
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import StockCase


@tagged("post_install", "-at_install")
class TestShortage(StockCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("gatehouse_stock.policy_stock_shortage")._transition({"mode": "enforcing"})
        cls.vendor = cls.env["res.partner"].create({"name": "Gate Vendor", "email": "sales@vendor.example"})
        cls.scarce = cls.env["product.product"].create(
            {
                "name": "Scarce gate", "type": "consu", "is_storable": True, "default_code": "SCARCE",
                "seller_ids": [Command.create({"partner_id": cls.vendor.id, "price": 5.0, "delay": 3})],
                "route_ids": [Command.link(cls.env.ref("purchase_stock.route_warehouse0_buy").id)],
            }
        )  # fmt: skip

    def short_delivery(self, product=None):
        self.product = product or self.scarce
        picking = self.delivery(4)
        picking.move_ids.date_deadline = fields.Datetime.now() + timedelta(days=5)
        self.env.flush_all()
        return picking

    def look(self):
        self.env["stock.picking"]._cron_gatehouse_shortages()
        self.env.flush_all()

    def answer(self, picking, days_late=None):
        event = self.events(picking, "stock.shortage.detected")
        event.write({"state": "delivered", "attempt": 1})
        check = {"check": "supplier_availability", "source": "partner", "available": days_late is not None,
                 "reasons": [{"code": "late", "text": "comes on Friday"}], "observed_at": "2026-11-23T09:00:01Z"}  # fmt: skip
        if days_late is not None:
            check["measures"] = {"days_late": {"value": days_late, "unit": "days"}}
        return self.env["gatehouse.event"].with_user(self.bot).record_checks(event.event_id, [check], True)

    def exception(self, picking):
        return self.env["gatehouse.exception"].search([("key", "=", f"shortage:{picking.id}")])

    def test_a_shortage_asks_for_goods_and_the_vendor_for_a_date(self):
        picking = self.short_delivery()
        self.look()
        request = picking._gatehouse_shortage_requests()
        self.assertEqual((request.partner_id, request.state), (self.vendor, "draft"))
        self.assertEqual(request.order_line.product_qty, 4)
        data = json.loads(self.events(picking, "stock.shortage.detected").payload)["data"]
        self.assertEqual((data["vendor"], data["items"][0]["quantity"]), (f"partner:{self.vendor.id}", 4.0))
        told = self.env["gatehouse.event"].search(
            [("type", "=", "message.supplier_inquiry.requested"), ("res_id", "=", request.id)]
        )
        self.assertIn("sales@vendor.example", told.payload)
        self.assertFalse(self.exception(picking))

    def test_a_shortage_is_seen_once(self):
        picking = self.short_delivery()
        self.look()
        self.look()
        self.assertEqual(len(self.events(picking, "stock.shortage.detected")), 1)
        self.assertEqual(len(picking._gatehouse_shortage_requests().order_line), 1)

    def test_a_vendor_in_time_needs_nobody(self):
        picking = self.short_delivery()
        self.look()
        self.answer(picking, days_late=-1)
        self.assertFalse(self.exception(picking))
        self.assertFalse(self.events(picking, "message.stock_shortage.requested"))

    def test_a_vendor_too_late_tells_the_customer_and_escalates(self):
        picking = self.short_delivery()
        self.look()
        self.answer(picking, days_late=6)
        self.assertIn("comes on Friday", self.exception(picking).detail)
        self.assertEqual(self.exception(picking).role_id, self.env.ref("purchase.group_purchase_manager"))
        self.assertTrue(self.events(picking, "message.stock_shortage.requested"))

    def test_a_vendor_without_an_answer_counts_as_too_late(self):
        picking = self.short_delivery()
        self.look()
        event = self.events(picking, "stock.shortage.detected")
        past = fields.Datetime.now() - timedelta(hours=1)
        event.write({"occurred_at": past, "deadline": past})
        self.env["gatehouse.judge"]._cron_deadlines()
        self.assertTrue(self.exception(picking))

    def test_goods_that_come_close_the_exception(self):
        picking = self.short_delivery()
        self.look()
        self.answer(picking, days_late=6)
        self.env["stock.quant"]._update_available_quantity(self.scarce, self.warehouse.lot_stock_id, 10)
        picking.action_assign()
        self.look()
        self.assertEqual((self.exception(picking).state, picking.gatehouse_shortage_at), ("resolved", False))

    def test_an_item_nobody_sells_is_escalated_at_once(self):
        orphan = self.env["product.product"].create({"name": "Orphan", "type": "consu", "is_storable": True})
        picking = self.short_delivery(orphan)
        self.look()
        self.assertTrue(self.exception(picking).detail)

    def test_without_an_integration_a_person_is_told_at_once(self):
        picking = self.short_delivery()
        self.env["ir.config_parameter"].set_param("gatehouse.events_url", "off")
        self.look()
        self.assertTrue(picking._gatehouse_shortage_requests())
        self.assertIn("No vendor could be asked", self.exception(picking).detail)

    def test_goods_that_are_there_are_no_shortage(self):
        plenty = self.env["product.product"].create({"name": "Plenty", "type": "consu", "is_storable": True})
        self.env["stock.quant"]._update_available_quantity(plenty, self.warehouse.lot_stock_id, 10)
        picking = self.short_delivery(plenty)
        self.look()
        self.assertFalse(picking.gatehouse_shortage_at)
