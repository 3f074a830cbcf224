
from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import person

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestHeldGoods(SaleCase):
    """Held transfers are nobody's work: not ready, not reserved for ever, and nothing is bought for them."""

    def ready(self):
        return self.env["stock.picking"].search(
            [("state", "=", "assigned"), ("gatehouse_held", "=", False), ("picking_type_id", "=", self.warehouse.out_type_id.id)]
        )

    # -- lists ---------------------------------------------------------------------------------
    def test_held_transfer_leaves_the_ready_list_and_its_count_until_released(self):
        kind = self.warehouse.out_type_id
        before = kind.count_picking_ready, kind.count_gatehouse_held
        order = self.confirmed()
        picking = order.sudo().picking_ids
        self.assertEqual(picking.state, "assigned")
        self.assertTrue(picking.gatehouse_held)
        self.assertNotIn(picking, self.ready())
        kind.invalidate_recordset()
        self.assertEqual((kind.count_picking_ready, kind.count_gatehouse_held), (before[0], before[1] + 1))
        self.assertIn("Waiting for checks", picking.gatehouse_held_text)
        self.record(order, self.good_checks())
        self.assertIn(picking, self.ready())
        kind.invalidate_recordset()
        self.assertEqual((kind.count_picking_ready, kind.count_gatehouse_held), (before[0] + 1, before[1]))

    def test_ready_filter_of_the_warehouse_leaves_held_transfers_out(self):
        view = self.env["stock.picking"].get_view(self.env.ref("stock.view_picking_internal_search").id, "search")
        ready = view["arch"].split('name="available"')[1].split("/>")[0]
        self.assertIn("gatehouse_held", ready)

    # -- reservation ---------------------------------------------------------------------------
    def test_reservation_is_given_up_after_the_policys_hours_and_comes_back(self):
        order = self.confirmed()
        picking = order.sudo().picking_ids
        hold = self.holds(order)
        hold.policy_id._transition({"reserve_hours": 2.0})
        with freeze_time(fields.Datetime.add(hold.placed_at, hours=1)):
            self.env["gatehouse.hold"]._cron_unreserve()
        self.assertEqual(picking.move_ids.quantity, 2)
        with freeze_time(fields.Datetime.add(hold.placed_at, hours=3)):
            self.env["gatehouse.hold"]._cron_unreserve()
        self.assertEqual(picking.move_ids.quantity, 0)
        self.assertIn("free for other orders", "".join(picking.message_ids.mapped("body")))
        picking.action_assign()
        self.assertEqual(picking.move_ids.quantity, 0, "somebody else's goods now")
        self.record(order, self.good_checks())
        self.assertEqual(picking.move_ids.quantity, 2)
        self.assertFalse(picking.gatehouse_unreserved_at)

    def test_a_policy_without_hours_keeps_the_reservation(self):
        order = self.confirmed()
        hold = self.holds(order)
        hold.policy_id._transition({"reserve_hours": 0.0})
        with freeze_time(fields.Datetime.add(hold.placed_at, days=30)):
            self.env["gatehouse.hold"]._cron_unreserve()
        self.assertEqual(order.sudo().picking_ids.move_ids.quantity, 2)

    # -- procurement ---------------------------------------------------------------------------
    def bought(self, product):
        return sum(self.env["purchase.order.line"].search([("product_id", "=", product.id)]).mapped("product_qty"))

    def to_buy(self, **values):
        vendor = self.env["res.partner"].create({"name": "Vendor of the held"})
        return self.env["product.product"].create(
            {
                "name": "Bought", "type": "consu", "is_storable": True, "list_price": 10.0, "taxes_id": [Command.clear()],
                "seller_ids": [Command.create({"partner_id": vendor.id, "price": 5.0})],
                "route_ids": [Command.link(self.warehouse.buy_pull_id.route_id.id)],
                **values,
            }
        )  # fmt: skip

    def to_order(self):
        mto = self.env.ref("stock.route_warehouse0_mto")
        mto.active = True
        product = self.to_buy()
        product.route_ids = [Command.link(mto.id)]
        return product

    def order_of(self, product):
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "order_line": [Command.create({"product_id": product.id, "product_uom_qty": 7})]}
        )
        order.action_confirm()
        return order

    def test_goods_made_to_order_are_bought_when_the_order_is_released(self):
        product = self.to_order()
        order = self.order_of(product)
        self.assertTrue(self.holds(order))
        self.assertTrue(order.picking_ids.move_ids.gatehouse_procure_later)
        self.assertEqual(self.bought(product), 0)
        self.record(order, self.good_checks())
        self.assertEqual(self.bought(product), 7)
        self.assertFalse(order.picking_ids.move_ids.gatehouse_procure_later)

    def test_a_policy_may_procure_held_goods(self):
        self.env.ref("gatehouse_sale.policy_sale_checks")._transition({"procure_held": True})
        product = self.to_order()
        self.assertTrue(self.holds(self.order_of(product)))
        self.assertEqual(self.bought(product), 7)

    def test_what_cannot_be_bought_at_release_is_an_exception_and_keeps_the_release(self):
        product = self.to_order()
        order = self.order_of(product)
        self.env["stock.rule"].search([("action", "=", "buy")]).active = False
        self.record(order, self.good_checks())
        self.assertFalse(self.holds(order))
        self.assertTrue(self.env["gatehouse.exception"].search([("title", "like", f"{order.name} was released")]))

    def reordered(self):
        product = self.to_buy()
        self.env["stock.warehouse.orderpoint"].create(
            {"product_id": product.id, "location_id": self.warehouse.lot_stock_id.id, "product_min_qty": 0, "product_max_qty": 0}
        )
        return product

    def test_reordering_rules_count_held_demand_only_once_released(self):
        product = self.reordered()
        order = self.order_of(product)
        self.env["stock.rule"].run_scheduler(company_id=self.env.company.id)
        self.assertEqual(self.bought(product), 0)
        self.record(order, self.good_checks())
        self.assertEqual(self.bought(product), 7)

    # -- counting ------------------------------------------------------------------------------
    def test_reserved_goods_that_are_counted_away_are_no_shipment_and_the_order_stays_held(self):
        order = self.confirmed()
        move = order.sudo().picking_ids.move_ids
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.product.id), ("location_id", "=", self.warehouse.lot_stock_id.id)]
        )
        quant.with_context(inventory_mode=True).inventory_quantity = 0
        quant.action_apply_inventory()
        self.env.invalidate_all()
        counted = self.env["stock.move"].search([("product_id", "=", self.product.id), ("is_inventory", "=", True)])
        self.assertEqual((counted.state, counted.location_dest_id.usage), ("done", "inventory"))
        self.assertEqual((sum(quant.exists().mapped("quantity")), order.order_line.qty_delivered), (0, 0))
        self.assertTrue(self.holds(order))
        self.assertTrue(move.picking_id.gatehouse_held)
        move.write({"quantity": 2, "picked": True})
        with self.assertRaisesRegex(UserError, "waits"), self.env.cr.savepoint():
            move.picking_id.button_validate()

    # -- quantities without origin -------------------------------------------------------------
    def test_quantity_without_customer_waits_for_held_orders_of_the_item(self):
        self.confirmed()
        customers = self.env.ref("stock.stock_location_customers")
        quant = self.env["stock.quant"].search(
            [("product_id", "=", self.product.id), ("location_id", "=", self.warehouse.lot_stock_id.id)]
        )
        with self.assertRaisesRegex(UserError, "waits"), self.env.cr.savepoint():
            quant.move_quants(location_dest_id=customers)
        self.env.invalidate_all()
        quant.move_quants(location_dest_id=self.warehouse.lot_stock_id.copy({"name": "Elsewhere"}))

    def test_quantity_without_customer_leaves_when_no_order_of_the_item_is_held(self):
        order = self.confirmed()
        self.record(order, self.good_checks())
        quant = self.env["stock.quant"]._gather(self.product, self.warehouse.lot_stock_id)
        quant.move_quants(location_dest_id=self.env.ref("stock.stock_location_customers"))
        self.assertFalse(self.env["stock.quant"]._get_available_quantity(self.product, self.warehouse.lot_stock_id))

    # -- dropshipping and batches of transfers ---------------------------------------------------
    def test_dropshipped_goods_of_a_held_order_are_held(self):
        order = self.confirmed()
        move = self.env["stock.move"].create(
            {
                "product_id": self.product.id, "product_uom_qty": 2, "product_uom": self.product.uom_id.id,
                "location_id": self.env.ref("stock.stock_location_suppliers").id,
                "location_dest_id": self.env.ref("stock.stock_location_customers").id,
                "sale_line_id": order.order_line.id,
            }
        )  # fmt: skip
        move._action_confirm()
        move.write({"quantity": 2, "picked": True})
        with self.assertRaisesRegex(UserError, "waits"), self.env.cr.savepoint():
            move._action_done()

    def test_transfers_validated_together_are_refused_with_the_held_one(self):
        good, held = self.confirmed(), self.confirmed()
        self.record(good, self.good_checks())
        both = (good | held).sudo().picking_ids
        with self.assertRaisesRegex(UserError, held.name), self.env.cr.savepoint():
            both.button_validate()
        self.env.invalidate_all()
        self.assertNotIn("done", both.mapped("state"))

    def test_reordering_rules_count_a_released_part_and_not_the_rest(self):
        product = self.reordered()
        order = self.order_of(product)
        hold = self.holds(order)
        operations = self.env.ref("gatehouse.group_operations_manager")
        boss = person(self.env, "gatehouse_part_boss", groups="base.group_user,gatehouse.group_operations_manager")
        self.assertEqual(hold.role_id, operations)
        hold.with_user(boss).sudo(False).release_part({order.order_line.id: 3.0}, "Three are urgent")
        self.env["stock.rule"].run_scheduler(company_id=self.env.company.id)
        self.assertEqual(self.bought(product), 3)

    def test_reordering_rules_leave_what_a_person_holds_without_a_policy(self):
        product = self.reordered()
        order = self.order_of(product)
        role = self.env.ref("gatehouse.group_operations_manager").id
        self.env["gatehouse.hold"]._place(order, "manual", "review", "ship", role_ids=[role])
        self.record(order, self.good_checks())
        self.env["stock.rule"].run_scheduler(company_id=self.env.company.id)
        self.assertFalse(self.holds(order).policy_id)
        self.assertEqual(self.bought(product), 0)
