import re

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

    def test_whatever_says_when_a_rule_works_what_it_sends_and_who_passes_it_is_reported_when_it_changes(self):
        self.patch(self.registry["base.automation"], "_update_registry", lambda rules: None)  # no other test meets its triggers
        rule = self.gate()
        name, state = (self.env["ir.model.fields"]._get("res.partner", field) for field in ("name", "type"))
        known = self.found()
        for record, values in (
            (rule, {
                "trigger_field_ids": [Command.set(name.ids)], "on_change_field_ids": [Command.set(name.ids)], "trg_date_range": 3,
                "trg_selection_field_id": state.selection_ids[0].id, "trg_field_ref": self.partner.id, "trg_date_range_type": "day",
                "trg_date_id": self.env["ir.model.fields"]._get("res.partner", "create_date").id, "trg_date_range_mode": "after",
                "trg_date_calendar_id": self.env.company.resource_calendar_id.id, "record_getter": "model.env[0]",
            }),
            (rule.action_server_ids, {"gatehouse_break_glass_cap": 1e6, "gatehouse_field_ids": [Command.set(name.ids)]}),
        ):  # fmt: skip
            record.write(values)
            report = self.found() - known
            known |= report
            for field in values:
                with self.subTest(field):
                    self.assertRegex(report.detail, rf"(?m)^{re.escape(record._fields[field].string)}: ")

    def test_a_field_that_is_watched_from_now_on_is_adopted_and_not_reported(self):
        cron = self.env.ref("gatehouse.cron_deliver")
        watch = self.env["gatehouse.watch"].search([("res_model", "=", "ir.cron"), ("res_id", "=", cron.id)])
        before = self.found()
        watch.content = {name: value for name, value in watch.content.items() if name != "code"}
        self.assertEqual(self.found(), before)
        self.assertIn("code", watch.content)

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
