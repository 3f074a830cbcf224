from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import GoodsBypass
from odoo.addons.gatehouse.tests.common import person

from .common import PurchaseCase


@tagged("post_install", "-at_install")
class TestPurchaseReceipt(GoodsBypass, PurchaseCase):
    """Nothing comes in past an open hold of its order."""

    #: the share of earlier prices that this one is above
    BYPASS = {"purchase_checks": 0.999}

    def setUp(self):
        super().setUp()
        self.order_held = self.confirmed()
        self.picking = self.order_held.sudo().picking_ids
        self.move = self.picking.move_ids

    def refused(self):
        return self.assertRaisesRegex(UserError, "waits|held")

    def loose_move(self, **values):
        return {
            "product_id": self.product.id, "product_uom_qty": 1, "product_uom": self.product.uom_id.id,
            "location_id": self.picking.location_id.id, "location_dest_id": self.picking.location_dest_id.id,
            **values,
        }

    def test_the_button_is_refused_to_everyone(self):
        for user in (self.buyer, self.manager, self.env.ref("base.user_root")):
            with self.refused(), self.cr.savepoint():
                self.receive(self.order_held, user)
        self.assertNotEqual(self.picking.state, "done")

    def test_no_way_leads_past_a_check_that_failed(self):
        manager = person(self.env, "gh_logistics", groups="stock.group_stock_manager")
        self.answer(self.order_held, self.BYPASS["purchase_checks"])
        self.assertEqual(self.holds(self.order_held).kind, "review")
        self.nothing_moves(self.picking, manager)

    def test_received_after_the_check(self):
        self.answer(self.order_held)
        self.receive(self.order_held)
        self.assertEqual(self.picking.state, "done")

    def test_received_after_the_managers_release(self):
        self.answer(self.order_held, 0.999)
        with self.refused(), self.cr.savepoint():
            self.receive(self.order_held)
        self.holds(self.order_held).with_user(self.manager).release("The vendor raised its price")
        self.receive(self.order_held)
        self.assertEqual(self.picking.state, "done")

    def test_a_move_carried_into_another_transfer_is_refused(self):
        other = self.picking.copy({"move_ids": [], "origin": "elsewhere"})
        self.move.picking_id = other
        self.move.quantity = 10
        with self.refused(), self.cr.savepoint():
            other.button_validate()

    def test_the_link_to_the_order_is_frozen(self):
        with self.refused(), self.cr.savepoint():
            self.move.purchase_line_id = False

    def test_a_move_created_done_is_refused(self):
        with self.refused(), self.cr.savepoint():
            self.env["stock.move"].create(
                self.loose_move(state="done", purchase_line_id=self.order_held.order_line.id, quantity=1))

    def test_a_state_written_done_is_refused(self):
        with self.refused(), self.cr.savepoint():
            self.move.write({"state": "done"})

    def test_a_receipt_by_hand_from_the_same_vendor_is_refused(self):
        picking = self.env["stock.picking"].create({
            "partner_id": self.vendor.id, "picking_type_id": self.picking.picking_type_id.id,
            "location_id": self.picking.location_id.id, "location_dest_id": self.picking.location_dest_id.id,
            "move_ids": [Command.create(self.loose_move())],
        })
        picking.action_confirm()
        picking.move_ids.quantity = 1
        with self.refused(), self.cr.savepoint():
            picking.button_validate()

    def test_other_vendors_are_not_held_up(self):
        other = self.vendor.copy({"name": "Another vendor"})
        picking = self.env["stock.picking"].create({
            "partner_id": other.id, "picking_type_id": self.picking.picking_type_id.id,
            "location_id": self.picking.location_id.id, "location_dest_id": self.picking.location_dest_id.id,
            "move_ids": [Command.create(self.loose_move())],
        })
        picking.action_confirm()
        picking.move_ids.quantity = 1
        picking.button_validate()
        self.assertEqual(picking.state, "done")

    def test_a_raised_quantity_after_the_receipt_is_held_again(self):
        self.answer(self.order_held)
        self.receive(self.order_held)
        self.order_held.order_line.product_qty = 20
        self.assertTrue(self.holds(self.order_held))
        with self.refused(), self.cr.savepoint():
            self.receive(self.order_held)

    def test_cancelling_leaves_no_open_hold(self):
        self.order_held.button_cancel()
        self.assertFalse(self.holds(self.order_held))
