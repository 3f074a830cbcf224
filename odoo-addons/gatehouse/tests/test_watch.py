from odoo.tests import tagged

from .common import GatehouseCase, person


@tagged("post_install", "-at_install")
class TestWatch(GatehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gatehouse.watch"]._cron_watch()
        cls.consultant = person(cls.env, "gatehouse_consultant", groups="base.group_user,base.group_system")

    def found(self):
        self.env["gatehouse.watch"]._cron_watch()
        return self.env["gatehouse.exception"].search([("category", "=", "configuration")])

    def test_nothing_changed_nothing_reported(self):
        before = self.found()
        self.assertEqual(self.found(), before)

    def test_an_archived_scheduled_action_is_reported_with_who_did_it(self):
        before = self.found()
        self.env.ref("gatehouse.cron_deliver").with_user(self.consultant).write({"active": False})
        report = self.found() - before
        self.assertEqual(len(report), 1)
        self.assertIn("Active: True", report.detail)
        self.assertEqual(report.about_user_id, self.consultant)

    def test_a_changed_access_rule_past_odoos_methods_is_reported(self):
        before = self.found()
        rule = self.env.ref("gatehouse.rule_hold_company")
        self.env.cr.execute("UPDATE ir_rule SET domain_force = '[]' WHERE id = %s", [rule.id])
        self.env.invalidate_all()
        self.assertIn("→ []", (self.found() - before).detail)

    def test_an_own_gate_is_adopted_and_its_deletion_reported(self):
        role = self.env.ref("gatehouse.group_operations_manager")
        action = self.env["ir.actions.server"].create(
            {
                "name": "Hold strange partners",
                "model_id": self.env.ref("base.model_res_partner").id,
                "state": "gatehouse_hold",
                "gatehouse_text": "strange",
                "gatehouse_role_id": role.id,
            }
        )
        before = self.found()
        action.unlink()
        report = self.found() - before
        self.assertIn("Hold strange partners", report.title)
        self.assertIn("deleted", report.detail)
