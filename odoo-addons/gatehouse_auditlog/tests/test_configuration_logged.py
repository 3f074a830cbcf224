from odoo import Command
from odoo.tests import tagged

from odoo.addons.gatehouse.tests.common import GatehouseCase


@tagged("post_install", "-at_install")
class TestConfigurationLogged(GatehouseCase):
    def logs(self, model, method):
        return self.env["auditlog.log"].search([("model_model", "=", model), ("method", "=", method)])

    def test_rules_are_on_for_every_configuration_model(self):
        rules = self.env["auditlog.rule"].search([("name", "like", "Gatehouse: ")])
        self.assertEqual(set(rules.mapped("state")), {"confirmed"})
        self.assertLessEqual(
            {"gatehouse.policy", "gatehouse.policy.band", "gatehouse.policy.check", "gatehouse.message.rule",
             "gatehouse.data.owner", "gatehouse.change.signoff", "base.automation"},
            set(rules.mapped("model_id.model")),
        )  # fmt: skip

    def test_who_wrote_a_policy_is_logged_with_both_values(self):
        policy = self.env["gatehouse.policy"].with_user(self.author).create(
            {"name": "Before", "control": "manual", "band_ids": [Command.create({"outcome": "pass"})]}
        )
        policy.name = "After"
        log = self.logs("gatehouse.policy", "write").filtered(lambda row: row.res_id == policy.id)[:1]
        self.assertEqual(log.user_id, self.author)
        line = log.line_ids.filtered(lambda row: row.field_name == "name")
        self.assertEqual((line.old_value, line.new_value), ("Before", "After"))
        policy.band_ids.unlink()
        self.assertTrue(self.logs("gatehouse.policy.band", "unlink"))

    def test_a_new_automation_rule_leaves_the_audit_log_on(self):
        model = self.env["ir.model"]._get("res.partner")
        self.env["base.automation"].create({"name": "Any", "model_id": model.id, "trigger": "on_create"})
        policy = self.env["gatehouse.policy"].create({"name": "Before", "control": "manual"})
        policy.name = "After"
        logged = self.logs("gatehouse.policy", "write").filtered(lambda row: row.res_id == policy.id)
        self.assertEqual(logged.line_ids.filtered(lambda row: row.field_name == "name").mapped("new_value"), ["After"])

    def test_the_decision_log_stays_append_only_and_unlogged(self):
        self.env["gatehouse.decision"]._append("tested", self.partner)
        self.assertFalse(self.logs("gatehouse.decision", "create"))
