import datetime

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PurchaseCase


@tagged("post_install", "-at_install")
class TestPurchaseRules(PurchaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.listed = cls.env["product.supplierinfo"].create(
            {"partner_id": cls.vendor.id, "product_tmpl_id": cls.product.product_tmpl_id.id, "price": 10.0, "min_qty": 5}
        )

    def policy(self, control, pass_up_to, review_up_to=0):
        role = self.env.ref("purchase.group_purchase_manager")
        bands = [
            Command.create({"up_to": pass_up_to, "outcome": "pass"}),
            Command.create({"up_to": review_up_to, "outcome": "review", "role_id": role.id}),
        ]
        if review_up_to:
            bands.append(Command.create({"outcome": "forbid"}))
        policy = self.env["gatehouse.policy"].create(
            {"name": control, "control": control, "mode": "enforcing", "band_ids": bands}
        )
        policy._activate()

    def test_a_policy_for_a_sales_team_is_refused_as_no_purchase_has_one(self):
        self.manager.group_ids = [Command.link(self.env.ref("gatehouse.group_policy_author").id)]
        policy = self.env["gatehouse.policy"].with_user(self.manager).create(
            {
                "name": "Spend of the north", "control": "purchase_amount", "band_ids": [Command.create({"outcome": "pass"})],
                "team_id": self.env["crm.team"].create({"name": "North"}).id, "warehouse_id": self.env["stock.warehouse"].search([], limit=1).id,
            }
        )  # fmt: skip
        with self.assertRaisesRegex(UserError, '"Purchase: spend" judges has no sales team, so it would never apply to North: leave'):
            policy.action_submit()
        policy.team_id = False
        policy.action_submit()
        self.assertEqual(policy.state, "in_review")

    def test_a_vendor_not_approved_for_the_item_is_reviewed_and_a_mended_list_lets_it_go(self):
        self.policy("purchase_supplier", 1, 100)
        self.confirmed()
        stranger = self.env["res.partner"].create({"name": "Stranger"})
        order = self.order(partner_id=stranger.id)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.sudo().write({"state": "purchase"})
        order.invalidate_recordset()
        order.button_confirm()
        hold = self.holds(order)
        self.assertIn("Stranger is not approved for [GATE-BOLT] Gate bolt", hold.reason_text)
        self.listed.copy({"partner_id": stranger.id})
        self.env["purchase.order"]._cron_gatehouse_recheck()
        self.assertEqual((hold.state, order.state), ("released", "purchase"))

    def test_below_the_minimum_quantity_is_not_on_the_list(self):
        self.policy("purchase_supplier", 1, 100)
        order = self.order(quantity=2)
        order.button_confirm()
        self.assertIn("below the minimum quantity", self.holds(order).reason_text)

    def test_fewer_than_the_vendors_minimum_after_the_confirmation_hold_the_receipt(self):
        self.policy("purchase_supplier", 1, 100)
        order = self.confirmed(quantity=10)
        order.order_line.product_qty = 6
        self.assertFalse(self.holds(order).filtered(lambda hold: hold.kind == "review"))
        order.order_line.product_qty = 2
        self.assertIn("below the minimum quantity", self.holds(order).filtered(lambda hold: hold.kind == "review").reason_text)

    def test_a_blocked_vendor_is_refused_with_the_reason(self):
        self.policy("purchase_supplier", 1, 100)
        self.vendor.gatehouse_purchase_block = "quality claims"
        with self.assertRaisesRegex(UserError, "quality claims"):
            self.order().button_confirm()

    def test_a_price_above_the_vendors_list_is_reviewed(self):
        self.policy("purchase_price", 2)
        self.confirmed(price=10.1)
        order = self.order(price=12.0)
        order.button_confirm()
        self.assertIn("at 12.00, the vendor's price is 10.00", self.holds(order).reason_text)

    def test_a_list_price_in_a_currency_without_a_rate_is_no_price_to_pass_by(self):
        self.policy("purchase_price", 2)
        self.listed.currency_id = self.env["res.currency"].create({"name": "XGT", "symbol": "G"})
        order = self.order(price=9.0)
        order.button_confirm()
        self.assertIn("is in XGT, which has no exchange rate", self.holds(order).reason_text)
        self.assertEqual(order.state, "draft")

    def alerts(self, kind):
        self.env["purchase.order"]._cron_gatehouse_lead_times()
        return self.env["gatehouse.exception"].search([("key", "=like", f"{kind}:%"), ("state", "=", "open")])

    def test_an_overdue_receipt_is_reported_once_and_closed_when_it_arrives(self):
        order = self.confirmed()
        mine = lambda: self.alerts("receipt_overdue").filtered(lambda row: row.res_id == order.id)  # noqa: E731
        self.assertFalse(mine())
        order.sudo().order_line.date_planned = fields.Datetime.now() - datetime.timedelta(days=3)
        alert = mine()
        self.assertIn("3 days overdue", alert.detail)
        self.assertEqual(mine().occurrences, 1)
        self.receive_all(order)
        self.assertFalse(mine())
        self.assertEqual(alert.state, "resolved")

    def test_an_order_that_cannot_come_on_its_date_is_reported_before_and_after_it_is_confirmed(self):
        record = {self.vendor.id: (0.0, 20.0)}
        self.patch(type(self.env["purchase.order"]), "_gatehouse_vendor_record", lambda self, vendors: record)
        late, in_time = self.order(), self.order()
        mine = lambda order: self.alerts("order_late").filtered(lambda row: row.res_id == order.id)  # noqa: E731
        for order, days in ((late, 5), (in_time, 30)):
            order.order_line.date_planned = fields.Datetime.now() + datetime.timedelta(days=days)
        self.assertIn("usually takes 20 days", mine(late).detail)
        self.assertFalse(mine(in_time))
        late.button_confirm()
        self.assertEqual(late.state, "purchase")
        self.assertIn("Confirmed on", mine(late).detail)
        self.receive_all(late)
        self.assertFalse(mine(late))

    def test_it_says_a_day_as_people_do(self):
        said = self.env["purchase.order"]._gatehouse_days_text
        self.assertEqual([said(days) for days in (0.1, 1.2, 3.0)], ["less than a day", "1 day", "3 days"])

    def receive_all(self, order):
        self.answer(order)
        self.receive(order, self.env.user)

    def test_lateness_is_measured_against_the_vendors_own_record(self):
        for _nth in range(5):
            order = self.confirmed()
            self.receive_all(order)
            order.sudo().order_line.date_planned = fields.Datetime.now() - datetime.timedelta(days=10)
            order.sudo().picking_ids.move_ids.date = fields.Datetime.now()
        record = self.env["purchase.order"]._gatehouse_vendor_record(self.vendor)
        self.assertAlmostEqual(record[self.vendor.id][0], 10, places=1)
        order = self.confirmed()
        order.sudo().order_line.date_planned = fields.Datetime.now() - datetime.timedelta(days=6)
        self.assertFalse(self.alerts("receipt_overdue").filtered(lambda row: row.res_id == order.id))
        order.sudo().order_line.date_planned = fields.Datetime.now() - datetime.timedelta(days=16)
        self.assertTrue(self.alerts("receipt_overdue").filtered(lambda row: row.res_id == order.id))
