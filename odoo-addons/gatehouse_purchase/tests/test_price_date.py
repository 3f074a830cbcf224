import datetime

from odoo import Command, fields
from odoo.tests import tagged

from .common import PurchaseCase


@tagged("post_install", "-at_install")
class TestPriceDate(PurchaseCase):
    """The vendor asks 10, asked 20 in a season that is over, and will in the next: no deadline brings an order into either."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        seasons = [(-9000, -40, 10), (-40, -30, 20), (-29, 29, 10), (30, 40, 20)]
        cls.day = fields.Date.today()
        cls.lists = cls.env["product.supplierinfo"].create(
            [
                {"partner_id": cls.vendor.id, "product_tmpl_id": cls.product.product_tmpl_id.id, "price": price,
                 "date_start": cls.day + datetime.timedelta(days=start), "date_end": cls.day + datetime.timedelta(days=end)}
                for start, end, price in seasons
            ]
        )  # fmt: skip
        cls.in_season = [fields.Datetime.now() + datetime.timedelta(days=days) for days in (-35, 35)]

    def policy(self, control, up_to=2, **values):
        role = self.env.ref("purchase.group_purchase_manager")
        self.env["gatehouse.policy"].search([("control", "=", control), ("state", "=", "active")])._transition({"mode": "off"})
        bands = [Command.create({"up_to": up_to, "outcome": "pass"}), Command.create({"outcome": "review", "role_id": role.id})]
        self.env["gatehouse.policy"].create(
            {"name": control, "control": control, "mode": "enforcing", "band_ids": bands, **values}
        )._activate()

    def test_a_deadline_in_a_dear_season_hides_no_price_above_the_list(self):
        self.policy("purchase_price")
        for date in self.in_season:
            order = self.order(price=20.0, date_order=date)
            order.button_confirm()
            self.assertIn("at 20.00, the vendor's price is 10.00", self.holds(order).reason_text)
            self.assertEqual(order.state, "draft")

    def test_a_vendor_is_approved_for_an_item_today_or_not(self):
        self.policy("purchase_supplier")
        self.lists[2].unlink()
        for date in self.in_season:
            order = self.order(date_order=date)
            order.button_confirm()
            self.assertIn("is not approved for", self.holds(order).reason_text)
            self.assertEqual(order.state, "draft")

    def test_a_deadline_long_past_takes_no_order_out_of_those_that_count_together(self):
        self.policy("purchase_amount", 150, rolling_days=7)
        first = self.order(date_order=self.in_season[0])
        first.button_confirm()
        self.assertEqual(first.state, "purchase")
        second = self.order()
        second.button_confirm()
        self.assertEqual(second.state, "draft")
        self.assertIn(first.name, self.holds(second).reason_text)

    def test_nor_do_dates_that_are_written_after_the_confirmation(self):
        self.policy("purchase_amount", 150, rolling_days=7)
        first = self.confirmed()
        first.write({"date_order": self.in_season[0], "date_approve": self.in_season[0]})
        second = self.order()
        second.button_confirm()
        self.assertEqual(second.state, "draft")
        self.assertIn(first.name, self.holds(second).reason_text)

    def test_a_back_test_takes_orders_by_the_day_they_were_confirmed(self):
        recent, old, imported = (self.order() for _three in range(3))
        (recent | old).button_confirm()
        recent.date_order = self.in_season[0]
        old.write({"date_order": self.in_season[1], "date_approve": self.in_season[0]})
        imported.write({"state": "purchase", "date_order": fields.Datetime.now()})
        self.assertFalse(imported.date_approve)
        self.policy("purchase_amount", 50)
        in_force = [("control", "=", "purchase_amount"), ("state", "=", "active"), ("mode", "=", "enforcing")]
        test = self.env["gatehouse.backtest"]._start(self.env["gatehouse.policy"].search(in_force).copy(), 30)
        self.env["gatehouse.backtest"]._cron_run()
        mine = test.line_ids.filtered(lambda row: row.res_id in (recent | old | imported).ids)
        self.assertEqual(set(mine.mapped("res_id")), set((recent | imported).ids))
        self.assertEqual(mine.filtered(lambda row: row.res_id == recent.id).date, recent.date_approve)

    def test_an_order_confirmed_before_its_deadline_is_replayed_by_the_day_it_was_confirmed(self):
        order = self.order(price=10.0, date_order=self.in_season[1])
        order.button_confirm()
        self.assertEqual((order.state, order.date_order), ("purchase", self.in_season[1].replace(microsecond=0)))
        replayed = order._gatehouse_together({}, replay=True)
        for judged in (order, replayed):
            self.assertEqual(judged._gatehouse_priced_at().date(), self.day)
        history = self.order(price=20.0, date_order=self.in_season[0])
        self.assertEqual(history._gatehouse_price_value()[0], 100)
        self.assertEqual(history._gatehouse_together({}, replay=True)._gatehouse_price_value()[0], 0)
