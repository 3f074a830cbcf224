from odoo import Command
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

    def test_a_scheduled_action_that_runs_less_often_is_reported(self):
        before = self.found()
        self.env.ref("gatehouse.cron_deliver").with_user(self.consultant).write({"interval_type": "weeks"})
        report = self.found() - before
        self.assertIn("Interval Unit: minutes → weeks", report.detail)
        self.assertEqual(report.about_user_id, self.consultant)

    def gate(self):
        """An automation rule of a consultant that holds what is strange, known to the watch."""
        model = self.env["ir.model"]._get_id("res.partner")
        action = {
            "name": "Hold strange partners", "model_id": model, "state": "gatehouse_hold", "gatehouse_text": "strange",
            "gatehouse_role_id": self.env.ref("gatehouse.group_operations_manager").id,
        }  # fmt: skip
        return self.env["base.automation"].with_user(self.consultant).create(
            {"name": "Strange partners", "model_id": model, "trigger": "on_create", "action_server_ids": [Command.create(action)]}
        )

    def test_an_automation_rule_that_is_edited_or_archived_is_reported_each_time(self):
        rule = self.gate()
        before = self.found()
        rule.write({"filter_domain": "[('name', '=', 'never')]"})
        edited = self.found() - before
        self.assertIn("Apply on: nothing → [('name', '=', 'never')]", edited.detail)
        rule.write({"active": False})
        archived = self.found() - before - edited
        self.assertIn("Active: True → nothing", archived.detail)
        for report in edited | archived:
            self.assertEqual((report.title, report.state), ("Strange partners is not as it was", "open"))
            self.assertEqual((report.about_user_id, report.res_id), (self.consultant, rule.id))

    def test_a_server_action_that_holds_no_more_is_reported(self):
        action = self.gate().action_server_ids
        before = self.found()
        action.with_user(self.consultant).write({"state": "code", "code": "pass"})
        report = self.found() - before
        self.assertEqual((report.title, report.res_id), ("Hold strange partners is not as it was", action.id))
        self.assertIn("gatehouse_hold → code", report.detail)
        action.unlink()
        gone = self.found() - before - report
        self.assertEqual(
            set(gone.mapped("title")), {"Hold strange partners is not as it was", "Strange partners is not as it was"}
        )

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
