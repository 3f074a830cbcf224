import datetime

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .common import GatehouseCase, person


@tagged("post_install", "-at_install")
class TestException(GatehouseCase):
    def exception(self, key="t:1", **values):
        return self.env["gatehouse.exception"]._open(key, "workflow", "A workflow stopped", **values)[0]

    def as_operations(self, record):
        return record.with_user(self.operations)

    def test_a_new_one_has_a_deadline_by_its_priority(self):
        calm, urgent = self.exception("t:calm"), self.exception("t:urgent", priority="2")
        self.assertTrue(urgent.deadline > fields.Datetime.now())
        self.assertLess(urgent.deadline, calm.deadline)

    def test_put_off_it_leaves_the_open_list_and_comes_back(self):
        record = self.exception()
        until = fields.Datetime.now() + datetime.timedelta(hours=3)
        self.as_operations(record).snooze(until, "the carrier answers in the afternoon")
        mine = [("id", "=", record.id), ("state", "=", "open")]
        self.assertFalse(record.search([*mine, ("snoozed", "=", False)]))
        record.sudo().snoozed_until = fields.Datetime.now() - datetime.timedelta(minutes=1)
        self.assertTrue(record.search([*mine, ("snoozed", "=", False)]))
        logged = self.env["gatehouse.decision"].search([], limit=1).content
        self.assertEqual((logged["action"], logged["by"]), ("exception_snoozed", self.operations.id))

    def test_putting_off_needs_a_reason_and_a_moment_to_come(self):
        record = self.as_operations(self.exception())
        with self.assertRaisesRegex(ValidationError, "reason"):
            record.snooze(fields.Datetime.now() + datetime.timedelta(hours=1), " ")
        with self.assertRaisesRegex(ValidationError, "future"):
            record.snooze("2020-01-01 00:00:00", "later")

    def test_handed_to_a_person_it_is_his_to_resolve(self):
        clerk = person(self.env, "gatehouse_clerk", groups="base.group_user,gatehouse.group_approver")
        record = self.exception()
        with self.assertRaises(AccessError):
            record.with_user(clerk).resolve("done")
        self.as_operations(record).hand_over("knows the carrier", user_id=clerk.id)
        record.with_user(clerk).resolve("booked by hand")
        self.assertEqual((record.state, record.resolved_by), ("resolved", clerk))

    def test_it_is_not_handed_to_nobody_nor_to_whom_it_is_about(self):
        role = self.env["res.groups"].create({"name": "Empty"})
        record = self.exception(about_user_id=self.author.id)
        with self.assertRaisesRegex(ValidationError, "Nobody has the role"):
            self.as_operations(record).hand_over("x", role_id=role.id)
        with self.assertRaisesRegex(ValidationError, "is about"):
            self.as_operations(record).hand_over("x", user_id=self.author.id)

    def test_overdue_it_becomes_urgent_once_and_people_are_told(self):
        record = self.exception()
        record.deadline = fields.Datetime.now() - datetime.timedelta(hours=1)
        before = self.env["mail.message"].search_count([("subject", "=like", "Overdue:%")])
        for _ in range(2):
            self.env["gatehouse.exception"]._cron_remind()
        self.assertEqual(record.priority, "2")
        self.assertEqual(self.env["mail.message"].search_count([("subject", "=like", "Overdue:%")]), before + 1)
