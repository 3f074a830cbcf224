
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import GoodsBypass
from odoo.addons.gatehouse.tests.common import person

from .common import PurchaseCase


@tagged("post_install", "-at_install")
class TestReceiptHold(GoodsBypass, PurchaseCase):
    """Goods of a blocked vendor, and goods that nobody ordered, stay at the door until somebody signs."""

    #: why the vendor is blocked; how many pieces come that nobody ordered
    BYPASS = {"receipt_vendor": "Rotten goods", "receipt_unordered": 6}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gatehouse.policy"].search([("state", "=", "active")])._transition({"mode": "off"})
        role = cls.env.ref("purchase.group_purchase_manager")
        for control, bound in (("receipt_vendor", 0.5), ("receipt_unordered", 50)):
            cls.env["gatehouse.policy"].create(
                {
                    "name": control, "control": control, "mode": "enforcing",
                    "band_ids": [
                        Command.create({"up_to": bound, "outcome": "pass"}),
                        Command.create({"outcome": "review", "role_id": role.id}),
                    ],
                }
            )._activate()  # fmt: skip
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.env.company.id)], limit=1)

    def by_hand(self, quantity):
        """A receipt without any order."""
        picking = self.env["stock.picking"].create(
            {
                "partner_id": self.vendor.id, "picking_type_id": self.warehouse.in_type_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": self.product.id, "product_uom_qty": quantity, "product_uom": self.product.uom_id.id,
                            "location_id": self.env.ref("stock.stock_location_suppliers").id,
                            "location_dest_id": self.warehouse.lot_stock_id.id,
                        }
                    )
                ],
            }
        )  # fmt: skip
        picking.action_confirm()
        return picking

    def held(self, picking):
        return self.env["gatehouse.hold"]._open_on("stock.picking", picking.ids)

    def take(self, picking, quantity):
        picking.move_ids.write({"quantity": quantity, "picked": True})
        return picking.with_context(skip_backorder=True).button_validate()

    def sign(self, picking):
        self.held(picking).with_user(self.manager).release("Agreed with the vendor")
        self.env.invalidate_all()

    def look_again(self):
        self.env["stock.picking"]._cron_gatehouse_goods()

    def test_ordered_goods_of_a_good_vendor_come_in(self):
        order = self.confirmed()
        self.assertFalse(self.held(order.picking_ids))
        self.receive(order)
        self.assertEqual(order.sudo().picking_ids.state, "done")

    def test_vendor_blocked_after_the_order(self):
        order = self.confirmed()
        picking = order.sudo().picking_ids
        self.vendor.sudo().gatehouse_purchase_block = "Rotten goods"
        self.look_again()
        self.assertTrue(picking.gatehouse_held)
        self.assertIn("Rotten goods", self.held(picking).reason_text)
        with self.assertRaisesRegex(UserError, "waits"), self.env.cr.savepoint():
            self.receive(order)
        self.vendor.sudo().gatehouse_purchase_block = False
        self.look_again()
        self.assertFalse(self.held(picking))

    def test_no_way_leads_past_them(self):
        stock = person(self.env, "gh_logistics", "stock.group_stock_manager")
        unordered = self.by_hand(self.BYPASS["receipt_unordered"])
        self.assertEqual(self.held(unordered).mapped("control"), ["receipt_unordered"])
        self.nothing_moves(unordered, stock)
        ordered = self.confirmed().sudo().picking_ids
        self.vendor.sudo().gatehouse_purchase_block = self.BYPASS["receipt_vendor"]
        self.nothing_moves(ordered, stock)
        self.look_again()
        self.assertEqual(self.held(ordered).mapped("control"), ["receipt_vendor"])
        self.nothing_moves(ordered, stock)

    def test_receipt_without_an_order_by_its_value(self):
        self.assertFalse(self.held(self.by_hand(5)))
        picking = self.by_hand(6)
        self.assertIn("6 × ", self.held(picking).reason_text)
        with self.assertRaisesRegex(UserError, "waits"), self.env.cr.savepoint():
            self.take(picking, 6)
        self.sign(picking)
        self.take(picking, 6)
        self.assertEqual(picking.state, "done")

    def test_more_than_was_signed_asks_again(self):
        picking = self.by_hand(6)
        self.sign(picking)
        answer = self.take(picking, 60)
        self.assertEqual(answer["tag"], "display_notification")
        self.assertTrue(self.held(picking))

    def test_more_than_was_ordered(self):
        order = self.confirmed()
        picking = order.sudo().picking_ids
        answer = self.take(picking, 20)
        self.assertEqual(answer["tag"], "display_notification")
        self.assertIn("10 × ", self.held(picking).reason_text)

    def test_parts_of_an_order_are_no_surplus(self):
        order = self.confirmed()
        self.take(order.sudo().picking_ids, 4)
        rest = order.sudo().picking_ids.filtered(lambda picking: picking.state != "done")
        self.take(rest, 6)
        self.assertEqual(rest.state, "done")
        self.assertFalse(self.held(order.sudo().picking_ids))

    def test_goods_sent_back_to_the_vendor_are_no_receipt(self):
        order = self.confirmed()
        self.receive(order)
        picking = order.sudo().picking_ids
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.quantity = 10
        back = wizard._create_return()
        self.assertFalse(self.held(back))
        self.take(back, 10)
        self.assertEqual(back.state, "done")
