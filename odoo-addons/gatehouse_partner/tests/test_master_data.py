from unittest.mock import patch

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import person

from .common import PartnerCase


@tagged("post_install", "-at_install")
class TestMasterData(PartnerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create(
            {"name": "Singular sprocket", "default_code": "SING-1", "list_price": 100.0, "standard_price": 60.0, "is_storable": True}
        )

    def test_a_far_price_move_waits_and_a_near_one_passes(self):
        self.policy("product_price", 5)
        template = self.product.product_tmpl_id
        self.product.with_user(self.clerk).write({"list_price": 103})
        self.assertEqual(template.list_price, 103)
        self.product.with_user(self.clerk).write({"list_price": 50})
        self.assertEqual(template.list_price, 103)
        self.approve(self.requests(template))
        self.assertEqual(template.list_price, 50)

    def test_a_price_that_creeps_below_the_band_waits_until_somebody_signs_and_then_creeps_anew(self):
        self.policy("product_price", 10, rolling_days=30)
        template, written = self.product.product_tmpl_id, self.product.with_user(self.clerk)
        with freeze_time(fields.Datetime.subtract(fields.Datetime.now(), days=31)):
            written.list_price = 92  # before the window
        written.list_price = 100
        written.list_price = 109
        self.assertEqual(template.list_price, 100)
        request = self.requests(template)
        self.assertIn("sales price 109.00 instead of 100.00, together 17.7 with what nobody signed of the last 30 days", request.name)
        self.approve(request)
        self.assertEqual(template.list_price, 109)
        written.list_price = 118
        self.assertEqual(template.list_price, 118, "what was signed is known to a person")
        written.list_price = 122
        self.assertEqual(template.list_price, 118)

    def test_what_a_rule_approved_still_counts_as_signed_by_nobody(self):
        by_rule = [
            Command.create({"up_to": 20, "outcome": "auto", "role_id": self.role.id}),
            Command.create({"outcome": "review", "role_id": self.role.id}),
        ]
        self.policy("product_price", band_ids=by_rule, rolling_days=30)
        for price, written in ((112, 112), (125, 112)):
            self.product.with_user(self.clerk).list_price = price
            self.assertEqual(self.product.product_tmpl_id.list_price, written)

    def test_cost_by_hand_waits_while_valuation_goes_on(self):
        self.policy("product_cost", 5)
        self.product.with_user(self.clerk).write({"standard_price": 90})
        self.assertEqual(self.product.standard_price, 60)
        self.product.sudo().write({"standard_price": 61})
        self.assertEqual(self.product.standard_price, 61)

    def test_an_item_and_a_category_move_to_another_category_by_approval(self):
        strict, lax, root = self.env["product.category"].create([{"name": "Strict"}, {"name": "Lax"}, {"name": "Root"}])
        template = self.product.product_tmpl_id
        template.categ_id = strict
        self.policy("product_category", product_category_id=strict.id)
        self.product.with_user(self.clerk).write({"categ_id": lax.id, "weight": 2})
        self.assertEqual((template.categ_id, template.weight), (strict, 2))
        request = self.requests(template)
        self.assertIn("category Lax instead of Strict", request.name)
        self.approve(request)
        self.assertEqual(template.categ_id, lax)
        strict.with_user(self.clerk).write({"parent_id": root.id})
        self.assertFalse(strict.parent_id)
        self.approve(self.requests(strict))
        self.assertEqual(strict.parent_id, root)
        self.env["product.product"].with_user(self.clerk).create({"name": "New", "categ_id": strict.id})
        lax.with_user(self.clerk).write({"parent_id": root.id})
        self.assertEqual(lax.parent_id, root, "the policy is for another category")

    def test_a_move_is_judged_by_the_policy_of_the_category_that_is_left_and_by_that_of_the_other(self):
        strict, lax, plain = self.env["product.category"].create([{"name": "Strict"}, {"name": "Lax"}, {"name": "Plain"}])
        template = self.product.product_tmpl_id
        template.categ_id = plain
        policy = self.policy("product_category", product_category_id=strict.id)
        self.policy("product_category", 2, product_category_id=lax.id)
        self.product.with_user(self.clerk).write({"categ_id": lax.id})
        self.assertEqual(template.categ_id, lax, "its policy lets it pass")
        self.product.with_user(self.clerk).write({"categ_id": strict.id})
        self.assertEqual(template.categ_id, lax)
        request = self.requests(template)
        hold = self.env["gatehouse.hold"]._open_on(request._name, request.ids)
        self.assertEqual(hold.policy_id, policy)
        self.approve(request)
        self.assertEqual(template.categ_id, strict)
        self.product.with_user(self.clerk).write({"categ_id": lax.id})
        self.assertEqual(template.categ_id, strict)
        plain.with_user(self.clerk).write({"parent_id": strict.id})
        self.assertFalse(plain.parent_id)

    def test_where_both_categories_want_a_review_each_role_signs(self):
        tools, drugs = self.env["product.category"].create([{"name": "Tools"}, {"name": "Drugs"}])
        template = self.product.product_tmpl_id
        template.categ_id = tools
        self.policy("product_category", product_category_id=tools.id)
        pharmacist = person(self.env, "gh_pharmacist", "base.group_user,product.group_product_manager")
        role = self.env["res.groups"].create({"name": "Pharmacist", "user_ids": [Command.set(pharmacist.ids)]})
        with patch.object(type(self), "role", role):
            self.policy("product_category", product_category_id=drugs.id)
        self.product.with_user(self.clerk).write({"categ_id": drugs.id})
        request = self.requests(template)
        holds = self.env["gatehouse.hold"]._open_on(request._name, request.ids)
        self.assertEqual(holds.role_id, self.role | role)
        holds.filtered(lambda hold: hold.role_id == role).with_user(pharmacist).release("fits our licence")
        self.assertEqual((template.categ_id, request.state), (tools, "waiting"))
        self.approve(request)
        self.assertEqual((template.categ_id, request.state), (drugs, "applied"))

    def test_a_change_that_a_rule_approves_is_written_at_once_and_looked_at_by_sample(self):
        by_rule = [
            Command.create({"up_to": 20, "outcome": "auto", "role_id": self.role.id}),
            Command.create({"outcome": "review", "role_id": self.role.id}),
        ]
        policy = self.policy("product_price", band_ids=by_rule, auto_sample=1)
        template = self.product.product_tmpl_id
        self.product.with_user(self.clerk).write({"list_price": 110, "weight": 2})
        self.assertEqual((template.list_price, template.weight), (110, 2))
        request = self.env["gatehouse.change.request"].search([("res_model", "=", template._name), ("res_id", "=", template.id)])
        self.assertEqual((request.state, request.requested_by), ("applied", self.clerk))
        row = self.env["gatehouse.auto.approval"].search([("res_model", "=", request._name), ("res_id", "=", request.id)])
        self.assertEqual((row.policy_id, row.sampled, row.requester_ids), (policy, True, self.clerk))
        self.assertEqual(policy._observed_numbers(), {"pass": 0, "auto": 1, "review": 0, "forbid": 0})
        self.product.with_user(self.clerk).write({"list_price": 200})
        self.assertEqual(template.list_price, 110)
        self.approve(self.requests(template))
        self.assertEqual(template.list_price, 200)

    def test_what_an_observing_policy_says_is_counted_beside_one_that_holds_the_move(self):
        strict, watched = self.env["product.category"].create([{"name": "Strict"}, {"name": "Watched"}])
        template = self.product.product_tmpl_id
        template.categ_id = strict
        self.policy("product_category", product_category_id=strict.id)
        observing = self.policy("product_category", mode="observing", product_category_id=watched.id)
        self.product.with_user(self.clerk).write({"categ_id": watched.id})
        self.approve(self.requests(template))
        self.assertEqual(template.categ_id, watched)
        self.assertEqual(observing._observed_numbers()["review"], 1)

    def sale(self):
        return self.env["sale.order"].create(
            {"partner_id": self.vendor.id, "order_line": [Command.create({"product_id": self.product.id, "product_uom_qty": 1})]}
        )

    def test_an_incomplete_item_stops_the_order_and_its_completion_lets_it_go(self):
        self.policy("sale_master_data", 0.5, required_fields="barcode,weight")
        order = self.sale()
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertIn("without Barcode, Weight", order.gatehouse_hold_ids.reason_text)
        self.product.write({"barcode": "4006381333931", "weight": 1})
        order.sudo()._gatehouse_recheck("completed")
        self.assertEqual(order.state, "sale")

    def test_an_item_that_looks_like_another_is_named(self):
        self.policy("sale_master_data", 0.5)
        self.env["product.product"].create({"name": "Else", "default_code": "SING-1"})
        order = self.sale()
        order.action_confirm()
        self.assertIn("looks like [SING-1] Else", order.gatehouse_hold_ids.reason_text)

    def test_findings_of_many_items_take_no_more_queries(self):
        products = self.env["product.product"].create([{"name": f"Query item {n}"} for n in range(40)])
        few, many = products[:2], products
        for each in (few, many):
            each._gatehouse_findings(("weight",))
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            many._gatehouse_findings(("weight",))
