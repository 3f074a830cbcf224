from odoo import Command
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.bypass import swallowed

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestMoved(SaleCase):
    """An order that comes under another policy after its confirmation, and before its goods are gone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.role = cls.env.ref("sales_team.group_sale_manager")
        cls.export, cls.inland = cls.env["crm.team"].create([{"name": "Export"}, {"name": "Inland"}])
        cls.branch = cls.env["stock.warehouse"].create({"name": "Branch", "code": "BRN"})
        cls.tag = cls.env["res.partner.category"].create({"name": "Watched"})

    def policy(self, up_to, control="sale_amount", outcome="review", **place):
        last = {"outcome": outcome, **({"role_id": self.role.id} if outcome == "review" else {})}
        policy = self.env["gatehouse.policy"].create({
            "name": f"{control} there", "control": control, "mode": "enforcing", **place,
            "band_ids": [Command.create({"up_to": up_to, "outcome": "pass"}), Command.create(last)],
        })  # fmt: skip
        policy._activate()
        return policy

    def reviews(self, order):
        return self.holds(order).filtered(lambda hold: hold.kind == "review")

    def test_another_team_with_a_stricter_policy_holds_the_goods_for_its_role(self):
        policy = self.policy(50, team_id=self.export.id)
        order = self.confirmed(team_id=self.inland.id)
        self.assertFalse(self.reviews(order))
        order.with_user(self.seller).write({"team_id": self.export.id})
        hold = self.reviews(order)
        self.assertEqual((order.state, hold.blocks, hold.policy_id, hold.role_id), ("sale", "ship", policy, self.role))
        logged = self.env["gatehouse.decision"].search([]).mapped("content")
        self.assertIn(("moved", order.id), [(one["action"], one["res_id"]) for one in logged])

    def test_so_does_a_warehouse(self):
        self.policy(50, warehouse_id=self.branch.id)
        order = self.confirmed()
        order.write({"warehouse_id": self.branch.id})
        self.assertEqual(self.reviews(order).blocks, "ship")

    def test_a_tag_on_the_customer_holds_his_orders_that_are_underway_and_none_that_is_gone(self):
        self.policy(50, partner_tag_id=self.tag.id)
        order, gone, draft = self.confirmed(), self.confirmed(), self.order()
        gone.picking_ids.action_cancel()
        self.partner.category_id = self.tag
        self.assertEqual([len(self.reviews(one)) for one in (order, gone, draft)], [1, 0, 0])

    def test_so_does_the_customer_on_the_tag_however_he_is_put_there(self):
        self.policy(50, partner_tag_id=self.tag.id)
        for put in (Command.link(self.partner.id), Command.set(self.partner.ids)):
            with self.subTest(put=put):
                order = self.confirmed()
                self.tag.partner_ids = [put]
                self.assertEqual(len(self.reviews(order)), 1)
                self.tag.partner_ids = [Command.unlink(self.partner.id)]
                self.assertEqual(len(self.reviews(order)), 1, "taken off the tag again, its hold stays")
        self.partner.active = False
        order = self.confirmed()
        self.tag.partner_ids = [Command.link(self.partner.id)]
        self.assertEqual(len(self.reviews(order)), 1, "an archived customer's too")

    def test_so_does_a_category_that_an_item_or_its_category_comes_to(self):
        strict, plain = self.env["product.category"].create([{"name": "Strict"}, {"name": "Plain"}])
        self.policy(50, product_category_id=strict.id)
        self.product.categ_id = plain
        order = self.confirmed()
        self.product.categ_id = strict
        self.assertEqual(len(self.reviews(order)), 1)
        self.product.categ_id = plain
        self.assertEqual(len(self.reviews(order)), 1, "moved out again, its hold stays")
        order = self.confirmed()
        plain.parent_id = strict
        self.assertEqual(len(self.reviews(order)), 1)

    def test_so_does_a_tagged_company_that_a_contact_comes_to(self):
        self.policy(50, partner_tag_id=self.tag.id)
        company = self.env["res.partner"].create({"name": "Tagged", "is_company": True, "category_id": [Command.link(self.tag.id)]})
        order = self.confirmed()
        self.partner.parent_id = company
        self.assertEqual(len(self.reviews(order)), 1)

    def test_what_the_new_place_forbids_refuses_the_move_and_keeps_nothing_of_it(self):
        self.policy(50, outcome="forbid", team_id=self.export.id)
        order = self.confirmed(team_id=self.inland.id)
        for user in (self.seller, self.env.ref("base.user_root")):
            with swallowed(self):
                order.with_user(user).write({"team_id": self.export.id, "note": "moved"})
            self.assertEqual((order.team_id, order.note or ""), (self.inland, ""))

    def test_what_a_tag_forbids_is_held_and_the_tag_is_kept(self):
        self.policy(50, outcome="forbid", partner_tag_id=self.tag.id)
        order = self.confirmed()
        self.partner.category_id = self.tag
        self.assertEqual(self.partner.category_id, self.tag)
        self.assertEqual(self.reviews(order).role_id, self.env.ref("gatehouse.group_operations_manager"))

    def test_a_place_with_the_same_policy_or_a_better_one_holds_nothing(self):
        self.policy(50, team_id=self.export.id)
        order = self.confirmed(team_id=self.inland.id)
        order.write({"warehouse_id": self.branch.id, "team_id": False})
        self.assertFalse(self.reviews(order))

    def test_moving_on_frees_nothing(self):
        self.policy(50, team_id=self.export.id)
        order = self.confirmed(team_id=self.inland.id)
        order.write({"team_id": self.export.id})
        hold = self.reviews(order)
        order.write({"team_id": self.inland.id})
        self.assertEqual(hold.state, "open")
        other = self.policy(60, warehouse_id=self.branch.id)
        order.write({"warehouse_id": self.branch.id})
        self.assertEqual(self.reviews(order).policy_id, hold.policy_id | other, "each for its own role")

    def test_a_hold_whose_cause_may_go_away_is_not_freed_by_another_place(self):
        self.env.company.account_use_credit_limit = True
        self.partner.credit_limit = 50
        self.policy(0.01, control="sale_credit", team_id=self.export.id)
        order = self.order(team_id=self.export.id)
        order.action_confirm()
        hold = self.reviews(order)
        self.assertEqual(hold.control, "sale_credit")
        order.write({"team_id": self.inland.id})
        order._gatehouse_recheck("Its cause went away")
        self.assertEqual((hold.state, order.state), ("open", "draft"))
        self.partner.credit_limit = 5000
        order._gatehouse_recheck("Its cause went away")
        self.assertEqual((hold.state, order.state), ("released", "sale"))

    def test_the_checks_of_the_new_place_are_asked_for_and_those_of_the_old_one_still_count(self):
        order = self.confirmed(team_id=self.inland.id)
        [pending] = self.holds(order).filtered(lambda hold: hold.kind == "checks_pending")
        shipped = self.env["gatehouse.policy"].search([("control", "=", "sale_checks"), ("state", "=", "active")])
        there = shipped.copy({"name": "Checks of exports", "team_id": self.export.id})
        there._activate()
        order.write({"team_id": self.export.id})
        now = self.holds(order).filtered(lambda hold: hold.kind == "checks_pending")
        self.assertEqual(now.policy_id, shipped | there)
        self.assertIn(pending, now)
