from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import GatehouseCase


@tagged("post_install", "-at_install")
class TestBatch(GatehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.env.company.id)], limit=1)
        cls.product = cls.env["product.product"].create({"name": "Gate", "type": "consu", "is_storable": True})
        cls.env["stock.quant"]._update_available_quantity(cls.product, cls.warehouse.lot_stock_id, 100)
        cls.kind = cls.warehouse.out_type_id
        cls.held, cls.free = cls.delivery(), cls.delivery()

    @classmethod
    def delivery(cls):
        customers = cls.env.ref("stock.stock_location_customers")
        where = {"location_id": cls.warehouse.lot_stock_id.id, "location_dest_id": customers.id}
        picking = cls.env["stock.picking"].create(
            {
                "partner_id": cls.partner.id, "picking_type_id": cls.kind.id, **where,
                "move_ids": [
                    Command.create(
                        {"product_id": cls.product.id, "product_uom_qty": 2, "product_uom": cls.product.uom_id.id, **where}
                    )
                ],
            }
        )  # fmt: skip
        picking.action_confirm()
        picking.action_assign()
        return picking

    def hold(self, picking):
        return self.env["gatehouse.hold"]._place(
            picking, "manual", "review", "ship", reasons=[{"code": "manual", "text": "Customer asked to wait"}]
        )

    def batch(self, pickings):
        return self.env["stock.picking.batch"].create(
            {"picking_type_id": self.kind.id, "picking_ids": [Command.set(pickings.ids)]}
        )

    def test_held_transfer_is_refused_by_batch_and_wave_with_the_reason(self):
        self.hold(self.held)
        for action in (
            lambda: self.batch(self.held | self.free),
            lambda: self.held.write({"batch_id": self.batch(self.free).id}),
            lambda: self.held.move_line_ids._add_to_wave(),
        ):
            with self.assertRaisesRegex(UserError, "Customer asked to wait"), self.env.cr.savepoint():
                action()
            self.env.invalidate_all()
        self.batch(self.free).action_confirm()
        self.assertTrue(self.free.batch_id)

    def test_held_transfer_is_not_offered_to_a_batch(self):
        self.hold(self.held)
        batch = self.env["stock.picking.batch"].create({"picking_type_id": self.kind.id})
        self.assertIn(self.free, batch.allowed_picking_ids)
        self.assertNotIn(self.held, batch.allowed_picking_ids)

    def test_hold_takes_a_transfer_out_of_its_batch_and_the_others_go_on(self):
        batch = self.batch(self.held | self.free)
        batch.action_confirm()
        self.hold(self.held)
        self.assertFalse(self.held.batch_id)
        self.assertEqual(batch.picking_ids, self.free)
        self.assertIn("Customer asked to wait", batch.message_ids[0].body)
        batch.move_ids.picked = True
        batch.action_done()
        self.assertEqual(self.free.state, "done")
        self.assertEqual(self.held.state, "assigned")

    def test_batch_without_any_other_transfer_is_cancelled(self):
        batch = self.batch(self.held)
        batch.action_confirm()
        self.hold(self.held)
        self.assertEqual(batch.state, "cancel")

    def test_automatic_batch_waits_for_the_release(self):
        self.kind.write({"auto_batch": True, "batch_group_by_partner": True})
        hold = self.hold(self.held)
        self.held._find_auto_batch()
        self.assertFalse(self.held.batch_id)
        hold.with_user(self.operations).release("It may go")
        self.assertTrue(self.held.batch_id)
