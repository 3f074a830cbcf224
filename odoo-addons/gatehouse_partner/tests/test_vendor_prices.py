from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PartnerCase


@tagged("post_install", "-at_install")
class TestVendorPrices(PartnerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.item = cls.env["product.template"].create({"name": "Bolt", "type": "consu"})
        cls.line = cls.make(price=10.0)

    @classmethod
    def make(cls, **values):
        return cls.env["product.supplierinfo"].create(
            {"partner_id": cls.vendor.id, "product_tmpl_id": cls.item.id, **values}
        )

    def test_a_price_that_rises_beyond_the_band_waits_and_comes_with_the_signature(self):
        self.policy("vendor_price_list", 5)
        self.line.with_user(self.clerk).sudo().write({"price": 12.0, "delay": 9})
        self.assertEqual((self.line.price, self.line.delay), (10.0, 9))
        request = self.requests(self.line)
        self.assertIn("asks 12.00 instead of 10.00", request.name)
        self.approve(request)
        self.assertEqual(self.line.price, 12.0)

    def test_a_small_rise_a_fall_and_a_first_price_pass(self):
        self.policy("vendor_price_list", 5)
        self.line.price = 10.4
        self.line.price = 8.0
        self.assertEqual(self.line.price, 8.0)
        other = self.env["product.template"].create({"name": "Nut", "type": "consu"})
        first = self.make(product_tmpl_id=other.id, price=99.0)
        self.assertEqual(first.price, 99.0)
        self.assertFalse(self.requests(self.line) + self.requests(first))

    def test_a_further_line_or_a_smaller_discount_is_no_way_round(self):
        self.policy("vendor_price_list", 5)
        further = self.make(price=15.0, min_qty=1)
        self.assertEqual(further.price, 10.0)
        self.assertEqual(self.requests(further).proposed["price"], 15.0)
        cheap = self.make(price=20.0, discount=50.0)
        self.assertEqual(self.requests(cheap).ids, [])
        cheap.discount = 0.0
        self.assertTrue(self.requests(cheap))

    def test_a_currency_without_a_rate_hides_no_rise(self):
        self.policy("vendor_price_list", 5)
        currency = self.env["res.currency"].create({"name": "XGT", "symbol": "G"})
        for attempt in (
            lambda: self.line.write({"currency_id": currency.id}),
            lambda: self.line.sudo().write({"price": 9.0, "currency_id": currency.id}),
            lambda: self.make(price=9.0, currency_id=currency.id),
        ):
            with self.assertRaisesRegex(UserError, "Bolt is in XGT, which has no exchange rate"), self.env.cr.savepoint():
                attempt()
        currency.rate_ids = [Command.create({"name": "2020-01-01", "rate": 0.5})]
        self.line.currency_id = currency
        self.assertIn("asks 20.00 instead of 10.00", self.requests(self.line).name)

    def test_without_a_policy_prices_are_written(self):
        self.line.price = 30.0
        self.assertEqual((self.line.price, self.make(price=40.0).price), (30.0, 40.0))

    def test_small_rises_count_together_also_by_a_line_made_anew(self):
        self.policy("vendor_price_list", 5, rolling_days=30)
        self.line.price = 10.4
        further = self.make(price=10.8)
        self.assertEqual((further.price, self.requests(further).proposed["price"]), (10.4, 10.8))
        self.assertIn("together 7.85", self.requests(further).name)

    def test_a_price_taken_away_waits_as_the_next_would_be_a_first_one(self):
        self.policy("vendor_price_list", 5)
        for taken in ({"price": 0.0}, {"discount": 100.0}):
            self.line.write(taken)
            self.assertTrue(self.requests(self.line))
            self.assertEqual((self.line.price, self.line.discount), (10.0, 0.0))

    def test_a_line_that_is_deleted_leaves_its_price_to_the_next_one(self):
        self.policy("vendor_price_list", 5)
        self.line.with_user(self.clerk).unlink()
        contact = self.env["res.partner"].create({"name": "Their clerk", "parent_id": self.vendor.id})
        for again in ({"partner_id": contact.id}, {"product_tmpl_id": False, "product_id": self.item.product_variant_id.id}):
            with self.subTest(again=again), self.env.cr.savepoint() as savepoint:
                anew = self.make(price=15.0, **again)
                self.assertEqual((anew.price, self.requests(anew).proposed["price"]), (10.0, 15.0))
                savepoint.rollback()
        cheaper = self.make(price=9.0)
        self.assertEqual((cheaper.price, len(self.requests(cheaper))), (9.0, 0))
