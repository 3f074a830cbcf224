import datetime

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .approval_case import ApprovalCase


@tagged("post_install", "-at_install")
class TestEscalation(ApprovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "Branch in Berlin",
                "tz": "Europe/Berlin",
                "attendance_ids": [
                    Command.create({"name": day, "dayofweek": str(day), "hour_from": 8, "hour_to": 16, "day_period": "morning"})
                    for day in range(5)
                ],
            }
        )

    def tick(self):
        self.env["gatehouse.approval.step"]._cron_escalate()

    def test_hours_are_business_hours_of_the_companys_calendar_with_its_leaves(self):
        calendar = self.env.company.resource_calendar_id
        self.env["resource.calendar.leaves"].create(
            {"name": "Holiday", "calendar_id": calendar.id, "company_id": self.env.company.id,
             "date_from": "2026-11-29 23:00:00", "date_to": "2026-11-30 22:59:59"}
        )  # fmt: skip
        after = self.env["gatehouse.approval.step"]._after
        friday = datetime.datetime(2026, 11, 27, 13, 0)  # 14:00 in Berlin
        self.assertEqual(after(self.env.company, friday, 1), datetime.datetime(2026, 11, 27, 14, 0))
        self.assertEqual(after(self.env.company, friday, 4), datetime.datetime(2026, 12, 1, 9, 0))

    def test_a_reminder_then_the_next_role_then_an_exception(self):
        with freeze_time("2026-11-24 08:00:00"):  # Tuesday, 9:00 in Berlin
            order = self.held()
            step = self.step(order)
            self.assertEqual(step.remind_at, datetime.datetime(2026, 11, 24, 12, 0))
            self.assertEqual(step.due_at, datetime.datetime(2026, 11, 25, 8, 0))
            self.tick()
            self.assertFalse(step.reminded)
        with freeze_time("2026-11-24 12:01:00"):
            self.tick()
            self.assertTrue(step.reminded)
            self.assertFalse(step.with_user(self.director).can_decide)
        with freeze_time("2026-11-25 08:01:00"):
            self.tick()
            self.assertEqual(step.escalated_role_id, self.director_role)
            self.assertTrue(step.with_user(self.director).can_decide)
        with freeze_time("2026-11-26 09:00:00"):
            self.tick()
            self.tick()
        overdue = self.env["gatehouse.exception"].search([("key", "=", f"overdue:{step.id}")])
        self.assertEqual((overdue.occurrences, step.overdue, step.state), (1, True, "open"))
        self.assertEqual(
            self.actions(order)[:4],
            ["approval_overdue", "approval_escalated", "approval_reminded", "approval_requested"],
        )

    def test_the_next_role_asked_for_the_document_himself_and_does_not_decide_it_either(self):
        with freeze_time("2026-11-24 08:00:00"):
            own = self.order(discount=15)
            own.sudo().user_id = self.director
            own.action_confirm()
        with freeze_time("2026-11-25 08:01:00"):
            self.tick()
            step = self.step(own)
            self.assertEqual(step.escalated_role_id, self.director_role)
            self.assertEqual(step._deciders() & (self.manager | self.director), self.manager)
            self.assertFalse(step.with_user(self.director).search([("can_decide", "=", True), ("id", "=", step.id)]))
            with self.assertRaisesRegex(AccessError, "yourself"):
                step.with_user(self.director).approve("mine now")

    def told(self, order, since):
        """What the people of this case got about the order after that message: {login: [subject]}."""
        messages = self.env["mail.message"].search(
            [("model", "=", "sale.order"), ("res_id", "=", order.id), ("message_type", "=", "user_notification"), ("id", ">", since)],
            order="id",
        )
        cast = self.seller | self.manager | self.second_manager | self.deputy | self.director
        got = {user.login: [m for m in messages if user.partner_id in m.partner_ids] for user in cast}
        for message in messages:
            self.assertIn("170.00", message.body)
            self.assertIn("effective discount 15.00 %", message.body)
            self.assertIn(f"/gatehouse/decision/{self.step(order).id}", message.body)
        return {login: [message.subject for message in those] for login, those in got.items() if those}

    def test_the_role_is_asked_then_reminded_and_the_next_role_is_told_that_it_is_theirs(self):
        def last():
            return self.env["mail.message"].search([], order="id desc", limit=1).id

        with freeze_time("2026-11-24 08:00:00"):  # Tuesday, 9:00 in Berlin
            self.delegate(self.manager, self.deputy)
            before = last()
            order = self.held()
        decides = [self.manager.login, self.second_manager.login, self.deputy.login]
        self.assertEqual(self.told(order, before), {login: [f"{order.name} needs your decision"] for login in decides})
        for moment, subject, who in (
            ("2026-11-24 11:59:00", None, []),
            ("2026-11-24 12:00:00", f"Reminder: {order.name} waits for your decision", decides),
            ("2026-11-25 07:59:00", None, []),
            ("2026-11-25 08:00:00", f"{order.name} was not decided in time and is now yours", [*decides[:2], self.director.login]),
            ("2026-11-25 09:00:00", None, []),
        ):
            with self.subTest(moment), freeze_time(moment):
                before = last()
                self.tick()
                self.assertEqual(self.told(order, before), {login: [subject] for login in who})

    def test_decided_rejected_and_cancelled_documents_leave_nobody_nagged(self):
        with freeze_time("2026-11-24 08:00:00"):
            approved, rejected, cancelled = self.held(), self.held(), self.held()
            self.step(approved).with_user(self.manager).approve("yes")
            self.step(rejected).with_user(self.manager).reject("no")
            cancelled.sudo()._action_cancel()
        before = self.env["mail.message"].search_count([])
        with freeze_time("2026-12-24 08:00:00"):
            self.tick()
        self.assertEqual(self.env["mail.message"].search_count([]), before)

    def test_a_calendar_left_in_utc_by_a_company_elsewhere_is_reported_once(self):
        company, told = self.env.company, [("key", "=", f"calendar:{self.env.company.id}"), ("state", "=", "open")]
        steps, now = self.env["gatehouse.approval.step"], fields.Datetime.now()
        for zone, country, elsewhere in (
            ("Europe/Berlin", "base.us", "Europe/Berlin"), ("UTC", "base.de", None), (False, "base.is", None), (False, "base.uk", "Europe/London"),
            (False, "base.de", "Europe/Berlin"),
        ):  # fmt: skip
            company.partner_id.write({"tz": zone, "country_id": self.env.ref(country).id})
            self.assertEqual(steps._zone_of(company), elsewhere, (zone, country))
        steps._after(company, now, 1)
        self.assertFalse(self.env["gatehouse.exception"].search(told))
        company.resource_calendar_id.tz = "UTC"
        steps._after(company, now, 1)
        steps._after(company, now, 1)
        self.assertIn("Europe/Berlin", self.env["gatehouse.exception"].search(told).title)

    def test_a_calendar_without_hours_is_reported_and_time_still_passes(self):
        self.env.company.resource_calendar_id.attendance_ids.unlink()
        with freeze_time("2026-11-28 08:00:00"):
            order = self.held()
            self.assertEqual(self.step(order).due_at, datetime.datetime(2026, 11, 28, 16, 0))
        problem = self.env["gatehouse.exception"].search([("key", "=", f"calendar:{self.env.company.id}")])
        self.assertIn("no working hours", problem.title)
