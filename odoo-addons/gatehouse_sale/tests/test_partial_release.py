from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestPartialRelease(SaleCase):
    """A manager lets some lines go, or goods up to a value; the rest stays held, by whichever path."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["product.product"].create(
            {"name": "Fence", "default_code": "FENCE", "type": "consu", "is_storable": True, "list_price": 30.0, "taxes_id": []}
        )
        cls.env["stock.quant"]._update_available_quantity(cls.second, cls.warehouse.lot_stock_id, 1000)

    def setUp(self):
        super().setUp()
        self.order_held = self.order(quantity=5)
        self.order_held.order_line = [Command.create({"product_id": self.second.id, "product_uom_qty": 4, "price_unit": 30.0})]
        self.order_held.action_confirm()
        checks = self.good_checks()
        checks[3] = self.check("account_data", active=0)
        self.record(self.order_held, checks)
        self.hold = self.holds(self.order_held)
        self.gate, self.fence = self.order_held.order_line

    def release(self, quantities, user=None):
        self.hold.with_user(user or self.manager).release_part(quantities, "The customer needs it today")
        self.env.invalidate_all()

    def pickings(self, held):
        return self.order_held.sudo().picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel") and picking.gatehouse_held == held
        )

    def refused(self, action, *args):
        with self.assertRaisesRegex(UserError, "waits"), self.env.cr.savepoint():
            action(*args)
        self.env.invalidate_all()

    def test_released_line_ships_and_the_rest_waits_in_a_transfer_of_its_own(self):
        self.release({self.gate.id: 5})
        free, held = self.pickings(False), self.pickings(True)
        self.assertEqual(free.move_ids.product_id, self.product)
        self.assertEqual(held.move_ids.product_id, self.second)
        self.assertEqual(free.state, "assigned")
        free.button_validate()
        self.assertEqual(free.state, "done")
        self.assertEqual(self.gate.qty_delivered, 5)
        self.refused(held.button_validate)
        self.assertEqual(self.hold.state, "open")
        self.assertIn("5 × ", held.gatehouse_held_text)

    def test_released_quantity_splits_the_line_and_no_more_of_it_ships(self):
        self.release({self.gate.id: 2})
        free = self.pickings(False)
        self.assertEqual(free.move_ids.product_uom_qty, 2)
        self.assertEqual(free.move_ids.quantity, 2)
        free.move_ids.quantity = 3
        self.refused(free.button_validate)
        free.move_ids.quantity = 2
        free.button_validate()
        self.assertEqual(self.gate.qty_delivered, 2)
        for move in self.pickings(True).move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
            self.refused(move._action_done)
            self.refused(move.write, {"state": "done"})

    def test_back_order_of_a_released_part_stays_within_it(self):
        self.release({self.gate.id: 4})
        free = self.pickings(False)
        free.move_ids.write({"quantity": 1, "picked": True})
        free.with_context(skip_backorder=True).button_validate()
        self.assertEqual(self.gate.qty_delivered, 1)
        rest = self.pickings(False)
        self.assertEqual(rest.move_ids.product_uom_qty, 3)
        rest.move_ids.write({"quantity": 4, "picked": True})
        self.refused(rest.button_validate)
        rest.move_ids.write({"quantity": 3, "picked": True})
        rest.button_validate()
        self.assertEqual(self.gate.qty_delivered, 4)

    def test_value_up_to_a_cap_takes_whole_units_in_the_orders_sequence(self):
        released = self.hold.with_user(self.manager).release_value(575.0, "Up to his deposit")
        self.assertEqual(released, {self.gate.id: 5, self.fence.id: 2})
        self.assertEqual(sum(self.hold.part_ids.mapped("amount")), 560.0)
        with self.assertRaisesRegex(UserError, "Not one unit"):
            self.hold.with_user(self.manager).release_value(10.0, "Ten more")

    def test_two_parts_add_up_and_never_beyond_the_line(self):
        self.release({self.gate.id: 2})
        self.release({self.gate.id: 3})
        with self.assertRaisesRegex(ValidationError, "no held line"):
            self.release({self.gate.id: 1})
        with self.assertRaisesRegex(UserError, "only 4 are still held"):
            self.release({self.fence.id: 5})

    def test_only_who_may_release_the_whole(self):
        with self.assertRaises(AccessError):
            self.release({self.gate.id: 1}, self.seller)
        with self.assertRaises(AccessError):
            self.release({self.gate.id: 1}, self.env.ref("base.user_root"))
        with self.assertRaises(AccessError):
            self.env["gatehouse.hold.part"].with_user(self.manager).create(
                {"hold_id": self.hold.id, "line_id": self.gate.id, "name": "x", "quantity": 9, "reason": "x"}
            )

    def test_bad_parts_are_refused_with_the_line(self):
        for quantities, text in (({}, "at least one"), ({self.gate.id: 0}, "above 0"), ({0: 1}, "no held line"),
                                 ({self.gate.id: "1"}, "above 0"), ({self.gate.id: float("nan")}, "above 0"), ("all", "at least one")):
            with self.assertRaisesRegex(ValidationError, text):
                self.hold.with_user(self.manager).release_part(quantities, "because")
        with self.assertRaisesRegex(ValidationError, "reason"):
            self.hold.with_user(self.manager).release_part({self.gate.id: 1}, " ")

    def test_moves_that_are_no_line_of_the_order_are_not_covered(self):
        self.release({self.gate.id: 5})
        scrap = self.env["stock.scrap"].create(
            {"product_id": self.product.id, "scrap_qty": 1, "picking_id": self.pickings(False).id,
             "location_id": self.warehouse.lot_stock_id.id}
        )
        self.refused(scrap.do_scrap)

    def test_raised_quantity_of_a_shipped_part_is_held(self):
        self.release({self.gate.id: 2})
        free = self.pickings(False)
        free.button_validate()
        self.refused(free.move_ids.write, {"quantity": 5})
        self.refused(free.move_ids.move_line_ids.write, {"quantity": 5})

    def test_confirmation_is_released_as_a_whole(self):
        order = self.order(discount=20)
        order.action_confirm()
        hold = self.holds(order)
        with self.assertRaisesRegex(UserError, "as a whole"):
            hold.with_user(self.manager).release_part({order.order_line.id: 1}, "because")

    def test_full_release_afterwards_frees_the_rest(self):
        self.release({self.gate.id: 5})
        self.hold.with_user(self.manager).release("Paid")
        self.env.invalidate_all()
        self.assertFalse(self.pickings(True))
        self.pickings(False).button_validate()
        self.assertEqual(self.fence.qty_delivered, 4)

    def test_the_log_and_the_order_tell_what_was_released(self):
        self.release({self.gate.id: 2})
        decision = self.env["gatehouse.decision"].search([], limit=9).filtered(lambda row: row.action == "hold_released_in_part")[:1]
        self.assertEqual(decision.content["lines"][0]["quantity"], 2)
        self.assertEqual(decision.content["amount"], 200.0)
        self.assertIn("released a part", self.order_held.message_ids[0].body)
