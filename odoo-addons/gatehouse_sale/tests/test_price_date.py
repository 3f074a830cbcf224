import datetime

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import SaleCase


def days_from_now(days):
    return fields.Datetime.now() + datetime.timedelta(days=days)


@tagged("post_install", "-at_install")
class TestPriceDate(SaleCase):
    """Half price was asked in a promotion that ended, and will be in the next one: no date brings an order into either."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("base.group_user").implied_ids += cls.env.ref("product.group_product_pricelist")
        half = {"compute_price": "fixed", "fixed_price": 50.0}
        cls.promotions = cls.env["product.pricelist"].create(
            {
                "name": "Promotions",
                "item_ids": [
                    Command.create({**half, "date_start": days_from_now(-40), "date_end": days_from_now(-30)}),
                    Command.create({**half, "date_start": days_from_now(30), "date_end": days_from_now(40)}),
                ],
            }
        )  # fmt: skip
        cls.partner.property_product_pricelist = cls.promotions
        cls.in_promotion = (days_from_now(-35), days_from_now(35))

    def created(self, order, days):
        """As if it had been created that many days ago."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET create_date = %s WHERE id = %s", [days_from_now(-days), order.id])
        self.env.invalidate_all()
        return order

    def test_a_quotation_moved_into_a_promotion_is_measured_by_its_own_days(self):
        for date in self.in_promotion:
            order = self.created(self.order(price_unit=50.0), 10)
            order.date_order = date
            self.assertAlmostEqual(order._gatehouse_effective_discount(), 50)
            self.assertEqual(order._gatehouse_event_data()["lines"][0]["tier_price"], "100.00")
            with self.assertRaisesRegex(UserError, "limit is 40"):
                order.action_confirm()
            with self.assertRaisesRegex(UserError, "limit is 40"), self.env.cr.savepoint():
                order.write({"state": "sale", "date_order": date})

    def test_what_odoo_remembers_of_the_rule_of_another_date_does_not_count(self):
        order = self.order(price_unit=50.0, date_order=self.in_promotion[0])
        past = order.order_line.pricelist_item_id
        self.assertEqual(past.fixed_price, 50)
        self.assertAlmostEqual(order._gatehouse_effective_discount(), 50)
        self.assertEqual(order.order_line.pricelist_item_id, past, "Odoo's own price stays as it is")

    def test_a_set_is_measured_by_its_own_days_too(self):
        choice = self.env["product.combo"].create(
            {"name": "Gate of a set", "combo_item_ids": [Command.create({"product_id": self.product.id})]}
        )
        whole = self.env["product.product"].create(
            {"name": "Set", "type": "combo", "list_price": 100.0, "combo_ids": [Command.link(choice.id)], "taxes_id": [Command.clear()]}
        )
        order = self.order(date_order=self.in_promotion[0])
        order.order_line = [Command.clear(), Command.create({"product_id": whole.id, "product_uom_qty": 1})]
        part = {"product_id": self.product.id, "product_uom_qty": 1, "combo_item_id": choice.combo_item_ids.id, "linked_line_id": order.order_line.id}
        order.order_line = [Command.create({**part, "price_unit": 50.0})]
        self.assertEqual(order.order_line[1]._get_display_price(), 50)
        self.assertEqual(order.order_line[1]._gatehouse_tier_price(), 100)

    def test_an_offer_made_in_a_promotion_keeps_its_price_afterwards(self):
        order = self.created(self.order(price_unit=50.0), 36)
        order.date_order = self.in_promotion[0]
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_copy_of_such_an_offer_is_of_today(self):
        offer = self.created(self.order(price_unit=50.0), 36)
        offer.date_order = self.in_promotion[0]
        with self.assertRaisesRegex(UserError, "limit is 40"):
            offer.copy().action_confirm()

    def test_an_order_created_or_imported_with_an_old_date_is_measured_by_the_day_it_came(self):
        for date in self.in_promotion:
            with self.assertRaisesRegex(UserError, "limit is 40"), self.env.cr.savepoint():
                self.order(price_unit=50.0, date_order=date, state="sale")
            draft = self.order(price_unit=50.0, date_order=date)
            with self.assertRaisesRegex(UserError, "limit is 40"):
                draft.action_confirm()

    def test_a_confirmed_order_moved_into_a_promotion_is_edited_by_its_own_days(self):
        order = self.confirmed()
        for date in self.in_promotion:
            order.date_order = date
            with self.assertRaisesRegex(UserError, "limit is 40"), self.env.cr.savepoint():
                order.order_line.price_unit = 50.0
            order.invalidate_recordset()

    def test_an_amount_is_worth_what_it_is_on_its_own_days(self):
        abroad = self.env["res.currency"].create({"name": "GHD", "symbol": "G"})
        for days, rate in ((60, 100), (10, 1)):
            self.env["res.currency.rate"].create(
                {"name": days_from_now(-days).date(), "rate": rate, "currency_id": abroad.id, "company_id": self.env.company.id}
            )
        self.promotions.currency_id = abroad
        order = self.order()
        order.date_order = self.in_promotion[0]
        self.assertEqual(order.currency_id, abroad)
        self.assertAlmostEqual(order._gatehouse_amount(), order.amount_untaxed)

    def test_history_is_replayed_by_its_own_dates(self):
        order = self.confirmed()
        self.env.flush_all()
        self.env.cr.execute("UPDATE sale_order SET date_order = %s WHERE id = %s", [self.in_promotion[0], order.id])
        self.env.cr.execute("UPDATE sale_order_line SET price_unit = 50 WHERE order_id = %s", [order.id])
        self.env.invalidate_all()
        self.assertAlmostEqual(order._gatehouse_effective_discount(), 50, msg="it came today")
        self.assertAlmostEqual(order._gatehouse_together({}, replay=True)._gatehouse_effective_discount(), 0)
        self.assertAlmostEqual(order._gatehouse_together({})._gatehouse_effective_discount(), 50)
