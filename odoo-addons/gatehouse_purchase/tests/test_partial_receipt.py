from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PurchaseCase


@tagged("post_install", "-at_install")
class TestPartialReceipt(PurchaseCase):
    def test_a_part_of_a_held_order_comes_in_and_the_rest_waits(self):
        order = self.confirmed()
        self.answer(order, 0.999)
        hold = self.holds(order)
        hold.with_user(self.manager).release_part({order.order_line.id: 4}, "Production stands still")
        free = order.sudo().picking_ids.filtered(lambda picking: not picking.gatehouse_held)
        self.assertEqual(free.move_ids.product_uom_qty, 4)
        free.move_ids.write({"quantity": 5, "picked": True})
        with self.assertRaisesRegex(UserError, "waits"), self.env.cr.savepoint():
            free.button_validate()
        self.env.invalidate_all()
        free.move_ids.write({"quantity": 4, "picked": True})
        free.button_validate()
        self.assertEqual(order.order_line.qty_received, 4)
        rest = order.sudo().picking_ids - free
        self.assertTrue(rest.gatehouse_held)
        rest.move_ids.write({"quantity": 6, "picked": True})
        with self.assertRaisesRegex(UserError, "waits"), self.env.cr.savepoint():
            rest.button_validate()

    def test_a_receipt_without_a_vendor_waits_for_held_orders_of_the_item(self):
        order = self.confirmed()
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id, "product_uom_qty": 1, "product_uom": self.product.uom_id.id,
                "location_id": order.sudo().picking_ids.location_id.id,
                "location_dest_id": order.sudo().picking_ids.location_dest_id.id,
            }
        )  # fmt: skip
        move._action_confirm()
        move.write({"quantity": 1, "picked": True})
        with self.assertRaisesRegex(UserError, "waits|held"), self.env.cr.savepoint():
            move._action_done()
