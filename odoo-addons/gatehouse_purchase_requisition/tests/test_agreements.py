import datetime

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import OrderBypass
from odoo.addons.gatehouse_purchase.tests.common import PurchaseCase


@tagged("post_install", "-at_install")
class TestAgreements(OrderBypass, PurchaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gatehouse.policy"].search([("state", "=", "active")])._transition({"mode": "off"})
        cls.other = cls.env["res.partner"].create({"name": "Contract vendor", "is_company": True})
        cls.listed = cls.env["product.supplierinfo"].create(
            {"partner_id": cls.vendor.id, "product_tmpl_id": cls.product.product_tmpl_id.id, "price": 10.0, "sequence": 1}
        )

    def enforce(self, control, **values):
        bands = [
            Command.create({"up_to": 1, "outcome": "pass"}),
            Command.create({"outcome": "review", "role_id": self.env.ref("purchase.group_purchase_manager").id}),
        ]
        policy = {"name": control, "control": control, "mode": "enforcing", "band_ids": bands, **values}
        self.env["gatehouse.policy"].create(policy)._activate()

    def agreement(self, vendor, price=8.0, products=None, **values):
        lines = [
            Command.create({"product_id": product.id, "product_qty": 100, "price_unit": price}) for product in products or self.product
        ]
        agreement = self.env["purchase.requisition"].create({"vendor_id": vendor.id, "line_ids": lines, **values})
        agreement.action_confirm()
        return agreement

    def asked(self, order):
        """What the review of an order says, after its confirmation; nothing where it went through."""
        order.button_confirm()
        return self.holds(order).reason_text or ""

    def test_an_item_of_another_vendors_blanket_order_is_reviewed_and_its_end_lets_the_order_go(self):
        self.enforce("purchase_supplier")
        self.confirmed()
        agreement = self.agreement(self.other)
        order = self.order()
        self.assertIn(f"Gate bolt (Contract vendor has the blanket order {agreement.name})", self.asked(order))
        self.env["purchase.order"]._cron_gatehouse_recheck()
        self.assertEqual(order.state, "draft")
        agreement.action_done()
        self.env["purchase.order"]._cron_gatehouse_recheck()
        self.assertEqual((order.state, self.holds(order).ids), ("purchase", []))

    def test_one_that_does_not_run_for_this_order_is_no_reason(self):
        order, today, day = self.order().sudo(), fields.Date.today(), datetime.timedelta(days=1)
        apart = (
            {"date_end": today - day}, {"date_start": today + day}, {"requisition_type": "purchase_template"}, {"active": False},
            {"company_id": self.env["res.company"].create({"name": "Sister"}).id}, {"products": self.env["product.product"].create({"name": "Another"})},
        )  # fmt: skip
        for values in apart:
            with self.subTest(values=values):
                self.agreement(self.other, **values)
                self.assertEqual(order._gatehouse_supplier_value()[0], 0.0)
        self.agreement(self.other).action_cancel()
        self.assertEqual(order._gatehouse_supplier_value()[0], 0.0)
        self.agreement(self.other)
        self.assertEqual(order._gatehouse_supplier_value()[0], 100.0)

    def test_two_vendors_with_a_blanket_order_are_both_the_right_one(self):
        self.enforce("purchase_supplier")
        self.agreement(self.other)
        self.agreement(self.vendor, date_start=fields.Date.today(), date_end=fields.Date.today())
        self.confirmed()
        contact = self.env["res.partner"].create({"name": "Their clerk", "parent_id": self.vendor.id})
        self.assertFalse(self.asked(self.order(partner_id=contact.id)))

    def test_a_price_above_the_vendors_own_blanket_order_is_reviewed_though_its_list_says_more(self):
        self.enforce("purchase_price")
        self.confirmed(price=10.0)
        agreement = self.agreement(self.vendor)
        self.assertIn(f"at 10.00, the price of {agreement.name} is 8.00", self.asked(self.order(price=10.0)))
        self.confirmed(price=8.0)

    def test_a_price_agreed_in_another_unit_and_currency_is_converted(self):
        self.enforce("purchase_price")
        currency = self.env["res.currency"].create({"name": "XGB", "symbol": "B"})
        self.env["res.currency.rate"].create({"currency_id": currency.id, "rate": 2.0, "name": "2020-01-01"})
        agreement = self.agreement(self.vendor, currency_id=currency.id)
        agreement.line_ids.write({"product_uom_id": self.env.ref("uom.product_uom_dozen").id, "price_unit": 240.0})
        self.assertFalse(self.asked(self.order(price=10.0)))
        self.assertIn("is 10.00", self.asked(self.order(price=10.5)))

    def test_an_observing_policy_stops_nothing(self):
        self.enforce("purchase_supplier", mode="observing")
        self.agreement(self.other)
        self.confirmed()

    def test_no_way_leads_past_a_blanket_order(self):
        self.enforce("purchase_supplier")
        self.agreement(self.other)
        self.nothing_passes(self.order(), "purchase")

    def test_the_queries_of_a_verdict_do_not_grow_with_the_lines(self):
        products = self.env["product.product"].create([{"name": f"Contract item {n}", "supplier_taxes_id": []} for n in range(40)])
        self.agreement(self.other, products=products)
        counts = []
        for some in (products[:2], products):
            order = self.order(order_line=[Command.create({"product_id": product.id, "product_qty": 1}) for product in some]).sudo()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            share, text = order._gatehouse_supplier_value()
            counts.append(self.env.cr.sql_log_count - before)
            self.assertEqual(share, 100.0)
            self.assertIn("Contract vendor has the blanket order", text)
        self.assertLessEqual(counts[1], counts[0])

    def test_a_forbidden_share_is_refused_and_names_the_agreement(self):
        manager = self.env.ref("purchase.group_purchase_manager")
        self.enforce("purchase_supplier", band_ids=[
            Command.create({"up_to": 1, "outcome": "pass"}), Command.create({"up_to": 50, "outcome": "review", "role_id": manager.id}),
            Command.create({"outcome": "forbid"}),
        ])  # fmt: skip
        agreement = self.agreement(self.other)
        with self.assertRaisesRegex(UserError, agreement.name):
            self.order().button_confirm()
