from odoo import Command
from odoo.addons.gatehouse.tests.common import GatehouseCase, person


class StockCase(GatehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner.write(
            {"email": "buyer@customer.example", "street": "Way 1", "city": "Bonn", "country_id": cls.env.ref("base.de").id}
        )
        cls.worker = person(cls.env, "gatehouse_worker", groups="stock.group_stock_user")
        cls.product = cls.env["product.product"].create(
            {"name": "Gate", "type": "consu", "is_storable": True, "list_price": 100.0, "weight": 2.0}
        )
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.env.company.id)], limit=1)
        cls.env["stock.quant"]._update_available_quantity(cls.product, cls.warehouse.lot_stock_id, 10)
        # holds are not what is tested here
        cls.env["gatehouse.policy"].search([("state", "=", "active")])._transition({"mode": "off"})
        cls.env["gatehouse.message.rule"].with_context(active_test=False).search([]).active = True

    def delivery(self, quantity=4):
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner.id,
                "order_line": [Command.create({"product_id": self.product.id, "product_uom_qty": quantity})],
            }
        )
        order.action_confirm()
        return order.picking_ids

    def ship(self, picking, quantity=None):
        picking.move_ids.write({"quantity": quantity or picking.move_ids.product_uom_qty, "picked": True})
        action = picking.button_validate()
        if isinstance(action, dict) and action.get("res_model") == "stock.backorder.confirmation":
            wizard = self.env["stock.backorder.confirmation"].with_context(**action["context"])
            wizard.create({"pick_ids": [Command.set(picking.ids)]}).process()
        self.assertEqual(picking.state, "done")

    def events(self, picking, event_type):
        return self.env["gatehouse.event"].search(
            [("res_model", "=", "stock.picking"), ("res_id", "=", picking.id), ("type", "=", event_type)]
        )
