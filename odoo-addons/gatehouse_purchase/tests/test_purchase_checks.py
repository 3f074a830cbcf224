from odoo import fields
from odoo.tests import tagged

from .common import PurchaseCase


@tagged("post_install", "-at_install")
class TestPurchaseChecks(PurchaseCase):
    def test_the_event_carries_what_the_contract_says(self):
        order = self.confirmed(12, 10.5)
        payload = self.payload(order)
        self.assertEqual(payload["type"], "purchase.order.confirmed")
        self.assertEqual(payload["document"], {"model": "purchase.order", "id": order.id, "name": order.name})
        self.assertEqual(payload["location"], f"warehouse:{order.picking_type_id.warehouse_id.id}")
        data = payload["data"]
        self.assertEqual(
            set(data),
            {"currency", "currency_rate", "vendor", "vendor_name", "order_date", "amount_untaxed", "amount_total", "buyer", "place", "lines"},
        )
        self.assertEqual((data["currency_rate"], data["place"]), (1.0, payload["location"]))
        self.assertEqual(data["vendor"], f"partner:{self.vendor.id}")
        self.assertEqual(data["amount_untaxed"], "126.00")
        self.assertEqual(data["buyer"], f"user:{order.user_id.id}")
        [line] = data["lines"]
        self.assertEqual(line, {
            "id": f"line:{order.order_line.id}", "item": "GATE-BOLT", "item_name": "Gate bolt",
            "category": self.product.categ_id.name or None, "quantity": 12.0, "uom": self.product.uom_id.name,
            "unit_price": "10.50", "discount": 0.0, "promised_date": order.order_line.date_planned.date().isoformat(),
        })

    def test_an_order_from_a_vendors_agent_is_asked_about_as_the_vendors(self):
        agent = self.env["res.partner"].create({"name": "Agent", "parent_id": self.vendor.id})
        order = self.order(12, 10.5, partner_id=agent.id)
        order.button_confirm()
        self.assertEqual(self.payload(order)["data"]["vendor"], f"partner:{self.vendor.id}")

    def test_an_item_without_reference_is_named_by_its_id(self):
        self.product.default_code = False
        [line] = self.payload(self.confirmed())["data"]["lines"]
        self.assertEqual(line["item"], f"product:{self.product.id}")

    def test_waits_for_its_check_and_is_clear_afterwards(self):
        order = self.confirmed()
        self.assertEqual(order.gatehouse_status, "waiting")
        hold = self.holds(order)
        self.assertEqual((hold.kind, hold.blocks), ("checks_pending", "receive"))
        self.assertEqual(self.answer(order)["status"], "recorded")
        self.assertEqual(self.answer(order)["status"], "duplicate")
        order.invalidate_recordset()
        self.assertEqual(order.gatehouse_status, "clear")
        self.assertEqual(order.gatehouse_check_ids.verdict, "pass")

    def test_a_strange_price_is_held_with_its_reasons(self):
        order = self.confirmed()
        self.answer(order, 0.999, reasons=[{"code": "price", "text": "price is 10 times the usual", "weight": 1.0}])
        order.invalidate_recordset()
        self.assertEqual(order.gatehouse_status, "held")
        hold = self.holds(order)
        self.assertEqual((hold.kind, hold.role_id), ("review", self.env.ref("purchase.group_purchase_manager")))
        self.assertIn("10 times", hold.reason_text)
        self.assertIn("10 times", str(order.gatehouse_banner))

    def test_without_an_answer_it_goes_on_degraded(self):
        order = self.confirmed()
        event = self.events(order)
        event.write({"occurred_at": fields.Datetime.subtract(fields.Datetime.now(), minutes=30)})
        self.env["gatehouse.judge"]._fall_back(event)
        order.invalidate_recordset()
        self.assertFalse(self.holds(order))
        self.assertEqual(order.gatehouse_status, "degraded")

    def test_with_nothing_connected_nothing_waits(self):
        self.connect("off")
        order = self.confirmed()
        self.assertFalse(self.events(order))
        self.assertEqual(order.gatehouse_status, "clear")
        self.receive(order)
        self.assertEqual(order.picking_ids.state, "done")
