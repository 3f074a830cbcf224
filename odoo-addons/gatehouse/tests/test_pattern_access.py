from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import person
from .pattern_case import PatternCase


@tagged("post_install", "-at_install")
class TestPatternAccess(PatternCase):
    """Who records figures of people, in which form, and who sees them."""

    def test_what_is_not_of_the_contract_is_told_with_its_place_and_measures_nothing(self):
        [asked] = self.due()
        runs = self.env["gatehouse.pattern.run"].search([])
        week = self.weeks(asked)[0]
        for bad in ({"role": "owner"}, {"party": "partner:1"}, {"party": "user:x"}, {"week": "soon"}, {"habits": [{"pattern": "x"}]},
                    {"habits": [{"pattern": "discount", "rarity": 2, "text": ""}]}, {"value": float("nan")}, {"others": {"7": 1}}):  # fmt: skip
            self.assertEqual(self.record(asked, [{**self.entry(week, 0.999), **bad}])["status"], "failed", bad)
            self.assertIn("answer outside the contract: results[0].entries[0]", runs[0].note)
        self.assertEqual(set(runs.mapped("state")), {"waiting"})
        told = self.env["gatehouse.exception"].search([("key", "=", f"patterns:missing:{self.company.id}")])
        self.assertIn("results[0].entries[0]", told.detail)

    def test_the_result_of_a_job_that_is_not_ours_is_refused(self):
        [asked] = self.due()
        self.assertEqual(self.env["gatehouse.pattern.run"].with_user(self.bot).record([{"id": "x"}])[0]["status"], "refused")
        other = asked["id"].replace(f"patterns:{self.company.id}:", "patterns:999:")
        self.assertEqual(self.record({"id": other}, [])["status"], "refused")

    def test_the_result_of_a_database_that_was_here_before_is_refused(self):
        [asked] = self.due()
        self.env["ir.config_parameter"].set_param("database.uuid", "0f0f0f0f-made-anew")
        self.assertEqual(self.record(asked, [])["status"], "refused")
        self.assertNotEqual(self.due()[0]["id"], asked["id"])

    def test_somebody_who_is_gone_is_left_out(self):
        [asked] = self.due()
        gone = {**self.entry(self.weeks(asked)[0], 0.999), "party": "user:99999999"}
        self.assertEqual(self.record(asked, [gone])["findings"], 0)

    def test_figures_of_people_are_the_auditors_and_the_exception_its_owners(self):
        role = self.env["res.groups"].create({"name": "Sales heads"})
        groups = "base.group_user,gatehouse.group_approver"
        head, other = (person(self.env, login, groups=groups) for login in ("gatehouse_head", "gatehouse_other"))
        head.group_ids += role
        self.rule.write({"weeks": 1, "role_id": role.id})
        [asked] = self.due()
        week = self.weeks(asked)[-1]
        partner = self.entry(week, 0.999, who=self.partner, role="customer")
        self.record(asked, [self.entry(week, 0.999), partner])
        Pattern = self.env["gatehouse.pattern"]
        self.assertEqual(Pattern.with_user(self.auditor).search_count([]), 2)
        self.assertEqual(Pattern.with_user(self.operations).search([]).mapped("role"), ["customer"])
        with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
            Pattern.with_user(self.sam).search([])
        exception = self.exceptions()
        for user, seen in ((head, True), (self.auditor, True), (other, False), (self.operations, False)):
            found = self.env["gatehouse.exception"].with_user(user).search([("id", "=", exception.id)])
            self.assertEqual(bool(found), seen, user.login)

    def test_only_the_integration_records_and_nobody_writes(self):
        [asked] = self.due()
        for user in (self.operations, self.auditor, self.author):
            with self.assertRaises(AccessError):
                self.env["gatehouse.pattern.run"].with_user(user).record([])
        self.record(asked, [self.entry(self.weeks(asked)[0], 0.999)])
        row = self.env["gatehouse.pattern"].search([])
        for user in (self.operations, self.auditor, self.bot):
            with self.assertRaises(AccessError), mute_logger("odoo.addons.base.models.ir_model"):
                row.with_user(user).write({"rarity": 0.0})
