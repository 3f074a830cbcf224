from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import GoodsBypass
from odoo.addons.gatehouse.tests.common import person

from .common import StockCase


@tagged("post_install", "-at_install")
class TestShipmentHold(GoodsBypass, StockCase):
    """Deliveries that a policy holds by customer, carrier, country or debt, whatever the order's own holds say."""

    #: days that an invoice of the customer is overdue
    BYPASS = {"stock_shipment": 45}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls.env.ref("account.group_account_manager")
        cls.finance = person(cls.env, "gatehouse_finance", groups="account.group_account_manager,stock.group_stock_user")

    def policy(self, bands=None, **values):
        policy = self.env["gatehouse.policy"].create(
            {
                "name": "Shipments", "control": "stock_shipment", "mode": "enforcing",
                "band_ids": bands or [Command.create({"outcome": "review", "role_id": self.role.id})],
                **values,
            }
        )  # fmt: skip
        policy._activate()
        return policy

    def debt_policy(self, **values):
        return self.policy(
            [
                Command.create({"up_to": 30, "outcome": "pass"}),
                Command.create({"up_to": 90, "outcome": "review", "role_id": self.role.id}),
                Command.create({"outcome": "forbid"}),
            ],
            **values,
        )

    def invoice(self, days):
        """An open invoice of the customer that was due so many days ago."""
        day = fields.Date.subtract(fields.Date.today(), days=days)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice", "partner_id": self.partner.id, "invoice_date": day, "invoice_date_due": day,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": 100.0, "tax_ids": []})],
            }
        )  # fmt: skip
        invoice.action_post()
        return invoice

    def holds(self, picking, state="open"):
        return self.env["gatehouse.hold"].search(
            [("res_model", "=", "stock.picking"), ("res_id", "=", picking.id), ("state", "=", state)]
        )

    def refused(self, picking, text="waits"):
        picking.move_ids.write({"quantity": picking.move_ids.product_uom_qty, "picked": True})
        with self.assertRaisesRegex(UserError, text), self.env.cr.savepoint():
            picking.move_ids._action_done()
        self.env.invalidate_all()

    def sign(self, picking):
        self.holds(picking).with_user(self.finance).release("He called")
        self.env.invalidate_all()

    def test_customer_with_the_tag_is_held_and_ships_when_signed(self):
        tag = self.env["res.partner.category"].create({"name": "Export control"})
        self.policy(partner_tag_id=tag.id)
        free = self.delivery()
        self.assertFalse(self.holds(free))
        self.partner.category_id = tag
        picking = self.delivery()
        self.assertTrue(picking.gatehouse_held)
        told = [policy["applies"] for row in picking.with_user(self.finance).gatehouse_explain() for policy in row["policies"]]
        self.assertIn(True, told, "the button Policies names the policy that holds it")
        self.refused(picking)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            picking.with_user(self.worker).button_validate()
        self.sign(picking)
        self.assertFalse(picking.gatehouse_held)
        self.ship(picking)

    def test_country_of_the_address(self):
        self.policy(country_id=self.env.ref("base.fr").id)
        self.assertFalse(self.holds(self.delivery()))
        self.partner.country_id = self.env.ref("base.fr")
        self.assertTrue(self.holds(self.delivery()))

    def test_carrier_and_a_change_of_it(self):
        service = self.env["product.product"].create({"name": "Express", "type": "service"})
        express, post = self.env["delivery.carrier"].create(
            [{"name": name, "product_id": service.id} for name in ("Express", "Post")]
        )
        self.policy(carrier_id=express.id)
        picking = self.delivery()
        self.assertFalse(self.holds(picking))
        picking.carrier_id = express
        self.assertTrue(self.holds(picking))
        picking.carrier_id = post
        self.assertFalse(self.holds(picking))
        picking.carrier_id = express
        self.sign(picking)
        self.ship(picking)

    def test_overdue_customer_by_days_and_a_payment_frees_it(self):
        self.debt_policy()
        self.invoice(20)
        self.assertFalse(self.holds(self.delivery()))
        late = self.invoice(45)
        picking = self.delivery()
        hold = self.holds(picking)
        self.assertIn("45 days late", hold.reason_text)
        self.assertIn(late.name, hold.reason_text)
        self.env["account.payment.register"].with_context(active_model="account.move", active_ids=late.ids).create({})._create_payments()
        picking._gatehouse_judge_goods()
        self.assertEqual(hold.state, "released")
        self.ship(picking)

    def test_the_days_are_the_same_in_every_time_zone(self):
        self.debt_policy()
        self.invoice(45)
        # at any hour it is another day than in UTC in one of them
        for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
            picking = self.delivery().with_context(tz=zone)
            self.assertEqual(picking._gatehouse_overdue_value()[0], 45.0)

    def test_customer_who_became_overdue_after_the_order_is_held_at_the_door(self):
        self.debt_policy()
        picking = self.delivery()
        self.assertFalse(self.holds(picking))
        self.invoice(45)
        picking.move_ids.write({"quantity": 4, "picked": True})
        answer = picking.button_validate()
        self.assertEqual(answer["tag"], "display_notification")
        self.assertIn("45 days late", answer["params"]["message"])
        self.assertEqual(picking.state, "assigned")
        self.assertTrue(self.holds(picking))

    def test_move_done_by_a_call_is_judged_without_any_hold(self):
        self.debt_policy()
        picking = self.delivery()
        self.invoice(45)
        self.assertFalse(self.holds(picking))
        self.refused(picking, "needs a review")

    def test_no_way_leads_past_it(self):
        self.debt_policy()
        picking = self.delivery()
        manager = person(self.env, "gatehouse_logistics", groups="stock.group_stock_manager")
        for days in self.BYPASS.values():
            self.invoice(days)
            self.nothing_moves(picking, manager)
            picking._gatehouse_judge_goods()
            self.assertTrue(self.holds(picking))
            self.nothing_moves(picking, manager)

    def test_too_late_is_forbidden(self):
        self.debt_policy()
        picking = self.delivery()
        self.invoice(200)
        self.refused(picking, "is forbidden")

    def test_back_order_of_a_signed_delivery_is_judged_by_itself(self):
        self.policy()
        picking = self.delivery()
        self.sign(picking)
        self.ship(picking, 1)
        back = picking.backorder_ids
        self.assertTrue(self.holds(back))
        self.refused(back)

    def test_who_asked_for_the_order_does_not_sign_its_delivery(self):
        self.policy()
        order = self.env["sale.order"].with_user(self.finance).sudo().create(
            {
                "partner_id": self.partner.id, "user_id": self.finance.id,
                "order_line": [Command.create({"product_id": self.product.id, "product_uom_qty": 1})],
            }
        )  # fmt: skip
        order.action_confirm()
        hold = self.holds(order.picking_ids)
        self.assertIn(self.finance, hold.requester_ids)
        self.assertFalse(hold.with_user(self.finance).can_release)

    def test_observed_policy_holds_nothing_and_is_counted(self):
        policy = self.debt_policy(mode="observing")
        self.invoice(45)
        picking = self.delivery()
        self.assertFalse(self.holds(picking))
        self.ship(picking)
        self.assertEqual(policy._observed_numbers()["review"], 1)

    def test_goods_coming_back_are_no_shipment(self):
        self.policy()
        picking = self.delivery()
        self.sign(picking)
        self.ship(picking)
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        self.assertFalse(self.holds(back))
        back.move_ids.write({"quantity": 1, "picked": True})
        back.button_validate()
        self.assertEqual(back.state, "done")

    def test_carrier_goes_by_name_through_policy_files(self):
        service = self.env["product.product"].create({"name": "Express", "type": "service"})
        carrier = self.env["delivery.carrier"].create({"name": "Night express", "product_id": service.id})
        document = self.policy(carrier_id=carrier.id)._to_document()
        self.assertEqual(document["carrier"], "Night express")
        values, _shown = self.env["gatehouse.policy"]._from_document(document)
        self.assertEqual(values["carrier_id"], carrier.id)
