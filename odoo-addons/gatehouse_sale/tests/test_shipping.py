from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import GoodsBypass
from odoo.addons.gatehouse.tests.common import person

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestShipping(GoodsBypass, SaleCase):
    """Nothing leaves past an open hold, whichever way it is tried and whoever tries."""

    #: the share of earlier discounts that this one is above
    BYPASS = {"sale_checks": 0.999}

    def setUp(self):
        super().setUp()
        self.held = self.confirmed()
        self.picking = self.held.picking_ids.sudo()
        self.move = self.picking.move_ids
        self.customers = self.env.ref("stock.stock_location_customers")

    def refused(self, action, *args):
        with self.assertRaisesRegex(UserError, "waits"), self.env.cr.savepoint():
            action(*args)
        self.env.invalidate_all()

    def shipped(self, order):
        self.record(order, self.good_checks())
        order.picking_ids.sudo().button_validate()
        self.assertEqual(order.picking_ids.state, "done")
        return order.picking_ids.sudo().move_ids

    def free_move(self, **values):
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id,
                "product_uom_qty": 1,
                "product_uom": self.product.uom_id.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.customers.id,
                **values,
            }
        )
        move._action_confirm()
        move.write({"quantity": 1, "picked": True})
        return move

    def test_no_way_leads_past_a_check_that_failed(self):
        manager = person(self.env, "gatehouse_logistics", groups="stock.group_stock_manager")
        unusual = self.check("discount_anomaly", "sidecar", anomaly=0.9, anomaly_percentile=self.BYPASS["sale_checks"])
        self.record(self.held, [unusual, *self.good_checks()[1:]])
        self.assertEqual(self.holds(self.held).kind, "review")
        self.nothing_moves(self.picking, manager)

    def test_transfer_moves_and_lines(self):
        self.refused(self.picking.button_validate)
        self.move.picked = True
        self.refused(self.picking._action_done)
        self.refused(self.move._action_done)
        self.refused(self.move.move_line_ids._action_done)
        self.refused(self.move.write, {"state": "done"})

    def test_move_created_done(self):
        self.refused(
            self.env["stock.move"].create,
            {
                "product_id": self.product.id,
                "product_uom_qty": 1,
                "product_uom": self.product.uom_id.id,
                "state": "done",
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.customers.id,
                "sale_line_id": self.held.order_line.id,
            },
        )

    def test_move_carried_to_another_transfer(self):
        other = self.confirmed()
        self.record(other, self.good_checks())
        transfer = other.picking_ids.sudo()
        self.move.write({"picking_id": transfer.id})
        transfer.move_ids.picked = True
        self.refused(transfer.button_validate)

    def test_cleared_sale_line_is_frozen(self):
        self.refused(self.move.write, {"sale_line_id": False})
        self.refused(self.move.write, {"reference_ids": [Command.clear()]})

    def test_raised_quantity_after_confirm(self):
        order = self.confirmed()
        self.record(order, self.good_checks())
        order.order_line.product_uom_qty = 5
        self.refused(order.picking_ids.sudo().button_validate)
        self.record(order, self.good_checks())
        order.picking_ids.sudo().button_validate()
        self.assertEqual(order.order_line.qty_delivered, 5)

    def test_edited_done_line_and_line_on_a_done_transfer(self):
        order = self.confirmed()
        move = self.shipped(order)
        order.action_recheck()
        self.env["gatehouse.hold"]._place(
            order, "sale_checks", "review", "ship", reasons=[{"code": "x", "text": "late"}]
        )
        self.refused(move.move_line_ids.write, {"quantity": 9})
        self.refused(
            self.env["stock.move.line"].create,
            {
                "move_id": move.id,
                "picking_id": move.picking_id.id,
                "product_id": self.product.id,
                "quantity": 3,
                "product_uom_id": self.product.uom_id.id,
                "location_id": move.location_id.id,
                "location_dest_id": move.location_dest_id.id,
            },
        )
        self.refused(move.write, {"quantity": 9})

    def test_delivery_by_hand_to_the_same_customer(self):
        move = self.free_move(partner_id=self.partner.id)
        self.refused(move._action_done)
        stranger = self.env["res.partner"].create({"name": "Somebody else"})
        self.free_move(partner_id=stranger.id)._action_done()

    def test_scrap_from_the_held_transfer(self):
        scrap = self.env["stock.scrap"].create(
            {
                "product_id": self.product.id,
                "scrap_qty": 1,
                "picking_id": self.picking.id,
                "location_id": self.warehouse.lot_stock_id.id,
            }
        )
        self.refused(scrap.do_scrap)

    def test_late_failure_after_shipping_opens_an_exception(self):
        order = self.confirmed()
        self.shipped(order)
        order.action_recheck()
        self.assertFalse(self.holds(order))
        checks = self.good_checks()
        checks[3] = self.check("account_data", active=0)
        self.record(order, checks)
        self.assertFalse(self.holds(order))
        late = [("res_model", "=", "sale.order"), ("res_id", "=", order.id), ("title", "like", "left before")]
        exception = self.env["gatehouse.exception"].search(late)
        self.assertIn("call them back", exception.detail)
        order.action_recheck()
        self.record(order, checks)
        self.assertEqual((self.env["gatehouse.exception"].search(late), exception.occurrences), (exception, 2), "asked again it counts")

    def test_returns_come_in(self):
        order = self.confirmed()
        self.shipped(order)
        self.env["gatehouse.hold"]._place(
            order, "sale_checks", "review", "ship", reasons=[{"code": "x", "text": "late"}]
        )
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=order.picking_ids.id, active_model="stock.picking")
            .create({"picking_id": order.picking_ids.id})
        )
        wizard.product_return_moves.quantity = 1
        back = wizard._create_return()
        back.move_ids.write({"quantity": 1, "picked": True})
        back.button_validate()
        self.assertEqual(back.state, "done")
