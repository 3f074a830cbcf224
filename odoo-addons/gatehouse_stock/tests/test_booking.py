import base64
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import StockCase

LABEL = {"content_type": "application/pdf", "base64": base64.b64encode(b"%PDF-1.4 label").decode()}


@tagged("post_install", "-at_install")
class TestBooking(StockCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse.out_type_id.gatehouse_book_carrier = True

    def shipped(self):
        picking = self.delivery()
        self.ship(picking)
        event = self.events(picking, "stock.picking.validated")
        event.write({"state": "delivered", "attempt": 1})
        return picking, event

    def answer(self, event, outcome, **more):
        Effect = self.env["gatehouse.effect"].with_user(self.bot)
        entry = {"event_id": event.event_id, "kind": "booking"}
        self.assertTrue(Effect.begin([entry])[0]["go"])
        return Effect.finish([{**entry, "outcome": outcome, **more}])[0]

    def test_a_validated_delivery_asks_for_a_booking_with_what_the_carrier_needs(self):
        picking, event = self.shipped()
        data = json.loads(event.payload)["data"]
        self.assertEqual((data["reference"], data["weight_kg"], data["parcels"]), (picking.name, 8.0, 1))
        self.assertEqual((data["recipient"]["city"], data["recipient"]["country"]), ("Bonn", "DE"))
        self.assertEqual(picking.gatehouse_booking, "asked")

    def test_a_booking_brings_tracking_and_label_onto_the_delivery(self):
        picking, event = self.shipped()
        attributes = {"tracking_url": "https://carrier.example/T1", "label": LABEL}
        self.answer(event, "done", reference="T1", attributes=attributes)
        self.assertEqual((picking.gatehouse_booking, picking.carrier_tracking_ref), ("booked", "T1"))
        self.assertEqual(picking.gatehouse_tracking_url, "https://carrier.example/T1")
        label = self.env["ir.attachment"].search([("res_model", "=", "stock.picking"), ("res_id", "=", picking.id)])
        self.assertEqual(label.raw, b"%PDF-1.4 label")

    def test_a_label_that_is_no_pdf_is_left_out_and_the_booking_stands(self):
        picking, event = self.shipped()
        bad = {"content_type": "application/pdf", "base64": base64.b64encode(b"<script>").decode()}
        self.answer(event, "done", reference="T1", attributes={"label": bad, "tracking_url": "javascript:alert(1)"})
        self.assertEqual(picking.gatehouse_booking, "booked")
        self.assertFalse(picking.gatehouse_tracking_url)
        self.assertFalse(self.env["ir.attachment"].search([("res_model", "=", "stock.picking"), ("res_id", "=", picking.id)]))

    def test_a_refused_booking_is_an_exception_on_the_delivery_and_can_be_booked_again(self):
        picking, event = self.shipped()
        self.answer(event, "refused", detail="recipient.street: is required")
        exception = self.env["gatehouse.exception"].search([("res_model", "=", "stock.picking"), ("res_id", "=", picking.id)])
        self.assertIn("recipient.street", exception.detail)
        self.assertEqual(picking.gatehouse_booking, "refused")
        picking.with_user(self.worker).action_gatehouse_book_again()
        self.assertEqual((picking.gatehouse_booking, exception.state), ("asked", "resolved"))
        self.assertEqual(len(self.events(picking, "stock.picking.validated")), 2)

    def test_a_booking_that_is_still_tried_cannot_be_asked_for_twice(self):
        picking, event = self.shipped()
        self.answer(event, "failed", detail="down")
        with self.assertRaisesRegex(UserError, "still being tried"):
            picking.with_user(self.worker).action_gatehouse_book_again()
        with self.assertRaises(AccessError):
            picking.with_user(self.author).action_gatehouse_book_again()

    def test_nothing_is_booked_where_the_operation_type_does_not_ask_for_it(self):
        self.warehouse.out_type_id.gatehouse_book_carrier = False
        picking = self.delivery()
        self.ship(picking)
        self.assertFalse(self.events(picking, "stock.picking.validated"))

    def test_a_delivery_with_a_tracking_number_is_not_booked_again(self):
        picking = self.delivery()
        picking.carrier_tracking_ref = "BY HAND"
        self.ship(picking)
        self.assertFalse(self.events(picking, "stock.picking.validated"))
