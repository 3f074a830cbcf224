from odoo import Command
from odoo.addons.gatehouse.tests.common import GatehouseCase, people


class SaleCase(GatehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller, cls.manager = people(cls.env, {
            "gatehouse_seller": "sales_team.group_sale_salesman,stock.group_stock_user",
            "gatehouse_manager": "sales_team.group_sale_manager",
        })
        cls.product = cls.env["product.product"].create(
            {
                "name": "Gate",
                "default_code": "GATE",
                "type": "consu",
                "is_storable": True,
                "list_price": 100.0,
                "weight": 2.0,
                "taxes_id": [Command.clear()],
            }
        )
        cls.warehouse = cls.env["stock.warehouse"].search([("company_id", "=", cls.env.company.id)], limit=1)
        cls.env["stock.quant"]._update_available_quantity(cls.product, cls.warehouse.lot_stock_id, 10000)

    def order(self, quantity=2, **values):
        line = {"product_id": self.product.id, "product_uom_qty": quantity}
        line.update({key: values.pop(key) for key in ("price_unit", "discount") if key in values})
        return (
            self.env["sale.order"]
            .with_user(self.seller)
            .create(
                {
                    "partner_id": self.partner.id,
                    "user_id": self.seller.id,
                    "order_line": [Command.create(line)],
                    **values,
                }
            )
        )

    def confirmed(self, **values):
        order = self.order(**values)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        return order

    def holds(self, order, state="open"):
        return self.env["gatehouse.hold"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id), ("state", "=", state)]
        )

    def event(self, order):
        return self.env["gatehouse.event"].search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id)], limit=1
        )

    def check(self, name, source="partner", **measures):
        return {
            "check": name,
            "source": source,
            "available": True,
            "measures": {
                key: value if isinstance(value, dict) else {"value": value} for key, value in measures.items()
            },
        }

    def good_checks(self):
        money = {"value": "500.00", "currency": self.env.company.currency_id.name}
        return [
            self.check("discount_anomaly", "sidecar", anomaly=0.1, anomaly_percentile=0.2),
            self.check("finance_exposure", headroom=money),
            self.check("carrier_limits", weight_ratio=0.5),
            self.check("account_data", active=1),
        ]

    def record(self, order, checks, final=True):
        event = self.event(order)
        event.attempt = event.attempt or 1
        answer = self.env["gatehouse.event"].with_user(self.bot).record_checks(event.event_id, checks, final)
        self.env.invalidate_all()
        return answer["status"]
