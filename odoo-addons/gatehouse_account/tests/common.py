from odoo import Command, fields

from odoo.addons.gatehouse.tests.common import GatehouseCase, person


class AccountCase(GatehouseCase):
    """A vendor, an order at 10.00 apiece and policies: up to 10 passes, up to 100,000 is reviewed, above is forbidden."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gatehouse.policy"].search([("state", "=", "active")])._transition({"mode": "off"})
        cls.controller = person(cls.env, "gh_controller", "base.group_user,account.group_account_manager")
        cls.role = cls.env["res.groups"].create({"name": "Controller", "user_ids": [Command.set(cls.controller.ids)]})
        cls.vendor = cls.env["res.partner"].create({"name": "Bill Vendor", "is_company": True})
        cls.product = cls.env["product.product"].create(
            {"name": "Bolt", "type": "consu", "is_storable": True, "standard_price": 10.0, "purchase_method": "receive",
             "supplier_taxes_id": [Command.clear()], "taxes_id": [Command.clear()]}
        )  # fmt: skip
        cls.bank = cls.env["account.journal"].search([("type", "=", "bank"), ("company_id", "=", cls.env.company.id)], limit=1)
        cls.policy("bill_match", [(10, "pass"), (100000, "review"), (0, "forbid")])
        cls.policy("bill_duplicate", [(0.5, "pass"), (0, "review")])
        cls.policy("bill_abnormal", [(0.5, "pass"), (0, "review")])
        cls.policy("credit_note", [(100, "pass"), (1000, "review"), (0, "forbid")])

    @classmethod
    def policy(cls, control, bands, **values):
        policy = cls.env["gatehouse.policy"].create(
            {
                "name": control, "control": control, "mode": "enforcing", **values,
                "band_ids": [
                    Command.create({"up_to": bound, "outcome": outcome, "role_id": outcome == "review" and cls.role.id})
                    for bound, outcome in bands
                ],
            }
        )  # fmt: skip
        policy._activate()

    def bought(self, received=10):
        order = self.env["purchase.order"].create(
            {"partner_id": self.vendor.id,
             "order_line": [Command.create({"product_id": self.product.id, "product_qty": 10, "price_unit": 10.0})]}
        )  # fmt: skip
        order.button_confirm()
        order.picking_ids.move_ids.write({"quantity": received, "picked": True})
        order.picking_ids.with_context(skip_backorder=True).button_validate()
        self.assertEqual(order.order_line.qty_received, received)
        return order

    def draft(self, user=None, price_unit=10.0, quantity=1, order_line=None, **values):
        return self.env["account.move"].with_user(user or self.env.user).create(
            {
                "move_type": "in_invoice", "partner_id": self.vendor.id, "invoice_date": fields.Date.today(),
                "invoice_line_ids": [
                    Command.create(
                        {"product_id": self.product.id, "quantity": quantity, "price_unit": price_unit, "tax_ids": [],
                         "purchase_line_id": order_line and order_line.id}
                    )
                ],
                **values,
            }
        )  # fmt: skip

    def bill(self, **values):
        bill = self.draft(**values)
        bill.action_post()
        self.assertEqual(bill.state, "posted")
        return bill

    def bill_of(self, order, quantity=10, **values):
        return self.bill(order_line=order.order_line, quantity=quantity, **values)

    def holds(self, move):
        return self.env["gatehouse.hold"]._open_on("account.move", move.ids).sudo(False)

    def pay(self, bill):
        wizard = self.env["account.payment.register"].with_context(active_model="account.move", active_ids=bill.ids)
        return wizard.create({})._create_payments()
