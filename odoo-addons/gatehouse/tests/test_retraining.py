import datetime

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import GatehouseCase, person


@tagged("post_install", "-at_install")
class TestRetraining(GatehouseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["gatehouse.change.signoff"].search([]).unlink()
        cls.env["gatehouse.retraining"].with_context(active_test=False).search([]).unlink()
        cls.row = cls.env["gatehouse.retraining"].create({"subject": "discounts"})

    def wanted(self):
        role = self.env["res.groups"].create({"name": "Model owners"})
        owner = person(self.env, "gatehouse_owner", groups="base.group_user,gatehouse.group_approver")
        owner.group_ids = [Command.link(role.id)]
        self.env["gatehouse.change.signoff"].create({"kind": "model", "role_id": role.id})
        return owner

    def due(self):
        return self.env["gatehouse.retraining"].with_user(self.bot).read_due()

    def record(self, asked, **values):
        return self.env["gatehouse.retraining"].with_user(self.bot).record([{"id": asked["id"], **values}])[0]["status"]

    def measured(self, asked, better, mark="a" * 64):
        word = "better" if better else "not better"
        return self.record(asked, available=True, better=better, mark=mark, why=f"The challenger is {word}: 0.7 against 0.6",
                           champion="2026.1", challenger="2026.2", table="| model |", rows=900, since="2026-10-01")  # fmt: skip

    def test_a_better_challenger_asks_for_sign_offs_with_the_figures_and_serves_after_them(self):
        owner = self.wanted()
        [asked] = self.due()
        self.assertEqual((asked["kind"], asked["subject"], asked["days"]), ("retrain", "discounts", 28))
        self.assertEqual(self.measured(asked, True), "requested")
        change = self.row.run_ids.change_id
        self.assertEqual((change.kind, change.state, change.subject), ("model", "open", "discounts 2026.2"))
        for part in ("0.7 against 0.6", "| model |", "2026.1", "2026-10-01"):
            self.assertIn(part, change.detail)
        self.assertEqual(self.due(), [])
        change.with_user(owner).sign("the figures are convincing")
        [step] = self.due()
        self.assertEqual((step["kind"], step["mark"]), ("promote", "a" * 64))
        self.assertEqual(self.record(step, available=True, mark="a" * 64, before="2026.1", after="2026.2"), "promoted")
        self.assertEqual((change.state, self.row.last_outcome), ("applied", "promoted"))
        self.assertEqual(self.record(step, available=True, mark="a" * 64), "promoted")
        self.assertEqual(self.due(), [])

    def test_weekly_patterns_are_trained_with_the_approvals_limit_and_others_without(self):
        self.assertNotIn("limit", self.due()[0])
        self.env["ir.config_parameter"].set_param("gatehouse.pattern_limit", "5000")
        self.env["gatehouse.retraining"].create([{"subject": "patterns"}, {"subject": "orders"}])
        found = {step["subject"]: step.get("limit") for step in self.due()}
        self.assertEqual(found, {"discounts": None, "orders": None, "patterns": 5000.0})

    def test_a_challenger_that_is_not_better_asks_for_nothing_and_says_why(self):
        before = self.env["gatehouse.change"].search_count([])
        [asked] = self.due()
        self.assertEqual(self.measured(asked, False), "worse")
        self.assertEqual(self.env["gatehouse.change"].search_count([]), before)
        self.assertEqual((self.row.last_outcome, self.row.last_note), ("worse", "The challenger is not better: 0.7 against 0.6"))
        self.assertEqual(self.due(), [])

    def test_a_rejected_challenger_is_never_promoted_and_the_next_is_trained_in_its_time(self):
        owner = self.wanted()
        self.measured(self.due()[0], True)
        self.row.run_ids.change_id.with_user(owner).reject("not before the stock count")
        self.assertEqual(self.due(), [])
        self.assertEqual(self.row.last_outcome, "rejected")
        self.row.next_at = fields.Datetime.now()
        self.assertEqual(self.due()[0]["kind"], "retrain")

    def test_without_sign_off_roles_it_goes_on_and_is_recorded(self):
        self.measured(self.due()[0], True)
        self.assertEqual(self.due()[0]["kind"], "promote")

    def test_a_promotion_of_another_content_is_not_taken(self):
        self.measured(self.due()[0], True)
        [step] = self.due()
        self.assertEqual(self.record(step, available=True, mark="b" * 64), "requested")
        self.assertEqual(self.row.run_ids.change_id.state, "approved")

    def test_a_sidecar_that_is_down_is_told_and_asked_again_until_it_has_failed(self):
        told = self.env["gatehouse.exception"]
        for attempt in range(1, 6):
            [asked] = self.due()
            status = self.record(asked, available=False, reason="no connection (ECONNREFUSED)")
            self.assertEqual(status, "asked" if attempt < 5 else "failed")
            self.assertEqual(self.due(), [])
            self.row.run_ids[:1].retry_at = fields.Datetime.now() - datetime.timedelta(minutes=1)
            told = self.env["gatehouse.exception"].search([("key", "=", "retraining:discounts")])
            self.assertEqual((told.state, told.detail.split("\n")[0]), ("open", "no connection (ECONNREFUSED)"))
            self.assertIn("see whether the sidecar runs", told.detail)
        self.row.action_now()
        self.measured(self.due()[0], True)
        self.assertEqual(told.state, "resolved")

    def test_a_job_that_still_runs_is_no_failure(self):
        [asked] = self.due()
        self.assertEqual(self.record(asked, available=False, waiting=True, reason="running"), "asked")
        self.assertEqual(self.due(), [asked])

    def test_a_result_outside_the_contract_is_told_and_asked_again_after_a_pause(self):
        [asked] = self.due()
        answer = {"available": True, "mark": "a", "why": "b", "champion": "c", "challenger": "d", "table": "e"}
        self.assertEqual(self.record(asked, **answer, better="yes"), "asked")
        self.assertEqual((self.due(), self.row.run_ids[:1].attempts), ([], 1))
        told = self.env["gatehouse.exception"].search([("key", "=", "retraining:discounts")])
        self.assertIn("answer outside the contract: needs the texts mark,", told.detail)

    def test_the_result_of_a_job_that_is_not_ours_is_refused(self):
        [asked] = self.due()
        self.assertEqual(self.record({"id": asked["id"].replace(":", ":9999")}, available=True), "refused")
        self.assertEqual(self.record({"id": "x"}, available=True), "refused")

    def test_the_result_of_a_database_that_was_here_before_is_refused(self):
        [asked] = self.due()
        self.env["ir.config_parameter"].set_param("database.uuid", "0f0f0f0f-made-anew")
        self.assertEqual(self.record(asked, available=False, reason="x"), "refused")
        self.assertNotEqual(self.due()[0]["id"], asked["id"])

    def test_only_the_integration_records_and_only_operations_switch(self):
        for user in (self.operations, self.author):
            with self.assertRaises(AccessError):
                self.env["gatehouse.retraining"].with_user(user).read_due()
        self.row.with_user(self.operations).action_now()
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            self.row.with_user(self.board).write({"every_days": 1})
