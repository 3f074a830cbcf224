from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestRequestReview(SaleCase):
    """The server action for automation rules: a review without code."""

    #: {control: the action that places the hold}. A copy has no hold of its own: the rule looks at it as well.
    BYPASS = {"manual": "gatehouse_hold"}

    def action(self, model="sale.order", **values):
        return self.env["ir.actions.server"].create(
            {
                "name": "Ask the sales manager",
                "model_id": self.env["ir.model"]._get_id(model),
                "state": "gatehouse_review",
                "gatehouse_text": "first order of a new customer",
                "gatehouse_role_id": self.env.ref("sales_team.group_sale_manager").id,
                **values,
            }
        )

    def run_on(self, action, order):
        action.with_context(active_model="sale.order", active_id=order.id, active_ids=order.ids).run()

    def test_the_order_waits_goes_on_with_the_signature_and_an_edit_asks_anew(self):
        order, action = self.order(), self.action()
        self.run_on(action, order)
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.holds(order).with_user(self.manager).release("known to me")
        self.assertEqual(order.state, "sale")
        other = self.order()
        self.run_on(action, other)
        other.order_line.product_uom_qty = 9
        self.assertFalse(self.holds(other))
        self.run_on(action, other)
        self.run_on(action, other)
        self.assertEqual(len(self.holds(other)), 1)

    def test_no_way_leads_past_a_hold_that_a_rule_placed(self):
        for control, state in self.BYPASS.items():
            order = self.order()
            self.run_on(self.action(state=state, gatehouse_blocks="confirm"), order)
            self.assertTrue(self.holds(order), control)
            for user in (self.seller, self.manager, self.env.ref("base.user_admin"), self.env.ref("base.user_root")):
                mine = order.with_user(user)
                with self.assertRaisesRegex(UserError, "first order of a new customer"), self.env.cr.savepoint():
                    mine.write({"state": "sale"})
                self.assertFalse(mine.load([".id", "state"], [[str(order.id), "sale"]])["ids"])
                with self.assertRaises(UserError):
                    mine.write({"state": "sale"})  # swallowed, without a savepoint
                mine.action_confirm()
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual(order.state, "draft")

    def test_an_order_made_confirmed_keeps_its_goods_until_the_rules_role_signed(self):
        for state in (*self.BYPASS.values(), "gatehouse_review"):
            rule = self.env["base.automation"].create(
                {
                    "name": "Look at it", "model_id": self.env["ir.model"]._get_id("sale.order"), "trigger": "on_create",
                    "filter_domain": f"[('partner_id', '=', {self.partner.id})]",
                    "action_server_ids": [Command.set(self.action(state=state, gatehouse_blocks="confirm").ids)],
                }
            )  # fmt: skip
            for way, order in self.made_confirmed().items():
                with self.subTest(action=state, way=way):
                    hold = self.holds(order).filtered(lambda hold: hold.control != "sale_checks")
                    self.assertEqual((order.state, hold.blocks), ("sale", "ship"))
            rule.unlink()
        self.record(order, self.good_checks())
        with self.assertRaisesRegex(UserError, "first order of a new customer"), self.env.cr.savepoint():
            order.sudo().picking_ids.button_validate()
        hold.with_user(self.manager).release("known to me")
        order.sudo().picking_ids.button_validate()
        self.assertEqual(order.sudo().picking_ids.state, "done")

    def made_confirmed(self):
        """{way: an order that was never a quotation}"""
        order = self.order()
        [values] = order.sudo().copy_data()
        columns = ["partner_id/.id", "state", "order_line/product_id/.id", "order_line/product_uom_qty"]
        imported = order.load(columns, [[str(self.partner.id), "sale", str(self.product.id), "2"]])
        return {
            "creation": order.create({**values, "state": "sale"}),
            "copy": order.copy({"state": "sale"}),
            "import": order.browse(imported["ids"]),
        }

    def test_a_hold_placed_on_every_edit_comes_back_only_when_the_content_changed(self):
        for blocks in ("confirm", "ship"):
            with self.subTest(blocks=blocks):
                order = self.order()
                self.env["base.automation"].create(
                    {
                        "name": "Look at it", "model_id": self.env["ir.model"]._get_id("sale.order"), "trigger": "on_create_or_write",
                        "filter_domain": f"[('id', '=', {order.id})]",
                        "action_server_ids": [Command.set(self.action(state="gatehouse_hold", gatehouse_blocks=blocks).ids)],
                    }
                )  # fmt: skip
                order.client_order_ref = "first"
                hold = self.holds(order).filtered(lambda hold: hold.control != "sale_checks")
                self.assertEqual(len(hold), 1)
                hold.with_user(self.manager).release("known to me")
                order.client_order_ref = "second"
                self.assertFalse(self.holds(order).filtered(lambda hold: hold.control != "sale_checks"))
                order.order_line.product_uom_qty = 9
                order.client_order_ref = "third"
                self.assertEqual(len(self.holds(order).filtered(lambda hold: hold.control != "sale_checks")), 1)

    def test_a_signed_or_confirmed_order_is_not_asked_about_again(self):
        order, action = self.confirmed(), self.action()
        before = self.holds(order)
        self.run_on(action, order)
        self.assertEqual(self.holds(order), before)

    def test_without_reason_role_or_gate_the_action_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "needs a reason"):
            self.action(gatehouse_text=False)
        with self.assertRaisesRegex(ValidationError, "behind no gate"):
            self.action(model="res.partner")
