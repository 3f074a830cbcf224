import datetime
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ConcurrencyError, ValidationError
from odoo.tests import tagged

from .pattern_case import PatternCase


@tagged("post_install", "-at_install")
class TestPattern(PatternCase):
    def test_the_last_four_full_weeks_are_due_and_measured_once(self):
        [asked] = self.due()
        monday = fields.Date.to_date(asked["week"])
        self.assertEqual((asked["kind"], asked["company"], asked["weeks"], monday.weekday()), ("patterns", self.company.id, 4, 0))
        self.assertLessEqual(monday + datetime.timedelta(days=7), fields.Date.today())
        self.assertEqual(self.due(), [asked])
        entries = [self.entry(week, 0.9991) for week in self.weeks(asked)[:1]]
        self.assertEqual(self.record(asked, entries)["findings"], 1)
        self.assertEqual(self.record(asked, entries)["findings"], 0)
        self.assertEqual(self.env["gatehouse.pattern"].search_count([]), 1)
        self.assertEqual(self.due(), [])

    def test_one_unusual_week_is_kept_and_told_to_nobody(self):
        [asked] = self.due()
        self.record(asked, [self.entry(self.weeks(asked)[-1], 0.9999)])
        self.assertEqual(len(self.env["gatehouse.pattern"].search([])), 1)
        self.assertFalse(self.exceptions())

    def test_a_habit_of_two_weeks_is_one_exception_with_who_what_weeks_figures_and_next_step(self):
        [asked] = self.due()
        *_before, third, fourth = self.weeks(asked)
        done = self.record(asked, [self.entry(third, 0.9991), self.entry(fourth, 0.9995)])
        self.assertEqual((done["opened"], done["closed"]), (1, 0))
        exception = self.exceptions(state="open")
        self.assertEqual((exception.about_user_id, exception.role_id), (self.sam, self.rule.role_id))
        self.assertNotIn(self.sam.name, exception.title)
        for part in (self.sam.name, str(third), str(fourth), "One ordinary week in 2,000 shows as much", "25.0 % off", "7 documents", "patterns 1-abc",
                     "Next step: Ask the sales manager."):
            self.assertIn(part, exception.detail)

    def test_one_that_another_transaction_opens_at_the_same_moment_is_run_again_and_linked_to_it(self):
        self.rule.weeks = 1
        [asked] = self.due()
        entries = [self.entry(self.weeks(asked)[-1], 0.9995)]
        Queue = self.env.registry["gatehouse.exception"]
        with patch.object(Queue, "_is_opened_elsewhere", lambda *_: True), self.assertRaises(ConcurrencyError):
            self.record(asked, entries)
        key = f"pattern:{self.company.id}:discount:salesperson:{self.sam.id}"
        opened = self.env["gatehouse.exception"].sudo()._open(key, "pattern", "Opened there", company_id=self.company.id)[0]
        self.assertEqual(self.record(asked, entries)["opened"], 1)
        self.assertEqual((self.env["gatehouse.pattern"].search([]).exception_id, opened.occurrences), (opened, 2))

    def test_a_habit_that_goes_on_is_the_same_exception_and_closes_when_it_ends(self):
        [asked] = self.due()
        self.record(asked, [self.entry(week, 0.999) for week in self.weeks(asked)[2:]])
        first = self.exceptions()
        self.next_week()
        [asked] = self.due()
        self.assertEqual(asked["weeks"], 1)
        self.record(asked, [self.entry(asked["week"], 0.9992)])
        self.assertEqual((self.exceptions(), first.occurrences, first.state), (first, 2, "open"))
        self.next_week()
        [asked] = self.due()
        self.assertEqual(self.record(asked, [self.entry(asked["week"])])["closed"], 1)
        self.assertEqual(first.state, "resolved")
        self.assertIn(asked["week"], first.resolution)

    def test_without_documents_it_stays_open_until_four_weeks_are_silent(self):
        [asked] = self.due()
        self.record(asked, [self.entry(week, 0.999) for week in self.weeks(asked)[2:]])
        for silent in range(1, 5):
            self.next_week()
            [asked] = self.due()
            self.record(asked, [])
            self.assertEqual(self.exceptions().state, "open" if silent < 4 else "resolved")

    def test_the_threshold_and_the_weeks_are_the_rules(self):
        self.rule.write({"threshold": 0.9999, "weeks": 1})
        [asked] = self.due()
        *_before, third, fourth = self.weeks(asked)
        self.record(asked, [self.entry(third, 0.9998), self.entry(fourth, 0.9998)])
        self.assertFalse(self.exceptions())
        self.next_week()
        [asked] = self.due()
        self.record(asked, [self.entry(asked["week"], 0.99995)])
        self.assertEqual(len(self.exceptions(state="open")), 1)
        with self.assertRaises(ValidationError):
            self.rule.threshold = 0.5
        with self.assertRaises(ValidationError):
            self.rule.weeks = 5

    def test_a_resolved_habit_opens_again_in_a_later_week_only(self):
        self.rule.weeks = 1
        [asked] = self.due()
        entries = [self.entry(week, 0.999) for week in self.weeks(asked)[3:]]
        self.record(asked, entries)
        exception = self.exceptions()
        exception.with_user(self.operations).resolve("a campaign until Friday")
        self.record(asked, entries)
        self.assertEqual(exception.state, "resolved")
        self.next_week()
        [asked] = self.due()
        self.record(asked, [self.entry(asked["week"], 0.999)])
        self.assertEqual(exception.state, "open")

    def test_a_sidecar_that_is_down_is_told_once_and_the_next_answer_catches_up(self):
        [asked] = self.due()
        Run = self.env["gatehouse.pattern.run"]
        missing = {"id": asked["id"], "available": False, "reason": "no connection (ECONNREFUSED)"}
        self.assertEqual(Run.with_user(self.bot).record([missing])[0]["status"], "failed")
        Run.with_user(self.bot).record([missing])
        told = self.env["gatehouse.exception"].search([("key", "=like", "patterns:missing:%")])
        self.assertEqual((told.state, told.occurrences), ("open", 1))
        self.assertIn("ECONNREFUSED", told.detail)
        self.assertEqual(self.due(), [])  # not before the pause is over
        self.next_week()
        Run.search([]).write({"retry_at": fields.Datetime.now() - datetime.timedelta(minutes=1)})
        [asked] = self.due()
        self.assertEqual(asked["weeks"], 5)
        self.record(asked, [self.entry(week, 0.999) for week in self.weeks(asked)[1:3]])
        self.assertEqual(told.state, "resolved")
        self.assertEqual(self.env["gatehouse.pattern"].search_count([]), 2)

    def test_a_job_that_still_runs_is_no_failure(self):
        [asked] = self.due()
        waiting = {"id": asked["id"], "available": False, "waiting": True, "reason": "running"}
        self.assertEqual(self.env["gatehouse.pattern.run"].with_user(self.bot).record([waiting])[0]["status"], "waiting")
        self.assertEqual(self.due(), [asked])

    def test_weeks_that_nobody_asked_for_are_told(self):
        [asked] = self.due()
        self.record(asked, [])
        self.next_week()
        self.next_week()
        self.env["gatehouse.pattern.run"]._cron_look()
        told = self.env["gatehouse.exception"].search([("key", "=like", "patterns:missing:%")])
        self.assertIn("is n8n running?", told.detail)

    def test_a_week_with_few_documents_or_little_before_it_does_not_count(self):
        [asked] = self.due()
        *_before, third, fourth = self.weeks(asked)
        few = [self.entry(week, 0.9999, who=self.partner, role="customer", documents=2) for week in (third, fourth)]
        self.rule.copy({"role": "customer"})
        new = [self.entry(third, 0.9999, documents=9, documents_before=11), self.entry(fourth, 0.9999, documents=9, documents_before=20)]
        self.record(asked, [*few, *new])
        self.assertEqual(self.env["gatehouse.pattern"].search_count([]), 4)
        self.assertFalse(self.exceptions())
        self.next_week()
        [asked] = self.due()
        self.record(asked, [self.entry(asked["week"], 0.9999, documents=3, documents_before=29)])
        self.assertEqual(self.exceptions().about_user_id, self.sam)

    def test_a_partner_with_the_documents_of_a_person_is_told_of_in_the_persons_exception(self):
        self.rule.copy({"role": "customer"})
        other = self.partner.copy()
        [asked] = self.due()
        entries = []
        for week in self.weeks(asked)[2:]:
            entries += [
                self.entry(week, 0.9992, who=self.partner, role="customer", documents=6, others={f"user:{self.sam.id}": 3, "user:99": 3}),
                self.entry(week, 0.9999, who=other, role="customer", documents=7, others={f"user:{self.sam.id}": 3}),
                self.entry(week, 0.9991, others={f"partner:{self.partner.id}": 3}),
            ]
        self.record(asked, entries)
        found = {exception.res_model: exception for exception in self.exceptions(state="open")}
        self.assertEqual({name: row.res_id for name, row in found.items()}, {"res.users": self.sam.id, "res.partner": other.id})
        self.assertIn(f"Through the same documents also: {self.partner.display_name}", found["res.users"].detail)
        self.assertIn("(3 of 6 documents)", found["res.users"].detail)
        newest = self.env["gatehouse.pattern"].search([("res_id", "=", self.partner.id), ("role", "=", "customer")], limit=1)
        self.assertEqual(newest.exception_id, found["res.users"])

    def test_a_partners_own_exception_goes_on_in_that_of_the_person_and_comes_back_without_it(self):
        self.rule.copy({"role": "customer"})
        shared = {"documents": 4, "others": {f"user:{self.sam.id}": 4}}
        [asked] = self.due()
        weeks = self.weeks(asked)
        self.record(asked, [self.entry(week, 0.9999, who=self.partner, role="customer", **shared) for week in weeks[2:]])
        own = self.exceptions()
        self.assertEqual((own.state, own.res_model), ("open", "res.partner"))
        for _week in (1, 2):
            self.next_week()
            [asked] = self.due()
            self.record(asked, [self.entry(asked["week"], 0.9999, who=self.partner, role="customer", **shared), self.entry(asked["week"], 0.9999)])
        person = self.exceptions(state="open")
        self.assertEqual(person.about_user_id, self.sam)
        self.assertIn("same documents", own.resolution)
        self.next_week()
        [asked] = self.due()
        self.record(asked, [self.entry(asked["week"], 0.9999, who=self.partner, role="customer", **shared), self.entry(asked["week"])])
        self.assertEqual((own.state, person.state), ("open", "resolved"))

    def test_a_company_without_orders_costs_no_job_and_its_habits_end(self):
        [asked] = self.due()
        self.record(asked, [self.entry(week, 0.999) for week in self.weeks(asked)[2:]])
        for silent in range(1, 5):
            self.next_week()
            with patch.object(type(self.env["gatehouse.pattern.run"]), "_traded", lambda *_: False):
                self.assertEqual(self.due(), [])
            self.assertEqual(self.exceptions().state, "open" if silent < 4 else "resolved")
        newest = self.env["gatehouse.pattern.run"].search([], limit=1)
        self.assertEqual((newest.state, newest.looked, newest.note), ("measured", 0, "No confirmed order"))

    def test_without_a_rule_nothing_is_measured(self):
        self.rule.active = False
        self.assertEqual(self.due(), [])
