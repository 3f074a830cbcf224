from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import GatehouseCase


@tagged("post_install", "-at_install")
class TestDoubleGating(GatehouseCase):
    """Transfers stand for any gated document: the core alone gates them in this test, by a control of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gatehouse.policy"].search([("state", "=", "active")])._transition({"mode": "off"})
        Picking = cls.env.registry["stock.picking"]
        cls.addClassCleanup(setattr, Picking, "_gatehouse_goods_controls", Picking._gatehouse_goods_controls)
        Picking._gatehouse_goods_controls = lambda self: {"manual": "ship"}

    def policy(self, name="Held transfers", **values):
        return self.env["gatehouse.policy"].create(
            {"name": name, "control": "manual", "mode": "enforcing", "band_ids": [Command.create({"outcome": "forbid"})], **values}
        )

    def tier(self, name="Tiers of transfers", **values):
        model = self.env["ir.model"]._get("stock.picking")
        return self.env["tier.definition"].create({"name": name, "model_id": model.id, "reviewer_id": self.env.uid, **values})

    def test_tier_definition_beside_an_enforcing_policy_is_refused_with_both_names(self):
        self.policy()._activate()
        with self.assertRaisesRegex(ValidationError, '"Held transfers" and the tier definition "Tiers of transfers"'):
            self.tier()

    def test_policy_beside_a_tier_definition_is_refused_with_both_names(self):
        self.tier()
        policy = self.policy()
        for action in (policy.with_user(self.author).action_submit, policy._activate):
            with self.assertRaisesRegex(UserError, '"Held transfers" and the tier definition "Tiers of transfers"'):
                action()
        self.assertEqual(policy.state, "draft")

    def test_archived_definition_observing_policy_or_another_company_is_no_double_gate(self):
        definition = self.tier(active=False)
        self.policy()._activate()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            definition.active = True
        other = self.env["res.company"].create({"name": "Sister"})
        self.env["gatehouse.policy"].search([("state", "=", "active")])._transition({"mode": "off"})
        self.policy("Only observed", mode="observing")._activate()
        self.policy("Of the sister", company_id=other.id)._activate()
        definition.active = True
        self.assertTrue(definition.active)

    def test_tier_definition_beside_a_policy_that_guards_fields_or_asks_checks_is_refused(self):
        for model, control in (("res.partner", "vendor_onboarding"), ("res.partner", "partner_credit"), ("sale.order", "sale_checks")):
            self.policy(f"Guards by {control}", control=control)._activate()
            with self.assertRaisesRegex(ValidationError, f'"Guards by {control}" and the tier definition'), self.env.cr.savepoint():
                self.tier(model_id=self.env["ir.model"]._get_id(model))

    def test_a_tier_definition_that_is_changed_or_deleted_is_reported(self):
        def found():
            self.env["gatehouse.watch"]._cron_watch()
            return self.env["gatehouse.exception"].search([("category", "=", "configuration")])

        tier = self.tier()
        before = found()
        reviewer = self.env["ir.model.fields"]._get("stock.picking", "user_id")
        changes = {"definition_domain": "[('origin', '=', 'never')]", "company_id": False, "reviewer_field_id": reviewer.id, "exclude_requester": True}
        tier.write(changes)
        changed = found() - before
        self.assertEqual((changed.title, changed.res_id), (f"{tier.display_name} is not as it was", tier.id))
        self.assertIn("[('origin', '=', 'never')]", changed.detail)
        for name in changes:
            self.assertIn(f"{tier._fields[name].string}: ", changed.detail)
        tier.unlink()
        self.assertIn("It was deleted.", (found() - before - changed).detail)
