import json

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestMessages(SaleCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.email = "buyer@customer.example"
        rules = cls.env["gatehouse.message.rule"].with_context(active_test=False)
        rules.search([("occasion", "in", ("order_held", "order_released"))]).active = True

    def hold(self, order, blocks="ship"):
        return self.env["gatehouse.hold"]._place(
            order, "sale_checks", "review", blocks, reasons=[{"code": "x", "text": "why"}]
        )

    def messages(self, order):
        events = self.env["gatehouse.event"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id), ("type", "=like", "message.%")], order="id"
        )
        return [json.loads(event.payload)["data"] for event in events]

    def test_customer_hears_once_that_the_order_waits_and_once_that_it_goes_on(self):
        order = self.confirmed()
        first = self.hold(order)
        second = self.hold(order)
        self.assertEqual([data["occasion"] for data in self.messages(order)], ["order_held"])
        first._close("released", "fine")
        self.assertEqual(len(self.messages(order)), 1)
        second._close("released", "fine")
        told = self.messages(order)
        self.assertEqual([data["occasion"] for data in told], ["order_held", "order_released"])
        self.assertIn("buyer@customer.example", told[0]["message"]["to"])
        self.assertIn(order.name, told[0]["message"]["subject"])
        self.assertIn("a colleague looks at it", told[0]["message"]["text"])

    def test_nobody_hears_of_a_review_before_the_confirmation(self):
        order = self.order()
        self.hold(order, "confirm")._close("released", "fine")
        self.assertFalse(self.messages(order))

    def test_without_an_active_rule_nobody_is_written_to(self):
        self.env["gatehouse.message.rule"].search([]).active = False
        self.hold(self.confirmed())
        self.assertFalse(self.env["gatehouse.event"].search([("type", "=like", "message.%")]))

    def test_a_customer_without_an_address_becomes_an_exception(self):
        self.partner.email = False
        order = self.confirmed()
        self.hold(order)
        self.assertFalse(self.messages(order))
        key = f"nobody:order_held:sale.order:{order.id}"
        self.assertTrue(self.env["gatehouse.exception"].search([("key", "=", key)]))

    def test_without_an_integration_odoo_sends_the_mail_itself(self):
        self.env["ir.config_parameter"].set_param("gatehouse.events_url", "off")
        order = self.confirmed()
        self.hold(order)
        self.assertTrue(self.env["mail.mail"].search([("model", "=", "sale.order"), ("res_id", "=", order.id)]))

    def test_a_template_for_another_model_is_refused(self):
        template = self.env["mail.template"].search([("model", "!=", "sale.order")], limit=1)
        rule = self.env["gatehouse.message.rule"].search([("occasion", "=", "order_held")])
        with self.assertRaisesRegex(ValidationError, "needs a template for sale.order"):
            rule.template_id = template
